/** The attributes that hold an address, and the names under which they wait. */
import { ONLY_AT_EDGE } from "../generated/loading";
import { NAMES } from "./loading";

/** What begins with this waits: no other script looks there. */
const HELD = "data-held-";
const written = (name: string, kept: string) => [name, kept] as const;

/** Attributes that hold an address, each with the attribute that keeps it while the element is blocked. */
export const ADDRESSES = [
  written("src", "data-src"),
  written("src", "data-cookieblock-src"),
  written("href", "data-href"),
  written("srcset", "data-srcset"),
  ...(__AUTOMATIC__ ? [...NAMES, ...ONLY_AT_EDGE] : ["src", "href", "srcset"]).map((name) => written(name, HELD + name)),
];

/**
 * Keeps the addresses of an element that must wait under names of ours, the first time it is seen and whenever they come back: a library
 * that loads images late gives every image the address in its `data-src`, and asks nobody.
 */
export function hideAddresses(element: Element): void {
  for (const [address, kept] of ADDRESSES) {
    const value = element.getAttribute(kept);
    if (value === null) continue;
    // It was there before us.
    if (element.getAttribute(address) === value) element.removeAttribute(address);
    if (kept === HELD + address) continue;
    element.removeAttribute(kept);
    element.setAttribute(HELD + address, value);
  }
}
