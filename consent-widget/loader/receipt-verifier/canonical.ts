/** Numbers and bytes as text, in their one spelling; everything else is refused. */

/** A text is not what it should be; the message says what that is. */
export class Unfit extends Error {}

/** Whether it is, or else why not. */
export function fit(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Unfit(what);
}

/** A decimal number with neither a sign nor a leading zero, below 2⁶⁴. */
export function decimal(text: string): bigint {
  fit(/^(0|[1-9]\d{0,19})$/.test(text), "a number");
  const number = BigInt(text);
  fit(number < 1n << 64n, "a number of 64 bits");
  return number;
}

/** Standard base64 (RFC 4648, section 4): padded, the bits left over zero. */
export function base64(text: string): Uint8Array<ArrayBuffer> {
  let decoded;
  try {
    decoded = atob(text);
  } catch {
    throw new Unfit("base64");
  }
  // `atob` lets white space, missing padding and left-over bits pass.
  fit(btoa(decoded) === text, "base64");
  return Uint8Array.from(decoded, (char) => char.charCodeAt(0));
}

/** The opposite of {@link base64}. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** 32 bytes in lower-case hexadecimal. */
export function hash(text: string): Uint8Array<ArrayBuffer> {
  fit(/^[\da-f]{64}$/.test(text), "a hash in hexadecimal");
  return Uint8Array.from(text.match(/../g)!, (byte) => parseInt(byte, 16));
}

/** The bytes of a text that has only characters. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  fit(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) === text, "text");
  return bytes;
}

/** Bytes and texts, one after the other. */
export function join(...pieces: (Uint8Array | string)[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(pieces.flatMap((piece) => [...(typeof piece === "string" ? utf8(piece) : piece)]));
}

/** Whether they are the same. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** A number in 8 bytes. */
export function bytes8(number: bigint): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, number);
  return new Uint8Array(view.buffer);
}
