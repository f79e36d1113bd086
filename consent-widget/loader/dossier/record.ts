/** Verifies one record of a dossier: by the steps of a receipt, from the texts that the page shows. */
import { checkWitnesses, examine } from "../receipt-verifier/receipt";
import type { ConsentReceipt, Evidence } from "../temoin";
import { expectShown, type Members } from "./cells";
import { checkpointOf, proofOf, type Data } from "./data";
import { attempt, type Found } from "./finding";

/** Verifies the record with this number, which `shown` are the elements of. */
export async function checkRecord(data: Data, number: number, shown: Element[]): Promise<Found[]> {
  const proof = data.records[number]!;
  const text = (part: string): string | undefined => {
    const found = shown.map((element) => element.querySelector(`[data-text=${part}]`)).find((element) => element !== null);
    return found?.textContent ?? undefined;
  };
  let decision: Members = {};
  const found: Found[] = [];
  try {
    const checkpoint = checkpointOf(data, proof);
    decision = JSON.parse(text("decision") ?? "") as Members;
    const subject = proof.subject_hash === undefined ? text("subject") : undefined;
    const evidence: Evidence = {
      ...(subject === undefined ? {} : { subject }),
      ...(proof.subject_salt === undefined ? {} : { subject_salt: proof.subject_salt }),
      ...(proof.subject_hash === undefined ? {} : { subject_hash: proof.subject_hash }),
      decision_salt: proof.decision_salt,
      decision: text("decision")!,
      key: checkpoint.key,
      proof: proofOf(data, proof),
      ...(checkpoint.anchor_key === undefined ? {} : { anchor_key: checkpoint.anchor_key }),
      ...(checkpoint.anchor_proof === undefined ? {} : { anchor_proof: checkpoint.anchor_proof }),
    };
    const { id, ...members } = { ...decision, id: decision["receipt"] };
    const receipt = { ...members, id, log: checkpoint.log, index: proof.index, evidence } as unknown as ConsentReceipt;
    const who = subject === undefined ? {} : (JSON.parse(subject) as Members);
    found.push(await attempt("shown", () => expectShown(data, shown, { ...decision, ...who, ...proof, log: checkpoint.log })));
    const examined = await examine(receipt);
    for (const { step, outcome } of examined.findings) if (step !== "server") found.push({ step, outcome });
    const witnessed = examined.anchor && (await checkWitnesses(examined.anchor, data.witnesses));
    if (witnessed) found.push({ step: "witnesses", outcome: witnessed.outcome });
  } catch {
    // What cannot even be read is no record.
    found.push({ step: "texts", outcome: "failed" });
  }
  return found;
}
