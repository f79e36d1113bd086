/** Reads and writes numbers and bytes as text. Each has one spelling; any other is refused. */

/** A text has not the format that it should have; the message says what was expected. */
export class FormatError extends Error {}

/** Fails unless a condition holds; `expected` is what the text should be. */
export function expectFormat(holds: boolean, expected: string): asserts holds {
  if (!holds) throw new FormatError("expected " + expected);
}

/** Reads a decimal number below 2⁶⁴, without a sign or a leading zero. */
export function decimal(text: string): bigint {
  expectFormat(/^(0|[1-9]\d{0,19})$/.test(text), "a number");
  const number = BigInt(text);
  expectFormat(number < 1n << 64n, "a number of 64 bits");
  return number;
}

/** Reads standard base64 (RFC 4648, section 4): padded, and with zeros for the bits left over. */
export function base64(text: string): Uint8Array<ArrayBuffer> {
  let decoded;
  try {
    decoded = atob(text);
  } catch {
    throw new FormatError("expected base64");
  }
  // `atob` lets white space, missing padding and left-over bits pass.
  expectFormat(btoa(decoded) === text, "base64");
  return Uint8Array.from(decoded, (char) => char.charCodeAt(0));
}

/** Writes standard base64. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Reads 32 bytes in lower-case hexadecimal. */
export function hash(text: string): Uint8Array<ArrayBuffer> {
  expectFormat(/^[\da-f]{64}$/.test(text), "a hash in hexadecimal");
  return Uint8Array.from(text.match(/../g)!, (byte) => parseInt(byte, 16));
}

/** A text in UTF-8; fails if it has half of a surrogate pair. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  expectFormat(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) === text, "text");
  return bytes;
}

/** Concatenates bytes and texts. */
export function join(...pieces: (Uint8Array | string)[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(pieces.flatMap((piece) => [...(typeof piece === "string" ? utf8(piece) : piece)]));
}

/** Whether two sequences of bytes are equal. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** A number in 8 bytes, the most significant first. */
export function bytes8(number: bigint): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, number);
  return new Uint8Array(view.buffer);
}
