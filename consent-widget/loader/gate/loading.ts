/**
 * What a browser loads as soon as it meets it: which attributes of which elements have addresses, and the names under which the gate
 * keeps them. The table is the edge's, `crates/edge-gate/src/loads.rs`; `generated/loading.ts` has what the page can hold of it.
 */
import { attributes, ELEMENTS, FOLLOWED } from "../generated/loading";

/** A document of our own in which nothing loads and nothing runs. */
export const inert = /* @__PURE__ */ document.implementation.createHTMLDocument("");

const links = (): string => FOLLOWED.split(" ").map((rel) => `link[rel~=${rel}]`).join();

/** Each attribute, and the elements that load its address. What is marked as pure, a loader without automatic blocking leaves out. */
export const LOADING = /* @__PURE__ */ attributes(/* @__PURE__ */ links());
export type Address = keyof typeof LOADING;

export const NAMES = /* @__PURE__ */ Object.keys(LOADING) as Address[];
/** What may load something by itself, or through a shadow root that a parser makes of it: found quickly. */
export const ANY = ELEMENTS + ",template";

/** The attribute that keeps an address while its element waits: an owner writes the first three too. */
export const keptName = (name: Address): string => (/^(src(set)?|href)$/.test(name) ? "data-" : "data-held-") + name;

const XLINK = "http://www.w3.org/1999/xlink";

/** An address of an element; in a drawing, `xlink:href` is another name of `href`. */
export const addressOf = (element: Element, name: Address): string | null =>
  element.getAttribute(name) ?? (name === "href" ? element.getAttributeNS(XLINK, name) : null);

export function removeAddress(element: Element, name: Address): void {
  element.removeAttribute(name);
  element.removeAttributeNS(XLINK, name);
}
