/**
 * The gate: what waits for a purpose stays inert until that purpose is granted.
 *
 * A blocked script is a `script[type="text/plain"]` with a category, which no browser runs. A
 * blocked frame, image or video has its address in `data-src`, which no browser loads. One observer
 * sees every such element, the parser's and those added later.
 */
import { type Consent, type LoaderSite, type OptionalPurpose, type Purpose } from "./site";

const SCRIPT = 'script[type="text/plain"]';
const MEDIA = "iframe[data-src],img[data-src],video[data-src]";
const GATED = `${SCRIPT},${MEDIA}`;
const NAMES = new Set(["type", "data-category", "data-cookieconsent", "data-src", "data-type"]);

export class Gate {
  private consent: Consent;
  private readonly site: LoaderSite;
  /** Scripts run one after the other, in document order, across batches. */
  private line: Promise<unknown> = Promise.resolve();
  private readonly placeholders = new Map<Element, HTMLElement>();

  constructor(site: LoaderSite, consent: Consent) {
    this.site = site;
    this.consent = consent;
    new MutationObserver((changes) => {
      for (const change of changes) {
        for (const node of change.addedNodes) {
          if (node instanceof Element) this.sweep(node);
        }
      }
    }).observe(document, { childList: true, subtree: true });
    this.sweep(document.documentElement);
  }

  /** Applies a decision to everything that waits. What already runs is not stopped. */
  set(consent: Consent): void {
    this.consent = consent;
    this.sweep(document.documentElement);
  }

  private sweep(root: Element): void {
    if (root.matches(GATED)) this.settle(root);
    root.querySelectorAll(GATED).forEach((element) => this.settle(element));
  }

  private settle(element: Element): void {
    const categories = element.getAttribute("data-category") ?? element.getAttribute("data-cookieconsent");
    if (categories === null) return;
    const names = categories.split(/[\s,]+/).filter(Boolean);
    // An unknown or empty category is nothing a visitor can have agreed to.
    const granted = names.length > 0 && names.every((name) => this.consent[name as Purpose] === true);
    if (element instanceof HTMLScriptElement) {
      if (granted) this.release(element);
    } else if (granted) {
      this.show(element);
    } else if (element instanceof HTMLIFrameElement) {
      this.standIn(element, names);
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
            if (!NAMES.has(name)) script.setAttribute(name, value);
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
    element.setAttribute("src", element.getAttribute("data-src")!);
    element.removeAttribute("data-src");
    const placeholder = this.placeholders.get(element);
    if (placeholder) {
      this.placeholders.delete(element);
      placeholder.remove();
      (element as HTMLElement).style.removeProperty("display");
    }
  }

  /** Puts a placeholder of the frame's own size where the frame will be. */
  private standIn(frame: HTMLIFrameElement, names: string[]): void {
    if (this.placeholders.has(frame)) return;
    const placeholder = document.createElement("div");
    placeholder.className = "temoin-placeholder";
    placeholder.lang = this.site.language;
    placeholder.innerHTML = this.site.placeholder;
    const slot = (name: string, text: string) =>
      placeholder.querySelectorAll(`[data-slot=${name}]`).forEach((place) => (place.textContent = text));
    slot("service", frame.title || (frame.dataset["service"] ?? frame.dataset["name"] ?? ""));
    slot("purpose", names.map((name) => this.site.purposes[name as OptionalPurpose] ?? name).join(", "));
    const { width, height } = frame;
    if (width) placeholder.style.setProperty("width", /^\d+$/.test(width) ? width + "px" : width, "important");
    if (height) placeholder.style.setProperty("min-height", height + "px", "important");
    placeholder.querySelector("button")!.onclick = () => this.show(frame);
    this.placeholders.set(frame, placeholder);
    frame.style.setProperty("display", "none", "important");
    frame.before(placeholder);
  }
}
