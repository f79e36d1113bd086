/** Reads checkpoints (C2SP tlog-checkpoint) and inclusion proofs (C2SP tlog-proof; RFC 6962, section 2.1). */
import { base64, decimal, expectFormat, utf8 } from "./canonical";
import { sha256 } from "./digest";
import { readNote, type Note } from "./note";

const HEADER = "c2sp.org/tlog-proof@v1";
const MAX_BYTES = 2 << 20;
const MAX_HASHES = 64;

export interface Checkpoint {
  origin: string;
  size: bigint;
  root: Uint8Array;
}

export interface Proof {
  index: bigint;
  hashes: Uint8Array[];
  /** The checkpoint as its log signed it. */
  signed: string;
  note: Note;
  checkpoint: Checkpoint;
}

/** Reads a proof. Do not trust it before its signature is verified and its root recomputed. */
export function readProof(text: string): Proof {
  expectFormat(utf8(text).length <= MAX_BYTES, "a proof of at most 2 MiB");
  const end = text.indexOf("\n\n");
  expectFormat(end >= 0, "a proof, an empty line, and a checkpoint");
  const lines = text.slice(0, end).split("\n");
  expectFormat(lines.shift() === HEADER, HEADER);
  if (lines[0]?.startsWith("extra ")) {
    const extra = lines.shift()!.slice("extra ".length);
    expectFormat(base64(extra).length > 0, "extra data");
  }
  const index = lines.shift() ?? "";
  expectFormat(index.startsWith("index "), "an index");
  expectFormat(lines.length <= MAX_HASHES, "at most 64 hashes");
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

/** Reads a checkpoint: an origin, a size and a root, a line each; extension lines may follow. */
function readCheckpoint(text: string): Checkpoint {
  const lines = text.slice(0, -1).split("\n");
  expectFormat(lines.length >= 3 && !lines.includes(""), "a checkpoint");
  const [origin, size, root] = lines as [string, string, string];
  return { origin, size: decimal(size), root: readHash(root) };
}

function readHash(text: string): Uint8Array {
  const bytes = base64(text);
  expectFormat(bytes.length === 32, "a hash");
  return bytes;
}

/** The leaf hash of an entry. */
export const leafHash = (entry: Uint8Array): Promise<Uint8Array<ArrayBuffer>> => sha256(Uint8Array.of(0), entry);

/** Computes the root from a leaf hash and an inclusion proof. */
export async function computeRoot(leaf: Uint8Array, { index, hashes, checkpoint }: Proof): Promise<Uint8Array> {
  expectFormat(index < checkpoint.size, "an index below the size of the log");
  let [node, last, root] = [index, checkpoint.size - 1n, leaf];
  const next = [...hashes];
  // From the leaf up. Along the right edge of the tree, a node without a sibling moves up unchanged.
  for (; last > 0n; node >>= 1n, last >>= 1n) {
    if (node === last && !(node & 1n)) continue;
    const sibling = next.shift();
    expectFormat(sibling !== undefined, "one hash for each level of the tree");
    root = await (node & 1n ? sha256(Uint8Array.of(1), sibling, root) : sha256(Uint8Array.of(1), root, sibling));
  }
  expectFormat(next.length === 0, "no more than one hash for each level of the tree");
  return root;
}
