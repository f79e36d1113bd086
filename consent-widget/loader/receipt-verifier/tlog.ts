/** Checkpoints and proofs that stand alone, C2SP tlog-checkpoint and tlog-proof; RFC 6962, section 2.1. */
import { base64, decimal, fit, utf8 } from "./canonical";
import { sha256 } from "./digest";
import { readNote, type Note } from "./note";

const HEADER = "c2sp.org/tlog-proof@v1";
const MOST_BYTES = 2 << 20;
const MOST_HASHES = 64;

export interface Checkpoint {
  origin: string;
  size: bigint;
  root: Uint8Array;
}

export interface Proof {
  index: bigint;
  hashes: Uint8Array[];
  /** The checkpoint as its log signed it, and read. */
  signed: string;
  note: Note;
  checkpoint: Checkpoint;
}

/** Reads a proof. Nothing in it is to be believed before its signature and its root are checked. */
export function readProof(text: string): Proof {
  fit(utf8(text).length <= MOST_BYTES, "a proof of at most 2 MiB");
  const end = text.indexOf("\n\n");
  fit(end >= 0, "a proof, an empty line, and a checkpoint");
  const lines = text.slice(0, end).split("\n");
  fit(lines.shift() === HEADER, HEADER);
  if (lines[0]?.startsWith("extra ")) {
    const extra = lines.shift()!.slice("extra ".length);
    fit(base64(extra).length > 0, "extra data");
  }
  const index = lines.shift() ?? "";
  fit(index.startsWith("index "), "an index");
  fit(lines.length <= MOST_HASHES, "at most 64 hashes");
  const signed = text.slice(end + 2);
  const note = readNote(signed);
  return {
    index: decimal(index.slice("index ".length)),
    hashes: lines.map(readHash),
    signed,
    note,
    checkpoint: readCheckpoint(note.text),
  };
}

/** Reads the text of a log's note: an origin, a size, a root, and whatever may follow. */
function readCheckpoint(text: string): Checkpoint {
  const lines = text.slice(0, -1).split("\n");
  fit(lines.length >= 3 && !lines.includes(""), "a checkpoint");
  const [origin, size, root] = lines as [string, string, string];
  return { origin, size: decimal(size), root: readHash(root) };
}

function readHash(text: string): Uint8Array {
  const bytes = base64(text);
  fit(bytes.length === 32, "a hash");
  return bytes;
}

/** The hash of an entry. */
export const leafHash = (entry: Uint8Array): Promise<Uint8Array<ArrayBuffer>> => sha256(Uint8Array.of(0), entry);

/** The root that a leaf and the hashes beside its way up lead to. */
export async function rootAbove(leaf: Uint8Array, { index, hashes, checkpoint }: Proof): Promise<Uint8Array> {
  fit(index < checkpoint.size, "a place in the log");
  let [place, last, root] = [index, checkpoint.size - 1n, leaf];
  const next = [...hashes];
  // As long as there is something on either side; then only on the left, along the right edge.
  for (; last > 0n; place >>= 1n, last >>= 1n) {
    if (place === last && !(place & 1n)) continue;
    const beside = next.shift();
    fit(beside !== undefined, "as many hashes as the tree is high");
    root = await (place & 1n ? sha256(Uint8Array.of(1), beside, root) : sha256(Uint8Array.of(1), root, beside));
  }
  fit(next.length === 0, "no more hashes than the tree is high");
  return root;
}
