/** Reads and verifies signed notes (C2SP signed-note) and cosignatures (C2SP tlog-cosignature). */
import { FormatError, base64, bytes8, expectFormat, join, same, utf8 } from "./canonical";
import { sha256, signedBy } from "./digest";

const MAX_BYTES = 1 << 20;
const MAX_SIGNATURES = 64;

/** The kinds of key: one signs the text of a note, the other a checkpoint and the time at which it was seen. */
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

/** A name of a key has no white space, no `+` and no control character. */
const NAME = /^[^\p{White_Space}+\0-\x1f]+$/u;

/** Reads a verifier key, `NAME+ID+KEY`. */
export async function readKey(text: string): Promise<Key> {
  const parts = /^([^+]+)\+([\da-f]{8})\+([^\n]+)$/.exec(text);
  expectFormat(parts !== null && NAME.test(parts[1]!), "a key: NAME+ID+KEY");
  const [, name, id, typed] = parts as unknown as [string, string, string, string];
  const bytes = base64(typed);
  const [kind] = bytes;
  expectFormat((kind === NOTE || kind === COSIGNATURE) && bytes.length === 33, "an Ed25519 key");
  const expected = (await sha256(name, "\n", bytes)).subarray(0, 4);
  const found = Uint8Array.from(id.match(/../g)!, (byte) => parseInt(byte, 16));
  expectFormat(same(expected, found), "the id of the key");
  return { name, id: expected, kind: kind!, key: bytes.slice(1) };
}

/** Reads a note. Do not trust its text before {@link verify} has passed. */
export function readNote(note: string): Note {
  expectFormat(utf8(note).length <= MAX_BYTES, "a note of at most 1 MiB");
  expectFormat(!/[\0-\t\v-\x1f]/.test(note), "a note without control characters");
  // The text may have empty lines: the last one ends it.
  const end = note.lastIndexOf("\n\n") + 1;
  expectFormat(end > 0 && note.endsWith("\n"), "a text, an empty line, and signatures");
  const lines = note.slice(end + 1, -1).split("\n");
  expectFormat(lines.length <= MAX_SIGNATURES, "at most 64 signatures");
  return { text: note.slice(0, end), signatures: lines.map(readSignature) };
}

function readSignature(line: string): Signature {
  const [, name, signature] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
  expectFormat(name !== undefined && NAME.test(name), "a signature: — NAME BASE64");
  const bytes = base64(signature!);
  expectFormat(bytes.length > 4, "a signature");
  return { name, id: bytes.slice(0, 4), bytes: bytes.slice(4) };
}

/**
 * Verifies every signature that a key claims: there must be at least one, and all must be valid. Gives the
 * time of a cosigner's last one, in seconds since 1970; 0 for a key that does not date its signatures.
 */
export async function verify(note: Note, key: Key): Promise<number> {
  const made = signaturesOf(note, key);
  expectFormat(made.length > 0, "signed by " + key.name);
  let newest = 0;
  for (const { bytes } of made) {
    let [text, signature] = [utf8(note.text), bytes];
    if (key.kind === COSIGNATURE) {
      if (bytes.length < 8) throw new FormatError("a time");
      const time = new DataView(bytes.buffer).getBigUint64(0);
      expectFormat(same(bytes8(time), bytes.subarray(0, 8)) && time < 1n << 63n, "a time");
      text = join(`cosignature/v1\ntime ${time}\n`, text);
      signature = bytes.slice(8);
      newest = Math.max(newest, Number(time));
    }
    expectFormat(await signedBy(key.key, signature, text), "the signature of " + key.name);
  }
  return newest;
}

/** The signatures that a key claims. */
export function signaturesOf(note: Note, key: Key): Signature[] {
  return note.signatures.filter(({ name, id }) => name === key.name && same(id, key.id));
}

/** Whether a key is a cosigner's (a witness's), which dates its signatures. */
export const isCosigner = (key: Key): boolean => key.kind === COSIGNATURE;
