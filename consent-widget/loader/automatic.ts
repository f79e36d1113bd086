/**
 * Automatic blocking: what comes from a third party is held without being marked. By its host it
 * belongs to a service of the site; what belongs to none waits for marketing, and the owner is told.
 *
 * A browser may fetch ahead what it finds in the page's own HTML before any script can object; it
 * does not run it. What must not even be fetched is marked, or rewritten at the edge.
 */
import { permits, type Choice } from "./choice";
import { unwanted } from "./residue";
import type { LoaderSite } from "./site";
import { attempt } from "./stored";
import { watch, within } from "./watch";

/** Tells the owner that something was held: what, and for which service if one is known. */
type OnHeld = (held: { url: string; service: string | null }) => void;

const LOADING = "script[src],iframe[src],img[src],link[rel~=stylesheet][href],video[src],audio[src],embed[src]";

export class Automatic {
  /** Elements that are held outside the page, such as `new Image()`. */
  private readonly waiting = new Set<Element>();

  constructor(
    private readonly site: LoaderSite,
    private readonly server: string,
    private choice: Choice,
    private readonly onHeld: OnHeld,
  ) {
    this.guardElements();
    this.guardRequests();
    this.guardStorage();
    watch((root) => {
      for (const element of within(root, LOADING)) this.inspect(element);
    });
  }

  set(choice: Choice): void {
    this.choice = choice;
    for (const element of this.waiting) {
      const held = element.getAttribute("data-src")!;
      if (!this.holds(held)) {
        this.waiting.delete(element);
        // In the page, the gate lets it go in its turn.
        if (!element.isConnected && !(element instanceof HTMLScriptElement)) {
          element.removeAttribute("data-src");
          element.setAttribute("src", held);
        }
      }
    }
  }

  /** The service an address belongs to; `null` for a stranger, `undefined` for the site itself. */
  private serviceOf(address: string): string | null | undefined {
    const url = attempt(() => new URL(address, document.baseURI));
    if (!url || !/^(https?|wss?):$/.test(url.protocol)) return;
    const host = url.hostname;
    for (const [id, { hosts }] of Object.entries(this.site.services)) {
      if (hosts?.some((known) => host === known || host.endsWith("." + known))) return id;
    }
    const own = [location.hostname, new URL(this.server).hostname, this.site.domain];
    if (own.some((known) => known && (host === known || host.endsWith("." + known)))) return;
    return null;
  }

  private purposeOf(service: string | null): string {
    return service ? this.site.services[service]!.purpose : "marketing";
  }

  /** Whether an address must wait. */
  private holds(address: string): boolean {
    const service = this.serviceOf(address);
    if (service === undefined || (service && this.site.open?.includes(service))) return false;
    return !permits(this.site, this.choice, [this.purposeOf(service)], service);
  }

  private stop(address: string): boolean {
    const held = this.holds(address);
    if (held) this.onHeld({ url: address, service: this.serviceOf(address) ?? null });
    return held;
  }

  /** Marks an element as if the owner had done it; the gate takes it from there. */
  private hold(element: Element, address: string): void {
    const service = this.serviceOf(address) ?? null;
    if (!element.hasAttribute("data-category")) element.setAttribute("data-category", this.purposeOf(service));
    if (service) element.setAttribute("data-service", service);
    if (element instanceof HTMLScriptElement) {
      if (element.type) element.setAttribute("data-type", element.type);
      element.type = "text/plain";
    }
    element.setAttribute(element instanceof HTMLLinkElement ? "data-href" : "data-src", address);
    this.waiting.add(element);
  }

  /** An element of the page's HTML, or one that came in as HTML. */
  private inspect(element: Element): void {
    if (exempt(element)) return;
    const name = element instanceof HTMLLinkElement ? "href" : "src";
    const address = element.getAttribute(name)!;
    if (!this.stop(address)) return;
    this.hold(element, address);
    element.removeAttribute(name);
    // Removing the address does not stop a frame that is on its way.
    if (element instanceof HTMLIFrameElement) element.src = "about:blank";
  }

  /** Scripts that make elements: the address is looked at before the browser sees it. */
  private guardElements(): void {
    const blocks = (element: Element, address: string): boolean => {
      if (exempt(element) || element.getAttribute("type") === "text/plain" || !this.stop(address)) return false;
      this.hold(element, address);
      return true;
    };
    for (const type of [HTMLScriptElement, HTMLIFrameElement, HTMLImageElement]) {
      const property = Object.getOwnPropertyDescriptor(type.prototype, "src")!;
      Object.defineProperty(type.prototype, "src", {
        ...property,
        set(this: Element, address: unknown) {
          if (!blocks(this, String(address))) property.set!.call(this, address);
        },
      });
    }
    const set = Element.prototype.setAttribute;
    Element.prototype.setAttribute = function (name, value) {
      const loads = /^src$/i.test(name) && /^(SCRIPT|IFRAME|IMG)$/.test(this.tagName);
      if (!loads || !blocks(this, String(value))) set.call(this, name, value);
    };
  }

  private guardRequests(): void {
    const stop = (address: unknown) => this.stop(String(address));
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
  private guardStorage(): void {
    const refuses = (name: string) => unwanted(this.site, this.choice, name);
    const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie")!;
    Object.defineProperty(Document.prototype, "cookie", {
      ...cookie,
      set(this: Document, text: unknown) {
        const name = String(text).split(/[=;]/)[0]!.trim();
        // Deleting is always allowed.
        if (/max-age\s*=\s*(0|-)/i.test(String(text)) || !refuses(name)) cookie.set!.call(this, text);
      },
    });
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (name, value) {
      if (!refuses(String(name))) setItem.call(this, name, value);
    };
  }
}

/** Ours, what the owner exempts, and what was held or let go before. */
function exempt(element: Element): boolean {
  return element.getAttribute("data-cookieconsent") === "ignore" || element.closest("#cookie-consent,.temoin-placeholder") !== null;
}
