/** What came of a step, and how a step is made. */
import { Uncheckable } from "../receipt-verifier/digest";
import type { Outcome } from "../receipt-verifier/receipt";

/** A step of the verification, as `page/proof.rs` names them. */
export type Step = "whole" | "notice" | "digest" | "shown" | "texts" | "log" | "signature" | "anchor" | "witnesses";

export interface Found {
  step: Step;
  outcome: Outcome;
}

/** Makes a step: it fails where it throws, and is unknown where this browser cannot compute it. */
export async function attempt(step: Step, check: () => Promise<void> | void): Promise<Found> {
  try {
    await check();
    return { step, outcome: "passed" };
  } catch (error) {
    return { step, outcome: error instanceof Uncheckable ? "unknown" : "failed" };
  }
}

/** The worst outcome of several. */
export function worst(found: Found[]): Outcome {
  const outcomes = found.map(({ outcome }) => outcome);
  return (["failed", "unknown"] as const).find((outcome) => outcomes.includes(outcome)) ?? "passed";
}
