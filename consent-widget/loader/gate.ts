/**
 * The gate: what waits for a purpose stays inert until that purpose is granted.
 *
 * A blocked script is a `script[type="text/plain"]`, which no browser runs. A blocked frame, image,
 * video or link has its address in `data-src` or `data-href`, which no browser loads.
 */
import { permits, type Choice } from "./choice";
import { Placeholder, type OnAlways } from "./placeholder";
import type { LoaderSite } from "./site";
import { watch, within } from "./watch";

/** Attributes that hold an address, and the names under which a blocked element keeps it. */
const ADDRESSES = [
  ["src", "data-src"],
  ["src", "data-cookieblock-src"],
  ["href", "data-href"],
  ["srcset", "data-srcset"],
] as const;
const SCRIPT = 'script[type="text/plain"]';
const GATED = [SCRIPT, ...ADDRESSES.map(([, held]) => `:not(script)[${held}]`)].join();
/** What a released script does not take along. */
const OURS = new Set(["type", "data-category", "data-cookieconsent", "data-type", ...ADDRESSES.map(([, held]) => held)]);

export class Gate {
  private choice: Choice;
  /** Scripts run one after the other, in document order, across batches. */
  private line: Promise<unknown> = Promise.resolve();
  private readonly placeholders = new Map<Element, Placeholder>();
  /** What has run or was loaded for each condition, for as long as the page lives. */
  private readonly released: { purposes: string[]; service: string | null; frame?: HTMLIFrameElement }[] = [];

  constructor(
    private readonly site: LoaderSite,
    choice: Choice,
    private readonly onAlways: OnAlways,
  ) {
    this.choice = choice;
    watch((root) => this.sweep(root));
  }

  /** Applies a choice to everything that waits, and closes the frames it no longer covers. */
  set(choice: Choice): void {
    this.choice = choice;
    for (const entry of this.released) {
      if (entry.frame && !this.permits(entry)) {
        entry.frame.setAttribute("data-src", entry.frame.src);
        entry.frame.src = "about:blank";
        delete entry.frame;
      }
    }
    this.sweep(document.documentElement);
  }

  /** Whether something still runs that the choice no longer covers: only a reload stops it. */
  get stale(): boolean {
    return this.released.some((entry) => !this.permits(entry));
  }

  private permits({ purposes, service }: { purposes: string[]; service: string | null }): boolean {
    return permits(this.site, this.choice, purposes, service);
  }

  private sweep(root: Element): void {
    for (const element of within(root, GATED)) this.settle(element);
  }

  private settle(element: Element): void {
    const service = element.getAttribute("data-service") ?? element.getAttribute("data-name");
    const written = element.getAttribute("data-category") ?? element.getAttribute("data-cookieconsent");
    const known = service !== null && this.site.services[service];
    // Not ours: a lazy image of the page's own, a text that someone keeps in a script.
    if (written === null && !known) return;
    const purposes = written?.split(/[\s,]+/).filter(Boolean) ?? [known ? known.purpose : ""];
    const entry = { purposes, service };
    const free = written === "ignore" || (service !== null && this.site.open?.includes(service));
    const granted = free || this.permits(entry);
    if (granted && !free) this.released.push(entry);
    if (element instanceof HTMLScriptElement) {
      if (granted) this.release(element);
    } else if (granted) {
      if (element instanceof HTMLIFrameElement && !free) this.released.at(-1)!.frame = element;
      this.show(element);
    } else if (element instanceof HTMLIFrameElement && !this.placeholders.has(element)) {
      const show = () => this.show(element);
      this.placeholders.set(element, new Placeholder(this.site, element, entry, show, this.onAlways));
    }
  }

  private release(blocked: HTMLScriptElement): void {
    // Taken at once, so that a second sweep does not find it again.
    blocked.setAttribute("type", "temoin/released");
    this.line = this.line.then(
      () =>
        new Promise((done) => {
          const script = document.createElement("script");
          for (const { name, value } of blocked.attributes) {
            if (!OURS.has(name)) script.setAttribute(name, value);
          }
          // Browsers hide the attribute once the page is parsed, not the property.
          script.nonce = blocked.nonce;
          const type = blocked.dataset["type"];
          if (type) script.type = type;
          const src = blocked.dataset["src"] ?? blocked.getAttribute("src");
          if (src === null) {
            script.text = blocked.text;
          } else {
            script.onload = script.onerror = done;
            // A script made by a script is async unless told otherwise.
            script.async = blocked.hasAttribute("async");
            script.src = src;
          }
          // Where the page has removed it meanwhile, it is not wanted any more.
          if (blocked.isConnected) blocked.replaceWith(script);
          if (src === null || script.async || !script.isConnected) done(0);
        }),
    );
  }

  private show(element: Element): void {
    for (const [address, held] of ADDRESSES) {
      const value = element.getAttribute(held);
      if (value !== null) {
        element.removeAttribute(held);
        element.setAttribute(address, value);
      }
    }
    // A video chooses among its sources once; tell it that there are some now.
    if (element instanceof HTMLSourceElement) (element.parentElement as Partial<HTMLMediaElement> | null)?.load?.();
    this.placeholders.get(element)?.remove();
    this.placeholders.delete(element);
  }
}
