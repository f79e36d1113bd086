/**
 * Automatic blocking: what comes from a third party waits without being marked. Its host says which
 * service of the site it belongs to; where no service has that host, it waits for marketing, and the
 * owner is told.
 *
 * What a script asks for is blocked before the request leaves. What the page's own HTML asks for is not
 * run and not shown, but the browser requests it before any script can object: the owner must mark what
 * must not even be requested. Out of reach are the empty frames that a script fills itself, workers, and
 * what a style sheet names.
 */
import { attempt } from "../attempt";
import { permits, type Choice } from "../state/choice";
import { coversHost, serviceForHost } from "../state/service-match";
import type { LoaderSite } from "../generated/types";
import { isForbidden } from "./cleanup";
import { findAll, observe } from "./dom-observer";
import { released, restartFrame } from "./gate";

/** Called for everything that is blocked: its address, and its service where one is known. */
type OnHeld = (held: { url: string; service: string | null }) => void;

/** The attributes whose address a browser loads at once, and the elements that have them. */
const LOADING = {
  src: "script,iframe,img,video,audio,source,embed,track",
  srcset: "img,source",
  href: "link[rel~=stylesheet]",
} as const;
type Address = keyof typeof LOADING;
// Marked as pure, so that a loader without automatic blocking leaves it out.
const NAMES = /* @__PURE__ */ Object.keys(LOADING) as Address[];

/** Elements that the owner exempts, that are blocked already, and that are ours. */
const EXEMPT = '[data-cookieconsent="ignore"],[type="text/plain"],#cookie-consent *,.temoin-placeholder *';
const MARKED = "[data-category],[data-cookieconsent]";

export interface Automatic {
  /** Applies a choice to what was blocked, and to the frames that it does not permit any more. */
  set(choice: Choice): void;
  /** Whether a script has run that the choice does not permit any more: only a reload stops it. */
  readonly stale: boolean;
}

/** What the parts of automatic blocking ask about an address, an element, markup and a stored name. */
interface Blocker {
  /** Whether a request to an address must not leave; the owner is told. */
  blocksRequest(address: string): boolean;
  /** Blocks an element that has, or gets, an address that must wait; says whether it did. */
  blockElement(element: Element, name: Address, value: string): boolean;
  /** Blocks everything in the page, or in HTML on its way there, that must wait; says whether there was anything. */
  blockWithin(root: Element | DocumentFragment): boolean;
  /** Whether an element is blocked. */
  isBlocked(element: Element): boolean;
  /** Whether a cookie or storage key must not be written. */
  forbidsName(name: string): boolean;
}

/** Starts automatic blocking. */
export function createAutomatic(site: LoaderSite, server: string, choice: Choice, onHeld: OnHeld): Automatic {
  /** Blocked elements, among them those outside the page, such as `new Image()`. */
  const blocked = new Set<Element>();
  /** The addresses of the scripts that nobody marked and the choice permitted. */
  const ran = new Set<string>();

  /** The service that an address belongs to; `null` for a third party that no service names, `undefined` for the site itself. */
  function serviceOf(address: string): string | null | undefined {
    const url = attempt(() => new URL(address, document.baseURI));
    if (!url || !/^(https?|wss?):$/.test(url.protocol)) return;
    const host = url.hostname;
    const service = serviceForHost(site, host);
    if (service) return service;
    const own = [location.hostname, new URL(server).hostname, site.domain];
    return own.some((known) => known && coversHost(known, host)) ? undefined : null;
  }

  const purposeOf = (service: string | null): string => (service ? site.services[service]!.purpose : "marketing");

  function mustWait(address: string): boolean {
    const service = serviceOf(address);
    if (service === undefined || (service && site.open?.includes(service))) return false;
    return !permits(site, choice, [purposeOf(service)], service);
  }

  function blocksRequest(address: string): boolean {
    const waits = mustWait(address);
    if (waits) onHeld({ url: address, service: serviceOf(address) ?? null });
    return waits;
  }

  /** Gives the element the marks that an owner would give it, for the gate. */
  function blockElement(element: Element, name: Address, value: string): boolean {
    if (released.has(element) || !element.matches(LOADING[name]) || element.matches(EXEMPT)) return false;
    const address = addresses(name, value).find(blocksRequest);
    if (address === undefined) {
      if (element instanceof HTMLScriptElement) ran.add(value);
      return false;
    }
    const service = serviceOf(address) ?? null;
    if (!element.matches(MARKED)) element.setAttribute("data-category", purposeOf(service));
    if (service) element.setAttribute("data-service", service);
    element.setAttribute("data-" + name, value);
    if (element instanceof HTMLScriptElement) {
      if (element.type) element.setAttribute("data-type", element.type);
      element.type = "text/plain";
    }
    if (element.ownerDocument === document) blocked.add(element);
    return true;
  }

  function blockWithin(root: Element | DocumentFragment): boolean {
    let found = false;
    for (const name of NAMES) {
      for (const element of findAll(root, `[${name}]`)) {
        if (!blockElement(element, name, element.getAttribute(name)!)) continue;
        found = true;
        element.removeAttribute(name);
        // A frame that is loading goes on loading without its address.
        if (element instanceof HTMLIFrameElement) restartFrame(element);
      }
    }
    return found;
  }

  const blocker: Blocker = {
    blocksRequest,
    blockElement,
    blockWithin,
    isBlocked: (element) => blocked.has(element),
    forbidsName: (name) => isForbidden(site, choice, name),
  };
  guardElements(blocker);
  guardMarkup(blocker);
  guardRequests(blocker);
  guardStorage(blocker);
  observe((root) => void (root.isConnected && blockWithin(root)));

  return {
    set(next) {
      choice = next;
      for (const element of blocked) {
        // The gate releases what is in the page; a script runs nowhere else.
        if (document.contains(element)) blocked.delete(element);
        else if (!(element instanceof HTMLScriptElement)) {
          for (const name of NAMES) {
            const value = element.getAttribute("data-" + name);
            if (value === null || addresses(name, value).some(mustWait)) continue;
            blocked.delete(element);
            element.removeAttribute("data-" + name);
            element.setAttribute(name, value);
          }
        }
      }
      // Frames that the choice permitted before and does not permit now; the gate closes those that it released.
      for (const frame of document.querySelectorAll("iframe[src]")) blockWithin(frame);
    },
    get stale() {
      return [...ran].some(mustWait);
    },
  };
}

