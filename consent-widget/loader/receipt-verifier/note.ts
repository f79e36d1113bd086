/** Signed notes, C2SP signed-note, and cosignatures, C2SP tlog-cosignature. */
import { Unfit, base64, bytes8, fit, join, same, utf8 } from "./canonical";
import { sha256, signedBy } from "./digest";

const MOST_BYTES = 1 << 20;
const MOST_SIGNATURES = 64;

/** What a key signs: the text of a note, or a checkpoint and the time at which it was seen. */
const NOTE = 1;
const COSIGNATURE = 4;

export interface Key {
  name: string;
  /** The first 4 bytes of `SHA-256(name | newline | kind | key)`. */
  id: Uint8Array;
  kind: number;
  key: Uint8Array<ArrayBuffer>;
}

export interface Signature {
  name: string;
  id: Uint8Array;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Note {
  /** Its last newline included. */
  text: string;
  signatures: Signature[];
}

/** A name has no space of any script, no `+` and no control character. */
const NAME = /^[^\p{White_Space}+\0-\x1f]+$/u;

/** Reads `NAME+ID+KEY`. */
export async function readKey(text: string): Promise<Key> {
  const parts = /^([^+]+)\+([\da-f]{8})\+([^\n]+)$/.exec(text);
  fit(parts !== null && NAME.test(parts[1]!), "a key: NAME+ID+KEY");
  const [, name, id, typed] = parts as unknown as [string, string, string, string];
  const bytes = base64(typed);
  const [kind] = bytes;
  fit((kind === NOTE || kind === COSIGNATURE) && bytes.length === 33, "an Ed25519 key");
  const expected = (await sha256(name, "\n", bytes)).subarray(0, 4);
  const found = Uint8Array.from(id.match(/../g)!, (byte) => parseInt(byte, 16));
  fit(same(expected, found), "the id of the key");
  return { name, id: expected, kind: kind!, key: bytes.slice(1) };
}

/** Reads a note. Nothing in it is to be believed before {@link verify} says so. */
export function readNote(note: string): Note {
  fit(utf8(note).length <= MOST_BYTES, "a note of at most 1 MiB");
  fit(!/[\0-\t\v-\x1f]/.test(note), "a note without control characters");
  // The text may have empty lines; the last one ends it.
  const end = note.lastIndexOf("\n\n") + 1;
  fit(end > 0 && note.endsWith("\n"), "a text, an empty line, and signatures");
  const lines = note.slice(end + 1, -1).split("\n");
  fit(lines.length <= MOST_SIGNATURES, "at most 64 signatures");
  return { text: note.slice(0, end), signatures: lines.map(readSignature) };
}

function readSignature(line: string): Signature {
  const [, name, signature] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
  fit(name !== undefined && NAME.test(name), "a signature: — NAME BASE64");
  const bytes = base64(signature!);
  fit(bytes.length > 4, "a signature");
  return { name, id: bytes.slice(0, 4), bytes: bytes.slice(4) };
}

/**
 * Checks every signature in that key's name; there must be one, and all must hold. Of a cosigner it
 * says when they signed last, in seconds since 1970.
 */
export async function verify(note: Note, key: Key): Promise<number> {
  const made = signaturesOf(note, key);
  fit(made.length > 0, "signed by " + key.name);
  let newest = 0;
  for (const { bytes } of made) {
    let [text, signature] = [utf8(note.text), bytes];
    if (key.kind === COSIGNATURE) {
      if (bytes.length < 8) throw new Unfit("a time");
      const time = new DataView(bytes.buffer).getBigUint64(0);
      fit(same(bytes8(time), bytes.subarray(0, 8)) && time < 1n << 63n, "a time");
      text = join(`cosignature/v1\ntime ${time}\n`, text);
      signature = bytes.slice(8);
      newest = Math.max(newest, Number(time));
    }
    fit(await signedBy(key.key, signature, text), "the signature of " + key.name);
  }
  return newest;
}

/** The signatures that a key claims. */
export function signaturesOf(note: Note, key: Key): Signature[] {
  return note.signatures.filter(({ name, id }) => name === key.name && same(id, key.id));
}

/** Whether a key dates what it signs, as a witness does. */
export const isCosigner = (key: Key): boolean => key.kind === COSIGNATURE;
