/**
 * Automatic blocking: what comes from a third party is held without being marked. By its host it
 * belongs to a service of the site; what belongs to none waits for marketing, and the owner is told.
 *
 * What scripts ask for is held before a request leaves. What stands in the page's own HTML is not run
 * and not shown, but a browser asks for it before any script can object: what must not even be asked
 * for is marked by the owner. Out of reach are the empty frames that a script fills itself, workers,
 * and what a style sheet names.
 */
import { permits, type Choice } from "../state/choice";
import { passed, renew } from "./gate";
import { unwanted } from "./cleanup";
import type { LoaderSite } from "../state/site";
import { attempt } from "../state/stored";
import { watch, within } from "./dom-observer";
import { covers, loadedFrom } from "../state/service-match";

/** Tells the owner that something was held: what, and for which service if one is known. */
type OnHeld = (held: { url: string; service: string | null }) => void;

/** What loads as soon as it has an address: the attribute, and the elements that have it. */
const LOADING = {
  src: "script,iframe,img,video,audio,source,embed,track",
  srcset: "img,source",
  href: "link[rel~=stylesheet]",
} as const;
type Address = keyof typeof LOADING;
// Marked, so that a loader without automatic blocking goes without it.
const NAMES = /* @__PURE__ */ Object.keys(LOADING) as Address[];

export class Automatic {
  /** Elements that are held outside the page, such as `new Image()`. */
  readonly #waiting = new Set<Element>();
  /** Addresses of the scripts that nobody marked and the choice covered. */
  readonly #ran = new Set<string>();

  readonly #site: LoaderSite;
  readonly #server: string;
  #choice: Choice;
  readonly #onHeld: OnHeld;