/** Scripts that create elements: the address is checked before the browser sees it. */
function guardElements({ blockElement, isBlocked }: Blocker): void {
  const types = [HTMLScriptElement, HTMLIFrameElement, HTMLImageElement, HTMLMediaElement, HTMLSourceElement];
  for (const { prototype } of [...types, HTMLEmbedElement, HTMLTrackElement, HTMLLinkElement]) {
    for (const name of NAMES) {
      interceptSetter(prototype, name, (element, value) => (blockElement(element, name, String(value)) ? IGNORE : value));
    }
  }
  // Scripts often set the type last; a blocked script keeps its type until it is released.
  interceptSetter(HTMLScriptElement.prototype, "type", (element, value) => {
    if (value === "text/plain" || !isBlocked(element)) return value;
    element.setAttribute("data-type", String(value));
    return IGNORE;
  });
  const set = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    const address = name.toLowerCase() as Address;
    if (!Object.hasOwn(LOADING, address) || !blockElement(this, address, String(value))) set.call(this, name, value);
  };
}

/** Scripts that write HTML: a browser requests what it names as soon as it parses it. */
function guardMarkup({ blockWithin }: Blocker): void {
  const scratchTemplate = document.createElement("template");
  const filterMarkup = <T>(html: T): T | string => {
    if (typeof html !== "string" || !/\b(src|href)/i.test(html)) return html;
    scratchTemplate.innerHTML = html;
    return blockWithin(scratchTemplate.content) ? scratchTemplate.innerHTML : html;
  };
  const { insertAdjacentHTML } = Element.prototype;
  Element.prototype.insertAdjacentHTML = function (where, html) {
    insertAdjacentHTML.call(this, where, filterMarkup(html));
  };
  for (const name of ["write", "writeln"] as const) {
    const write = Document.prototype[name];
    Document.prototype[name] = function (...parts: string[]) {
      write.call(this, filterMarkup(parts.join("")));
    };
  }
  for (const name of ["innerHTML", "outerHTML"] as const) {
    interceptSetter(Element.prototype, name, (element, html) => (element === scratchTemplate ? html : filterMarkup(html)));
  }
}

/** Scripts that send requests: a blocked request fails as if the network did. */
function guardRequests({ blocksRequest }: Blocker): void {
  const blocks = (address: unknown) => blocksRequest(String(address));
  const { fetch } = window;
  window.fetch = (input, init) =>
    blocks(input instanceof Request ? input.url : input)
      ? Promise.reject(new TypeError("held until the visitor agrees: " + (input instanceof Request ? input.url : input)))
      : fetch(input, init);
  const blockedRequests = new WeakSet<XMLHttpRequest>();
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...call: unknown[]) {
    if (blocks(call[1])) blockedRequests.add(this);
    else blockedRequests.delete(this);
    (open as (...call: unknown[]) => void).apply(this, call);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (!blockedRequests.has(this)) return send.call(this, body);
    for (const name of ["error", "loadend"]) setTimeout(() => this.dispatchEvent(new ProgressEvent(name)));
  };
  const { sendBeacon } = Navigator.prototype;
  Navigator.prototype.sendBeacon = function (address, body) {
    return !blocks(address) && sendBeacon.call(this, address, body);
  };
}

/** Scripts that write cookies and storage keys whose service the choice does not permit. */
function guardStorage({ forbidsName }: Blocker): void {
  interceptSetter(Document.prototype, "cookie", (_, text) => {
    const name = String(text).split(/[=;]/)[0]!.trim();
    // Deleting is always allowed.
    return /max-age\s*=\s*(0|-)/i.test(String(text)) || !forbidsName(name) ? text : IGNORE;
  });
  const store = (window as { CookieStore?: { prototype: CookieStore } }).CookieStore?.prototype;
  const set = store?.set;
  if (store) {
    store.set = async function (this: CookieStore, ...call: unknown[]) {
      const [named] = call as [string | { name: string }];
      if (!forbidsName(typeof named === "object" ? named.name : named)) await (set as (...call: unknown[]) => unknown).apply(this, call);
    };
  }
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (name, value) {
    if (!forbidsName(String(name))) setItem.call(this, name, value);
  };
}

/** The addresses in an attribute: a `srcset` has several, each followed by a width or density. */
function addresses(name: Address, value: string): string[] {
  return name === "srcset" ? value.split(/,\s/).map((part) => part.trim().split(/\s/)[0]!) : [value];
}

/** Returned by a `change` that ignores the assignment. */
const IGNORE = /* @__PURE__ */ Symbol();

/** Calls `change` with every value that is assigned to a property; what it returns is assigned instead. */
function interceptSetter<T extends object>(prototype: T, name: string, change: (element: T, value: unknown) => unknown): void {
  const property = Object.getOwnPropertyDescriptor(prototype, name);
  if (!property) return;
  Object.defineProperty(prototype, name, {
    ...property,
    set(this: T, value: unknown) {
      const changed = change(this, value);
      if (changed !== IGNORE) property.set!.call(this, changed);
    },
  });
}
