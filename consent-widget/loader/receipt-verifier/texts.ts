/** What a record is committed to: two texts, each with its salt (`docs/proof-format.md`). */
import { PURPOSES } from "../state/site";
import type { Evidence } from "../temoin";
import { bytes8, fit, hash, join } from "./canonical";
import { sha256 } from "./digest";

/** The members of each text, in their order; those with `?` may be left out. */
const SUBJECT = ["subject", "previous?"];
const DECISION =
  "schema receipt time valid_until status decision services? method chosen_at? layer trusted notice policy_version language jurisdiction jurisdiction_from gpc".split(
    " ",
  );

/** The kinds of entry that a status comes to, from 1. */
const KINDS = ["", "given", "refused", "withdrawn"];

type Members = Record<string, unknown>;

/** Reads a committed text: these members in this order, spelled in the one way there is. */
function read(text: string, members: string[]): Members {
  const value = JSON.parse(text) as Members;
  fit(typeof value === "object" && value !== null, "an object");
  const written = members.flatMap((member) => {
    const name = member.replace("?", "");
    if (name !== member && value[name] === undefined) return [];
    return [`"${name}":${write(value[name], name === "decision" ? PURPOSES : undefined)}`];
  });
  fit(`{${written}}` === text, "a committed text");
  return value;
}

/** A value as it is committed to; names are in their order, or in that of the alphabet. */
export function write(value: unknown, names?: readonly string[]): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const members = value as Members;
  const answers = (names ?? Object.keys(members).sort()).map((name) => `${JSON.stringify(name)}:${JSON.stringify(members[name])}`);
  return `{${answers}}`;
}

/** The text of who answered. */
export const readSubject = (text: string): Members => read(text, SUBJECT);

/** The text of what they said. */
export const readDecision = (text: string): Members => read(text, DECISION);

/** What a receipt's texts and salts come to. */
export async function commit(evidence: Evidence): Promise<Uint8Array> {
  const part = (name: "subject" | "decision") =>
    sha256(`temoin ${name} v1\n`, hash(evidence[`${name}_salt`]), evidence[name]);
  return sha256("temoin commitment v1\n", await part("subject"), await part("decision"));
}

/** The entry of the log that a decision and a commitment make: 58 bytes. */
export function entryOf(decision: Members, commitment: Uint8Array): Uint8Array {
  const { status, time, notice } = decision as Record<string, string>;
  const kind = KINDS.indexOf(status!);
  fit(kind > 0, "a status that is an answer");
  const millis = Date.parse(time!);
  // One spelling, and none that a browser would have to guess.
  fit(millis >= 0 && new Date(millis).toISOString() === time, "a time");
  return join(Uint8Array.of(1, kind), bytes8(BigInt(millis)), hash(notice!).subarray(0, 16), commitment);
}
