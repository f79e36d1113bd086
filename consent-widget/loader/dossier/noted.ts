/** Verifies an entry of a log that is no consent: a publication, an erasure, a file that was entered. */
import { expectFormat, same, utf8 } from "../receipt-verifier/canonical";
import { isCosigner, readKey, verify } from "../receipt-verifier/note";
import { checkWitnesses } from "../receipt-verifier/receipt";
import { computeRoot, leafHash, readProof } from "../receipt-verifier/tlog";
import { expectShown, type Members } from "./cells";
import { checkpointOf, proofOf, type Data } from "./data";
import { attempt, type Found } from "./finding";

const LENGTH = 58;

/** Verifies the entry with this number, which `shown` are the elements of. */
export async function checkNoted(data: Data, number: number, shown: Element[]): Promise<Found[]> {
  const noted = data.noted[number]!;
  const checkpoint = checkpointOf(data, noted);
  const proof = await attempt("log", async () => {
    const entry = bytes(noted.entry);
    const read = readProof(proofOf(data, noted));
    expectFormat(same(await computeRoot(await leafHash(entry), read), read.checkpoint.root), "the root");
  });
  const found: Found[] = [
    await attempt("shown", () => expectShown(data, shown, { ...members(bytes(noted.entry)), log: checkpoint.log, index: noted.index })),
    proof,
    await attempt("signature", async () => {
      const read = readProof(proofOf(data, noted));
      expectFormat(read.checkpoint.origin === checkpoint.log, "the log's origin");
      const key = await readKey(checkpoint.key);
      expectFormat(key.name === checkpoint.log && !isCosigner(key), "the log's key");
      await verify(read.note, key);
    }),
  ];
  const { anchor_key, anchor_proof } = checkpoint;
  if (anchor_key === undefined || anchor_proof === undefined) return [...found, { step: "anchor", outcome: "pending" }];
  found.push(
    await attempt("anchor", async () => {
      const anchored = readProof(anchor_proof);
      const root = await computeRoot(await leafHash(utf8(checkpoint.note)), anchored);
      expectFormat(same(root, anchored.checkpoint.root), "the anchor's root");
      const key = await readKey(anchor_key);
      expectFormat(key.name === anchored.checkpoint.origin && !isCosigner(key), "the anchor's key");
      await verify(anchored.note, key);
      const witnessed = await checkWitnesses(anchored.note, data.witnesses);
      if (witnessed) found.push({ step: "witnesses", outcome: witnessed.outcome });
    }),
  );
  return found;
}

/** What an entry says (`docs/proof-format.md`, "An entry: 58 bytes"). */
function members(entry: Uint8Array<ArrayBuffer>): Members {
  const view = new DataView(entry.buffer);
  const time = new Date(Number(view.getBigUint64(2))).toISOString();
  const [rest, beginning] = [hex(entry.subarray(26)), hex(entry.subarray(10, 26))];
  if (entry[1] === 4) {
    return { time, first: view.getBigUint64(26), last: view.getBigUint64(34), reason: entry[42] };
  }
  if (entry[1] === 5) return { time, notice: rest, configuration: entry[0] === 2 ? beginning : undefined };
  expectFormat(entry[1] === 6, "a publication, an erasure or a file");
  return { time, sha256: rest };
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  expectFormat(/^([\da-f]{2})+$/.test(text) && text.length === 2 * LENGTH, "an entry in hexadecimal");
  return Uint8Array.from(text.match(/../g)!, (byte) => parseInt(byte, 16));
}

const hex = (part: Uint8Array): string => [...part].map((byte) => byte.toString(16).padStart(2, "0")).join("");
