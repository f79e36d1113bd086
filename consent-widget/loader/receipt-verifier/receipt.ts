/**
 * Checks a receipt without trusting anyone: every step of `docs/proof-format.md`. The auditor's tool runs
 * the same cases, `crates/consent-core/tests/receipts.json`.
 */
import type { ConsentReceipt } from "../temoin";
import { expectFormat, same, utf8 } from "./canonical";
import { Uncheckable } from "./digest";
import { isCosigner, readKey, signaturesOf, verify, type Note } from "./note";
import { commit, entryOf, readDecision, readSubject, write } from "./texts";
import { leafHash, readProof, computeRoot, type Proof } from "./tlog";

/** A check. */
export type Step = "texts" | "log" | "signature" | "anchor" | "witnesses" | "server";

/** The outcome of a check: `unknown` if it could not be done here, `pending` if what it checks is not there yet. */
export type Outcome = "passed" | "failed" | "unknown" | "pending";

export interface Finding {
  step: Step;
  outcome: Outcome;
  /** The name of its sentence: a field of `ProofTexts` in `crates/consent-core/src/notice/locale.rs`. */
  word: string;
  /** What fills the gaps of the sentence, by name. */
  facts: Record<string, string>;
}

/** Creates a finding; its sentence is named after the step and the outcome unless `word` names another. */
export function finding(
  step: Step,
  outcome: Outcome,
  facts: Record<string, string> = {},
  word = `${step}_${outcome}`,
): Finding {
  return { step, outcome, word, facts };
}

/** The finding of a check that threw: it failed, or it could not be done here. */
function findingOfError(step: Step, error: unknown, facts: Record<string, string>): Finding {
  return error instanceof Uncheckable ? finding(step, "unknown", facts, "uncheckable") : finding(step, "failed", facts);
}

/** What a receipt shows by itself. */
export interface Examined {
  findings: Finding[];
  /** The leaf hash of the record's log entry, if it can be computed. */
  leaf?: Uint8Array;
  /** The anchor's checkpoint with its cosignatures, if the receipt proves it. */
  anchor?: Note;
}

/** The members of a receipt that the text of its decision states too, each with its name there. */
const STATED = {
  id: "receipt",
  time: "time",
  valid_until: "valid_until",
  status: "status",
  decision: "decision",
  services: "services",
  method: "method",
  notice: "notice",
} as const;

/** Examines a receipt without asking anyone. */
export async function examine(receipt: ConsentReceipt): Promise<Examined> {
  const { evidence, log, index } = receipt;
  if (!evidence) return { findings: [finding("texts", "unknown")] };
  const examined: Examined = { findings: [] };
  const step = async (step: Step, facts: Record<string, string>, check: () => Promise<void>): Promise<void> => {
    try {
      await check();
      examined.findings.push(finding(step, "passed", facts));
    } catch (error) {
      examined.findings.push(findingOfError(step, error, facts));
    }
  };

  // The checks run in order, so that the part named last is the one that failed.
  const told = { part: "" };
  await step("texts", told, async () => {
    told.part = "evidence.decision";
    const decision = readDecision(evidence.decision);
    for (const [member, name] of Object.entries(STATED)) {
      told.part = member;
      expectFormat(write(receipt[member as keyof typeof STATED]) === write(decision[name]), member);
    }
    told.part = "evidence.subject";
    if (evidence.subject_hash === undefined) readSubject(evidence.subject!);
    else expectFormat(evidence.subject === undefined && evidence.subject_salt === undefined, "one of both");
    told.part = "evidence";
    examined.leaf = await leafHash(entryOf(decision, await commit(evidence)));
  });

  let proof: Proof | undefined;
  await step("log", { log, time: receipt.time, place: String(index) }, async () => {
    proof = readProof(evidence.proof);
    expectFormat(Number.isSafeInteger(index) && proof.index === BigInt(index), "the index of the receipt");
    const { leaf, findings } = examined;
    if (!leaf && findings[0]!.outcome === "unknown") throw new Uncheckable("an entry");
    expectFormat(leaf !== undefined && same(await computeRoot(leaf, proof), proof.checkpoint.root), "the root");
  });
  await step("signature", { log }, async () => {
    const { note, checkpoint } = proof!;
    expectFormat(checkpoint.origin === log, "the log's origin");
    const key = await readKey(evidence.key);
    expectFormat(key.name === log && !isCosigner(key), "the log's key");
    await verify(note, key);
  });

  if (evidence.anchor_key === undefined && evidence.anchor_proof === undefined) {
    examined.findings.push(finding("anchor", "pending"));
    return examined;
  }
  const where = { log: "", place: "" };
  await step("anchor", where, async () => {
    const anchored = readProof(evidence.anchor_proof!);
    const { note, checkpoint } = anchored;
    [where.log, where.place] = [checkpoint.origin, String(anchored.index)];
    // The anchor's entry is the log's checkpoint, exactly as the log signed it.
    const leaf = await leafHash(utf8(proof!.signed));
    expectFormat(same(await computeRoot(leaf, anchored), checkpoint.root), "the anchor's root");
    const key = await readKey(evidence.anchor_key!);
    expectFormat(key.name === checkpoint.origin && !isCosigner(key), "the anchor's key");
    await verify(note, key);
    examined.anchor = note;
  });
  return examined;
}

/**
 * Finds who has cosigned the anchor's checkpoint: the witnesses whose keys the server lists or, if there
 * is no list, the names that the checkpoint claims. Gives nothing if nobody has.
 */
export async function checkWitnesses(anchor: Note, listed: string[] | undefined): Promise<Finding | undefined> {
  const [origin] = anchor.text.split("\n", 1);
  if (!listed) {
    const others = anchor.signatures.map(({ name }) => name).filter((name) => name !== origin);
    return others.length ? finding("witnesses", "unknown", { names: [...new Set(others)].join(", ") }) : undefined;
  }
  const names: string[] = [];
  let newest = 0;
  for (const text of listed) {
    try {
      const key = await readKey(text);
      if (!isCosigner(key) || !signaturesOf(anchor, key).length) continue;
      names.push(key.name);
      newest = Math.max(newest, await verify(anchor, key));
    } catch (error) {
      return findingOfError("witnesses", error, { names: names.at(-1) ?? text });
    }
  }
  if (!names.length) return undefined;
  return finding("witnesses", "passed", { names: names.join(", "), time: new Date(newest * 1000).toISOString() });
}
