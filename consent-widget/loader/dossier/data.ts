/** The data in a dossier, as `crates/consent-auditor/src/command/dossier/data.rs` writes it, and the proofs in it. */
import { expectFormat } from "../receipt-verifier/canonical";
import type { Outcome } from "../receipt-verifier/receipt";

/** A signed state of a log, and its place in the anchor once the anchor has it. */
export interface Checkpoint {
  log: string;
  key: string;
  note: string;
  anchor_key?: string;
  anchor_proof?: string;
}

/** A leaf of a log: in which checkpoint it is proved, and the numbers of the hashes on the way to the root. */
export interface Place {
  checkpoint: number;
  index: number;
  path: number[];
}

/** What proves a record; its committed texts are those that the page shows. */
export interface RecordProof extends Place {
  subject_salt?: string;
  subject_hash?: string;
  decision_salt: string;
}

/** An entry of a log that is no consent, in hexadecimal. */
export interface Noted extends Place {
  entry: string;
}

export interface Data {
  words: {
    progress: string;
    holds: string;
    partial: string;
    broken: string;
    outcomes: Record<Outcome, string>;
    steps: Record<string, string>;
    later: string;
    /** What stands between a name and its value. */
    colon: string;
  };
  /** The words of what can stand in a field, by the field and by what the committed text has there. */
  values: Record<string, Record<string, string>>;
  checkpoints: Checkpoint[];
  /** The key of the anchor. */
  anchor?: string;
  /** The keys of the witnesses that the server names. */
  witnesses: string[];
  hashes: string[];
  records: RecordProof[];
  noted: Noted[];
  /** The bytes of each notice, as text, by its hash. */
  notices: Record<string, string>;
}

/** The checkpoint of a leaf. */
export function checkpointOf(data: Data, place: Place): Checkpoint {
  const checkpoint = data.checkpoints[place.checkpoint];
  expectFormat(checkpoint !== undefined, "a checkpoint");
  return checkpoint;
}

/** The inclusion proof of a leaf (C2SP tlog-proof). */
export function proofOf(data: Data, place: Place): string {
  const hashes = place.path.map((number) => data.hashes[number] ?? "");
  return ["c2sp.org/tlog-proof@v1", `index ${place.index}`, ...hashes].join("\n") + "\n\n" + checkpointOf(data, place).note;
}
