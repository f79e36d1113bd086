/** The first layer: the banner and the small permanent button, from markup that the loader carries. */
import { attempt } from "../attempt";
import { observe } from "../gate/dom-observer";
import type { LoaderSite } from "../generated/types";

export const root = document.createElement("div");
// A site that asks for nothing has no banner and no offer to reload; the button can be turned off.
let banner: HTMLElement | null;
let reopen: HTMLElement | null;
let reload: HTMLElement | null;
let status: HTMLElement;

/** Puts the first layer into the page, as soon as it has a body. `onAnswer` gets the `data-action` of a pressed button. */
export function paint(site: LoaderSite, nonce: string, onAnswer: (action: string, trusted: boolean) => void): void {
  const style = document.createElement("style");
  style.nonce = nonce;
  style.textContent = site.style;
  // First in the head: among important declarations, the cascade layer that is declared first wins.
  document.head.prepend(style);
  root.id = "cookie-consent";
  root.lang = site.language;
  root.dir = site.rtl ? "rtl" : "ltr";
  // In the top layer: above everything on the page, whatever its `z-index`, `transform` or `opacity`.
  root.popover = "manual";
  root.innerHTML = site.layer;
  const find = (name: string) => root.querySelector<HTMLElement>(".temoin-" + name);
  banner = find("banner");
  reopen = find("reopen");
  reload = find("reload");
  status = find("status")!;
  banner?.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-action]");
    if (button) onAnswer(button.dataset["action"]!, event.isTrusted);
  });
  // First in the body, so that it is first for the keyboard and for a screen reader, wherever it is
  // painted. Once in each body: a page may replace its body, but a page that removes the banner has the last word.
  let body: HTMLElement | undefined;
  observe(() => {
    if (document.body && body !== document.body) {
      body = document.body;
      body.prepend(root);
      root.showPopover?.();
    }
  });
}

/** Whether the banner is shown. */
export const isBannerShown = (): boolean => banner?.hidden === false;

/** Shows the banner, or the small button in its place. */
export function showBanner(shown: boolean): void {
  const focused = banner?.contains(document.activeElement);
  if (banner) banner.hidden = !shown;
  if (reopen) reopen.hidden = shown && banner !== null;
  // The button that had the focus is hidden: the one that replaces it gets the focus.
  if (focused && !shown) attempt(() => reopen?.focus());
}

/** Says on the banner that Global Privacy Control is in force. */
export function showSignalNote(): void {
  const note = banner?.querySelector<HTMLElement>("[data-gpc]");
  if (note) note.hidden = false;
}

/** Offers to reload the page, which stops a script that already runs; or takes the offer back. */
export function offerReload(offered: boolean): void {
  if (!reload) return;
  reload.hidden = !offered;
  reload.onclick = (event) => {
    const action = (event.target as HTMLElement).dataset["action"];
    if (action === "reload") location.reload();
    if (action === "close") reload!.hidden = true;
  };
}

/** Announces a text to everyone, and clears it after a while, since its place is visible too. */
export function announce(text: string): void {
  status.textContent = text;
  setTimeout(() => (status.textContent = ""), 5000);
}
