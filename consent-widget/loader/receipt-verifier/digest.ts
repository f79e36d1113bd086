/** SHA-256 and Ed25519, by the browser. */
import { join } from "./canonical";

/** This browser, or this page, cannot compute it. So the check has no outcome. */
export class Uncheckable extends Error {}

/** SHA-256 of the concatenated pieces. */
export async function sha256(...pieces: (Uint8Array | string)[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await subtle().digest("SHA-256", join(...pieces)));
}

/** Whether a signature is valid (Ed25519, RFC 8032). */
export async function signedBy(
  key: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  text: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const point = signature.subarray(0, 32);
  if (key.length !== 32 || signature.length !== 64 || isWeak(key) || isWeak(point)) return false;
  try {
    const imported = await subtle().importKey("raw", key, "Ed25519", false, ["verify"]);
    return await subtle().verify("Ed25519", imported, signature, text);
  } catch (error) {
    // `DataError` is about this key; any other error is about the browser.
    if (error instanceof DOMException && error.name === "DataError") return false;
    throw new Uncheckable(String(error));
  }
}

/** WebCrypto; a browser gives it only to pages that came over a secure connection. */
function subtle(): SubtleCrypto {
  if (!globalThis.crypto?.subtle) throw new Uncheckable("no WebCrypto");
  return crypto.subtle;
}

/**
 * The points of small order, in every encoding, without their sign bit: with such a key, one signature is
 * valid for many texts. Not every browser refuses them.
 */
const WEAK = [
  "00".repeat(32),
  "01" + "00".repeat(31),
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ec" + "ff".repeat(30) + "7f",
  "ed" + "ff".repeat(30) + "7f",
  "ee" + "ff".repeat(30) + "7f",
];

function isWeak(point: Uint8Array): boolean {
  const hex = [...point].map((byte, at) => (at < 31 ? byte : byte & 127).toString(16).padStart(2, "0")).join("");
  return WEAK.includes(hex);
}

