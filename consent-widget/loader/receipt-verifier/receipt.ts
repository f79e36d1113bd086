/**
 * Checks a receipt without trusting anyone: every step of `docs/proof-format.md`. This and the
 * auditor's tool are both held to `crates/consent-core/tests/receipts.json`.
 */
import type { ConsentReceipt } from "../temoin";
import { fit, same, utf8 } from "./canonical";
import { Uncheckable } from "./digest";
import { isCosigner, readKey, signaturesOf, verify, type Note } from "./note";
import { commit, entryOf, readDecision, readSubject, write } from "./texts";
import { leafHash, readProof, rootAbove, type Proof } from "./tlog";

/** What is checked. */
export type Step = "texts" | "log" | "signature" | "anchor" | "witnesses" | "server";

/** What came of it; `unknown` where it could not be checked here, `pending` where it is not there yet. */
export type Outcome = "passed" | "failed" | "unknown" | "pending";

export interface Finding {
  step: Step;
  outcome: Outcome;
  /** The sentence that says it: a field of `ProofTexts` in `crates/consent-core/src/locale.rs`. */
  word: string;
  /** What stands in it, by name. */
  facts: Record<string, string>;
}

/** A finding, in its own words where there are such. */
export function finding(
  step: Step,
  outcome: Outcome,
  facts: Record<string, string> = {},
  word = `${step}_${outcome}`,
): Finding {
  return { step, outcome, word, facts };
}

/** An error: it does not fit or, which says nothing of it, it cannot be checked here. */
function wrong(step: Step, error: unknown, facts: Record<string, string>): Finding {
  return error instanceof Uncheckable ? finding(step, "unknown", facts, "uncheckable") : finding(step, "failed", facts);
}

/** What comes of a receipt by itself. */
export interface Examined {
  findings: Finding[];
  /** The hash by which the record's entry stands in the log, where it can be told. */
  leaf?: Uint8Array;
  /** The anchor's checkpoint, with whatever cosignatures it has. */
  anchor?: Note;
}

/** The members of a receipt that its decision's text states, and their names there. */
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

/** Examines a receipt, asking nobody. */
export async function examine(receipt: ConsentReceipt): Promise<Examined> {
  const { evidence, log, index } = receipt;
  if (!evidence) return { findings: [finding("texts", "unknown")] };
  const examined: Examined = { findings: [] };
  const step = async (step: Step, facts: Record<string, string>, check: () => Promise<void>): Promise<void> => {
    try {
      await check();
      examined.findings.push(finding(step, "passed", facts));
    } catch (error) {
      examined.findings.push(wrong(step, error, facts));
    }
  };

  // In order, so that what is named last is what does not fit.
  const told = { part: "" };
  await step("texts", told, async () => {
    told.part = "evidence.decision";
    const decision = readDecision(evidence.decision);
    for (const [member, name] of Object.entries(STATED)) {
      told.part = member;
      fit(write(receipt[member as keyof typeof STATED]) === write(decision[name]), member);
    }
    told.part = "evidence.subject";
    readSubject(evidence.subject);
    told.part = "evidence";
    examined.leaf = await leafHash(entryOf(decision, await commit(evidence)));
  });

  let proof: Proof | undefined;
  await step("log", { log, time: receipt.time, place: String(index) }, async () => {
    proof = readProof(evidence.proof);
    fit(Number.isSafeInteger(index) && proof.index === BigInt(index), "the receipt's place");
    const { leaf, findings } = examined;
    if (!leaf && findings[0]!.outcome === "unknown") throw new Uncheckable("an entry");
    fit(leaf !== undefined && same(await rootAbove(leaf, proof), proof.checkpoint.root), "the root");
  });
  await step("signature", { log }, async () => {
    const { note, checkpoint } = proof!;
    fit(checkpoint.origin === log, "the log's origin");
    const key = await readKey(evidence.key);
    fit(key.name === log && !isCosigner(key), "the log's key");
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
    // Its entry is the log's checkpoint, just as the log has signed it.
    const leaf = await leafHash(utf8(proof!.signed));
    fit(same(await rootAbove(leaf, anchored), checkpoint.root), "the anchor's root");
    const key = await readKey(evidence.anchor_key!);
    fit(key.name === checkpoint.origin && !isCosigner(key), "the anchor's key");
    await verify(note, key);
    examined.anchor = note;
  });
  return examined;
}

/**
 * Who has cosigned the anchor's checkpoint: of the witnesses whose keys the server lists or, where the
 * list could not be had, by name only. Nothing where nobody has.
 */
export async function testimony(anchor: Note, listed: string[] | undefined): Promise<Finding | undefined> {
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
      return wrong("witnesses", error, { names: names.at(-1) ?? text });
    }
  }
  if (!names.length) return undefined;
  return finding("witnesses", "passed", { names: names.join(", "), time: new Date(newest * 1000).toISOString() });
}
