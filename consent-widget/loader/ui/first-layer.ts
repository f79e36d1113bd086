/** The first layer: painted from markup the loader carries, as soon as there is a body. */
import { attempt } from "../state/stored";
import type { LoaderSite } from "../state/site";
import { watch } from "../gate/dom-observer";

export class FirstLayer {
  readonly root: HTMLElement;
  /** Missing where the site asks for nothing. */
  readonly #banner: HTMLElement | null;
  readonly #reopen: HTMLElement | null;
  readonly #reload: HTMLElement | null;
  readonly #status: HTMLElement;

  constructor(site: LoaderSite, nonce: string, onAnswer: (action: string, trusted: boolean) => void) {
    const style = document.createElement("style");
    style.nonce = nonce;
    style.textContent = site.style;
    // First in the head: a cascade layer declared earlier is stronger among important rules.
    document.head.prepend(style);
    this.root = document.createElement("div");
    this.root.id = "cookie-consent";
    this.root.lang = site.language;
    this.root.dir = site.rtl ? "rtl" : "ltr";
    // Above everything on the page, whatever its `z-index`, its `transform` or its `opacity`.
    this.root.popover = "manual";
    this.root.innerHTML = site.layer;
    const find = (name: string) => this.root.querySelector<HTMLElement>(".temoin-" + name);
    this.#banner = find("banner");
    this.#reopen = find("reopen");
    this.#reload = find("reload");
    this.#status = find("status")!;
    this.#banner?.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-action]");
      if (button) onAnswer(button.dataset["action"]!, event.isTrusted);
    });
    // First in the body: first for the keyboard and for a screen reader, wherever it is painted. Once
    // in each body: a page may bring another one, and whoever takes the banner out has the last word.
    let body: HTMLElement | undefined;
    watch(() => {
      if (document.body && body !== document.body) {
        body = document.body;
        body.prepend(this.root);
        this.root.showPopover?.();
      }
    });
  }

  /** Shows the banner, or the small button in its place. */
  ask(asking: boolean): void {
    const [banner, reopen] = [this.#banner, this.#reopen];
    const held = banner?.contains(document.activeElement);
    if (banner) banner.hidden = !asking;
    if (reopen) reopen.hidden = asking && banner !== null;
    // The focus was on a button that is gone: hand it to the one that stands for it.
    if (held && !asking) attempt(() => reopen?.focus());
  }

  get asking(): boolean {
    return this.#banner?.hidden === false;
  }

  /** Says that Global Privacy Control is in force. */
  honour(): void {
    const note = this.#banner?.querySelector<HTMLElement>("[data-gpc]");
    if (note) note.hidden = false;
  }

  /** Offers to load the page anew, which is what stops a script that already runs. */
  offerReload(offered: boolean): void {
    const reload = this.#reload;
    if (!reload) return;
    reload.hidden = !offered;
    reload.onclick = (event) => {
      const action = (event.target as HTMLElement).dataset["action"];
      if (action === "reload") location.reload();
      if (action === "close") reload.hidden = true;
    };
  }

  /** Says something to everyone, then clears it, since the place is also visible. */
  say(text: string): void {
    this.#status.textContent = text;
    setTimeout(() => (this.#status.textContent = ""), 5000);
  }
}