  constructor(site: LoaderSite, server: string, choice: Choice, onHeld: OnHeld) {
    this.#site = site;
    this.#server = server;
    this.#choice = choice;
    this.#onHeld = onHeld;
    this.#guardElements();
    this.#guardMarkup();
    this.#guardRequests();
    this.#guardStorage();
    watch((root) => void (root.isConnected && this.#inspect(root)));
  }

  set(choice: Choice): void {
    this.#choice = choice;
    for (const element of this.#waiting) {
      // In the page, the gate lets it go in its turn; a script runs nowhere else.
      if (document.contains(element)) this.#waiting.delete(element);
      else if (!(element instanceof HTMLScriptElement)) {
        for (const name of NAMES) {
          const value = element.getAttribute("data-" + name);
          if (value === null || addresses(name, value).some((address) => this.#holds(address))) continue;
          this.#waiting.delete(element);
          element.removeAttribute("data-" + name);
          element.setAttribute(name, value);
        }
      }
    }
    // What came in by a choice that no longer covers it; the gate closes those that it let in.
    for (const frame of document.querySelectorAll("iframe[src]")) this.#inspect(frame);
  }

  /** Whether a script has run that the choice no longer covers: only a reload stops it. */
  get stale(): boolean {
    return [...this.#ran].some((address) => this.#holds(address));
  }

  /** The service an address belongs to; `null` for a stranger, `undefined` for the site itself. */
  #serviceOf(address: string): string | null | undefined {
    const url = attempt(() => new URL(address, document.baseURI));
    if (!url || !/^(https?|wss?):$/.test(url.protocol)) return;
    const host = url.hostname;
    const service = loadedFrom(this.#site, host);
    if (service) return service;
    const own = [location.hostname, new URL(this.#server).hostname, this.#site.domain];
    if (own.some((known) => known && covers(known, host))) return;
    return null;
  }

  #purposeOf(service: string | null): string {
    return service ? this.#site.services[service]!.purpose : "marketing";
  }

  /** Whether an address must wait. */
  #holds(address: string): boolean {
    const service = this.#serviceOf(address);
    if (service === undefined || (service && this.#site.open?.includes(service))) return false;
    return !permits(this.#site, this.#choice, [this.#purposeOf(service)], service);
  }

  #stop(address: string): boolean {
    const held = this.#holds(address);
    if (held) this.#onHeld({ url: address, service: this.#serviceOf(address) ?? null });
    return held;
  }

  /** Holds an element that has, or gets, an address that must wait: marked as if by the owner, for the gate. */
  #hold(element: Element, name: Address, value: string): boolean {
    if (passed.has(element) || !element.matches(LOADING[name]) || element.matches(EXEMPT)) return false;
    const address = addresses(name, value).find((address) => this.#stop(address));
    if (address === undefined) {
      if (element instanceof HTMLScriptElement) this.#ran.add(value);
      return false;
    }
    const service = this.#serviceOf(address) ?? null;
    if (!element.matches(MARKED)) element.setAttribute("data-category", this.#purposeOf(service));
    if (service) element.setAttribute("data-service", service);
    element.setAttribute("data-" + name, value);
    if (element instanceof HTMLScriptElement) {
      if (element.type) element.setAttribute("data-type", element.type);
      element.type = "text/plain";
    }
    if (element.ownerDocument === document) this.#waiting.add(element);
    return true;
  }

  /** Holds what stands in the page, or in HTML on its way there; says whether there was anything. */
  #inspect(root: Element | DocumentFragment): boolean {
    let found = false;
    for (const name of NAMES) {
      for (const element of within(root, `[${name}]`)) {
        if (!this.#hold(element, name, element.getAttribute(name)!)) continue;
        found = true;
        element.removeAttribute(name);
        // Removing the address does not stop a frame that is on its way.
        if (element instanceof HTMLIFrameElement) renew(element);
      }
    }
    return found;
  }

  /** Scripts that make elements: the address is looked at before the browser sees it. */
  #guardElements(): void {
    const types = [HTMLScriptElement, HTMLIFrameElement, HTMLImageElement, HTMLMediaElement, HTMLSourceElement];
    for (const { prototype } of [...types, HTMLEmbedElement, HTMLTrackElement, HTMLLinkElement]) {
      for (const name of NAMES) {
        rewrite(prototype, name, (element, value) => (this.#hold(element, name, String(value)) ? HELD : value));
      }
    }
    // Often set last; a script that is held stays what it is until it is let go.
    rewrite(HTMLScriptElement.prototype, "type", (element, value) => {
      if (value === "text/plain" || !this.#waiting.has(element)) return value;
      element.setAttribute("data-type", String(value));
      return HELD;
    });
    const hold = this.#hold.bind(this);
    const set = Element.prototype.setAttribute;
    Element.prototype.setAttribute = function (name, value) {
      const address = name.toLowerCase() as Address;
      if (!Object.hasOwn(LOADING, address) || !hold(this, address, String(value))) set.call(this, name, value);
    };
  }

  /** Scripts that write HTML: what it names would be asked for as soon as it is read. */
  #guardMarkup(): void {
    const mould = document.createElement("template");
    const sift = <T>(html: T): T | string => {
      if (typeof html !== "string" || !/\b(src|href)/i.test(html)) return html;
      mould.innerHTML = html;
      return this.#inspect(mould.content) ? mould.innerHTML : html;
    };
    const { insertAdjacentHTML } = Element.prototype;
    Element.prototype.insertAdjacentHTML = function (where, html) {
      insertAdjacentHTML.call(this, where, sift(html));
    };
    for (const name of ["write", "writeln"] as const) {
      const write = Document.prototype[name];
      Document.prototype[name] = function (...parts: string[]) {
        write.call(this, sift(parts.join("")));
      };
    }
    for (const name of ["innerHTML", "outerHTML"] as const) {
      rewrite(Element.prototype, name, (element, html) => (element === mould ? html : sift(html)));
    }
  }

  #guardRequests(): void {
    const stop = (address: unknown) => this.#stop(String(address));
    const { fetch } = window;
    window.fetch = (input, init) =>
      stop(input instanceof Request ? input.url : input)
        ? Promise.reject(new TypeError("held until the visitor agrees: " + (input instanceof Request ? input.url : input)))
        : fetch(input, init);
    const held = new WeakSet<XMLHttpRequest>();
    const { open, send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...call: unknown[]) {
      if (stop(call[1])) held.add(this);
      else held.delete(this);
      (open as (...call: unknown[]) => void).apply(this, call);
    };
    XMLHttpRequest.prototype.send = function (body) {
      if (!held.has(this)) return send.call(this, body);
      for (const name of ["error", "loadend"]) setTimeout(() => this.dispatchEvent(new ProgressEvent(name)));
    };
    const { sendBeacon } = Navigator.prototype;
    Navigator.prototype.sendBeacon = function (address, body) {
      return !stop(address) && sendBeacon.call(this, address, body);
    };
  }

  /** Cookies and storage keys whose name belongs to something that is not granted. */
  #guardStorage(): void {
    const refuses = (name: string) => unwanted(this.#site, this.#choice, name);
    rewrite(Document.prototype, "cookie", (_, text) => {
      const name = String(text).split(/[=;]/)[0]!.trim();
      // Deleting is always allowed.
      return /max-age\s*=\s*(0|-)/i.test(String(text)) || !refuses(name) ? text : HELD;
    });
    const jar = (window as { CookieStore?: { prototype: CookieStore } }).CookieStore?.prototype;
    const keep = jar?.set;
    if (jar) {
      jar.set = async function (this: CookieStore, ...call: unknown[]) {
        const [named] = call as [string | { name: string }];
        if (!refuses(typeof named === "object" ? named.name : named)) await (keep as (...call: unknown[]) => unknown).apply(this, call);
      };
    }
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (name, value) {
      if (!refuses(String(name))) setItem.call(this, name, value);
    };
  }
}

/** What the owner exempts, what waits already, and what is ours. */
const EXEMPT = '[data-cookieconsent="ignore"],[type="text/plain"],#cookie-consent *,.temoin-placeholder *';
const MARKED = "[data-category],[data-cookieconsent]";

/** The addresses in an attribute: a `srcset` has several, each with a width or density behind it. */
function addresses(name: Address, value: string): string[] {
  return name === "srcset" ? value.split(/,\s/).map((part) => part.trim().split(/\s/)[0]!) : [value];
}

const HELD = Symbol();

/** Puts something between a property and those who set it. */
function rewrite<T extends object>(prototype: T, name: string, change: (element: T, value: unknown) => unknown): void {
  const property = Object.getOwnPropertyDescriptor(prototype, name);
  if (!property) return;
  Object.defineProperty(prototype, name, {
    ...property,
    set(this: T, value: unknown) {
      const changed = change(this, value);
      if (changed !== HELD) property.set!.call(this, changed);
    },
  });
}
