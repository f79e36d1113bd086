/** The first layer: painted from markup the loader carries, as soon as there is a body. */
import { attempt } from "./stored";
import type { LoaderSite } from "./site";

export class FirstLayer {
  readonly root: HTMLElement;
  private readonly banner: HTMLElement;
  private readonly reopen: HTMLElement | null;
  private readonly status: HTMLElement;

  constructor(site: LoaderSite, nonce: string, onAnswer: (action: string, trusted: boolean) => void) {
    const style = document.createElement("style");
    style.nonce = nonce;
    style.textContent = site.style;
    // First in the head: a cascade layer declared earlier is stronger among important rules.
    document.head.prepend(style);
    this.root = document.createElement("div");
    this.root.id = "cookie-consent";
    this.root.lang = site.language;
    this.root.innerHTML = site.layer;
    const find = (selector: string) => this.root.querySelector<HTMLElement>(selector);
    this.banner = find(".temoin-banner")!;
    this.reopen = find(".temoin-reopen");
    this.status = find(".temoin-status")!;
    this.banner.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-action]");
      if (button) onAnswer(button.dataset["action"]!, event.isTrusted);
    });
    if (document.body) this.attach();
    else {
      const observer = new MutationObserver(() => {
        if (document.body) {
          observer.disconnect();
          this.attach();
        }
      });
      observer.observe(document.documentElement, { childList: true });
    }
  }

  /** First in the body: first for the keyboard and for a screen reader, wherever it is painted. */
  private attach(): void {
    document.body.prepend(this.root);
  }

  /** Shows the banner, or the small button in its place. */
  ask(asking: boolean): void {
    const held = this.banner.contains(document.activeElement);
    this.banner.hidden = !asking;
    if (this.reopen) this.reopen.hidden = asking;
    // The focus was on a button that is gone: hand it to the one that stands for it.
    if (held && !asking) attempt(() => this.reopen?.focus());
  }

  get asking(): boolean {
    return !this.banner.hidden;
  }

  /** Says something to everyone, then clears it, since the place is also visible. */
  say(text: string): void {
    this.status.textContent = text;
    setTimeout(() => (this.status.textContent = ""), 5000);
  }
}
