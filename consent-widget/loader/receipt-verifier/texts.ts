/** Reads the two texts that a commitment covers, and recomputes it from them and their salts (`docs/proof-format.md`). */
import { PURPOSES } from "../generated/constants";
import type { Evidence } from "../temoin";
import { bytes8, expectFormat, hash, join } from "./canonical";
import { sha256 } from "./digest";

/** The members of each text, in order; one with a `?` is optional. */
const SUBJECT = ["subject", "previous?"];
const DECISION =
  "schema receipt time valid_until status decision services? method chosen_at? layer trusted notice policy_version language jurisdiction jurisdiction_from gpc served_at? told?".split(
    " ",
  );

/** The kind of a log entry is the place of its status in this list. */
const KINDS = ["", "given", "refused", "withdrawn"];

type Members = Record<string, unknown>;

/** Reads a committed text: exactly these members, in this order, in the only allowed spelling. */
function read(text: string, members: string[]): Members {
  const value = JSON.parse(text) as Members;
  expectFormat(typeof value === "object" && value !== null, "an object");
  const written = members.flatMap((member) => {
    const name = member.replace("?", "");
    if (name !== member && value[name] === undefined) return [];
    return [`"${name}":${write(value[name], name === "decision" ? PURPOSES : undefined)}`];
  });
  expectFormat(`{${written}}` === text, "a committed text");
  return value;
}

/** Writes a value as in a committed text: the members of an object in the order of `names`, or else of the alphabet. */
export function write(value: unknown, names?: readonly string[]): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value) ?? "";
  const members = value as Members;
  const answers = (names ?? Object.keys(members).sort()).map((name) => `${JSON.stringify(name)}:${JSON.stringify(members[name])}`);
  return `{${answers}}`;
}

/** Reads the text that says who answered. */
export const readSubject = (text: string): Members => read(text, SUBJECT);

/** Reads the text that says what they answered. */
export const readDecision = (text: string): Members => read(text, DECISION);

/** The commitment to a receipt's texts and salts; where only the hash of who answered is left, that stands for both. */
export async function commit(evidence: Evidence): Promise<Uint8Array> {
  const part = (name: "subject" | "decision") =>
    sha256(`temoin ${name} v1\n`, hash(evidence[`${name}_salt`]!), evidence[name]!);
  const { subject_hash } = evidence;
  const subject = subject_hash === undefined ? await part("subject") : hash(subject_hash);
  return sha256("temoin commitment v1\n", subject, await part("decision"));
}

/** The log entry of a decision and a commitment: 58 bytes. */
export function entryOf(decision: Members, commitment: Uint8Array): Uint8Array {
  const { status, time, notice } = decision as Record<string, string>;
  const kind = KINDS.indexOf(status!);
  expectFormat(kind > 0, "a status that is an answer");
  const millis = Date.parse(time!);
  // Only the spelling that `toISOString` writes: browsers parse others differently.
  expectFormat(millis >= 0 && new Date(millis).toISOString() === time, "a time");
  return join(Uint8Array.of(1, kind), bytes8(BigInt(millis)), hash(notice!).subarray(0, 16), commitment);
}
