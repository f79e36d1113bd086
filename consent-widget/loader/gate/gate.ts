/**
 * The gate: what waits for a purpose stays inert until that purpose is granted.
 *
 * A blocked script is a `script[type="text/plain"]`, which no browser runs. A blocked frame, image,
 * video or link has its address in `data-src` or `data-href`, which no browser loads.
 */
import { permits, type Choice } from "../state/choice";
import { standIn, type OnAlways, type Placeholder } from "./placeholder";
import type { LoaderSite } from "../state/site";
import { watch, within } from "./dom-observer";

// In the loaders of the sites that use them: see `page/start.ts`.
declare const __AUTOMATIC__: boolean;
declare const __SIGNALS__: boolean;

/** Attributes that hold an address, and the names under which a blocked element keeps it. */
const ADDRESSES = [
  ["src", "data-src"],
  ["src", "data-cookieblock-src"],
  ["href", "data-href"],
  ["srcset", "data-srcset"],
  // As the edge holds them: `crates/edge-gate/src/address.rs`.
  ...(__AUTOMATIC__
    ? (["srcdoc", "data", "poster", "background", "imagesrcset"] as const).map((name) => [name, "data-held-" + name] as const)
    : []),
] as const;
const SCRIPT = 'script[type="text/plain"]';
const GATED = [SCRIPT, ...ADDRESSES.map(([, held]) => `:not(script)[${held}]`)].join();
/** What a released script does not take along. */
const OURS = new Set(["type", "data-category", "data-cookieconsent", "data-type", ...ADDRESSES.map(([, held]) => held)]);

/** What the gate has let go; automatic blocking does not hold it again. */
export const passed = new WeakSet<Element>();

/** What something waits for. */
export interface Condition {
  /** All of them must be granted. */
  purposes: string[];
  service: string | null;
}

export class Gate {
  readonly #site: LoaderSite;
  readonly #onAlways: OnAlways;
  #choice: Choice;
  /** Scripts run one after the other, in document order, across batches; at its end all have run. */
  line: Promise<unknown> = Promise.resolve();
  readonly #placeholders = new Map<Element, Placeholder>();
  /** What the choice has let run in this page: scripts, and frames until they are closed. */
  readonly #running = new Set<Condition & { frame?: HTMLIFrameElement }>();

  constructor(site: LoaderSite, choice: Choice, onAlways: OnAlways) {
    this.#site = site;
    this.#onAlways = onAlways;
    this.#choice = choice;
    watch((root) => this.#sweep(root));
  }

  /** Applies a choice to everything that waits, and closes the frames it no longer covers. */
  set(choice: Choice): void {
    this.#choice = choice;
    for (const entry of this.#running) {
      const { frame } = entry;
      if (frame && !this.#permits(entry)) {
        this.#running.delete(entry);
        if (__AUTOMATIC__) {
          passed.delete(frame);
          for (const [address, held] of ADDRESSES) {
            const value = frame.getAttribute(address);
            if (value === null) continue;
            frame.removeAttribute(address);
            frame.setAttribute(held, value);
          }
        } else {
          frame.setAttribute("data-src", frame.src);
          frame.removeAttribute("src");
        }
        renew(frame);
      }
    }
    this.#sweep(document.documentElement);
  }

  /** Whether a script has run that the choice no longer covers: only a reload stops it. */
  get stale(): boolean {
    return [...this.#running].some((entry) => !this.#permits(entry));
  }

  #permits({ purposes, service }: Condition): boolean {
    return (
      String(purposes) === "ignore" ||
      (__SIGNALS__ && service !== null && this.#site.open?.includes(service)) ||
      permits(this.#site, this.#choice, purposes, service)
    );
  }

  #sweep(root: Element): void {
    for (const element of within(root, GATED)) this.#settle(element);
  }

  #settle(element: Element): void {
    if (!element.isConnected) {
      // The page has taken it away; if it comes back, it is new.
      this.#uncover(element);
      return;
    }
    // A source waits for what its video or picture waits for.
    const whole = element.closest("video,audio,picture") ?? element;
    const mark = (name: string) => element.getAttribute(name) ?? whole.getAttribute(name);
    const service = mark("data-service") ?? mark("data-name");
    const written = mark("data-category") ?? mark("data-cookieconsent");
    const known = service !== null && this.#site.services[service];
    // Not ours: a lazy image of the page's own, a text that someone keeps in a script.
    if (written === null && !known) return;
    const purposes = written?.split(/[\s,]+/).filter(Boolean) ?? [known ? known.purpose : ""];
    const entry = { purposes, service };
    const frame = element instanceof HTMLIFrameElement ? element : undefined;
    if (!this.#permits(entry)) {
      if (!frame) return;
      const placeholder = this.#placeholders.get(element);
      if (placeholder) placeholder.stand();
      else {
        const show = () => this.#show(element);
        this.#placeholders.set(element, standIn(this.#site, frame, entry, show, this.#onAlways));
      }
    } else if (element instanceof HTMLScriptElement) this.#release(element, entry);
    else {
      if (frame) this.#running.add({ ...entry, frame });
      this.#show(element);
    }
  }

  #release(blocked: HTMLScriptElement, entry: Condition): void {
    // Taken at once, so that a second sweep does not find it again.
    blocked.setAttribute("type", "temoin/released");
    this.line = this.line.then(
      () =>
        new Promise((done) => {
          // Meanwhile the page may have removed it, or the visitor have taken back the choice.
          if (!blocked.isConnected || !this.#permits(entry)) {
            blocked.type = "text/plain";
            return done(0);
          }
          const script = document.createElement("script");
          if (__AUTOMATIC__) passed.add(script);
          for (const { name, value } of blocked.attributes) {
            if (!OURS.has(name)) script.setAttribute(name, value);
          }
          // Browsers hide the attribute once the page is parsed, not the property.
          script.nonce = blocked.nonce;
          const type = blocked.dataset["type"];
          if (type) script.type = type;
          // A script made by a script is async unless told otherwise.
          script.async = blocked.hasAttribute("async");
          // Whoever listens does so on the one that is in the page's HTML.
          script.onload = script.onerror = (event) => {
            blocked.dispatchEvent(new Event((event as Event).type));
            done(0);
          };
          const src = blocked.dataset["src"] ?? blocked.getAttribute("src");
          if (src === null) script.text = blocked.text;
          else script.src = src;
          blocked.replaceWith(script);
          this.#running.add(entry);
          // Browsers do not say when an inline one has run, and never run those for old browsers.
          if (src === null || script.async || script.noModule) done(0);
        }),
    );
  }

  #show(element: Element): void {
    if (__AUTOMATIC__) passed.add(element);
    if (element instanceof HTMLIFrameElement) renew(element);
    for (const [address, held] of ADDRESSES) {
      const value = element.getAttribute(held);
      if (value !== null) {
        element.removeAttribute(held);
        element.setAttribute(address, value);
      }
    }
    // A video chooses among its sources once; tell it that there are some now.
    if (element instanceof HTMLSourceElement) (element.parentElement as Partial<HTMLMediaElement> | null)?.load?.();
    this.#uncover(element);
  }

  #uncover(element: Element): void {
    this.#placeholders.get(element)?.remove();
    this.#placeholders.delete(element);
  }
}

/**
 * Makes a frame start anew: what it shows or loads stops at once. While a page is read a browser does
 * not follow a frame's new address otherwise; and what is put in by a script is not in the history,
 * so that "back" never loads it again.
 */
export function renew(frame: HTMLIFrameElement): void {
  frame.replaceWith(frame);
}
