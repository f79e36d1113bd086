/**
 * What a browser loads as soon as it meets it: which attributes of which elements have addresses, and the names under which the gate
 * keeps them. The edge has the same table in `crates/edge-gate/src/loads.rs`; both run `crates/edge-gate/tests/exempt-elements.json`.
 */

/** A document of our own in which nothing loads and nothing runs. */
export const inert = /* @__PURE__ */ document.implementation.createHTMLDocument("");

/** The relations of a link that a browser follows by itself, if only to look up a name. */
const FOLLOWED =
  "stylesheet preload modulepreload prefetch prerender preconnect dns-prefetch icon apple-touch-icon apple-touch-icon-precomposed mask-icon manifest";

function table() {
  const link = FOLLOWED.split(" ").map((rel) => `link[rel~=${rel}]`).join();
  return {
    src: "script,iframe,frame,img,video,audio,source,embed,track,input[type=image]",
    srcset: "img,source",
    // A script only in a drawing: in HTML it has `src`.
    href: "image,feImage,use,script:not([src])," + link,
    imagesrcset: link,
    data: "object",
    poster: "video",
    background: "body,table,thead,tbody,tfoot,tr,td,th",
    srcdoc: "iframe",
  };
}

/** Each attribute, and the elements that load its address. What is marked as pure, a loader without automatic blocking leaves out. */
export const LOADING = /* @__PURE__ */ table();
export type Address = keyof typeof LOADING;

export const NAMES = /* @__PURE__ */ Object.keys(LOADING) as Address[];
/** The names of all elements that may load something by themselves, or through a shadow root that a parser makes of them: found quickly. */
export const ANY = /* @__PURE__ */ names();

function names(): string {
  const selectors = Object.values(LOADING).join();
  return [...new Set(selectors.replace(/[:[][^,]*/g, "").split(","))].join() + ",template";
}

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
