/** The first layer: the banner and the small permanent button, from markup that the loader carries. */
import { attempt } from "../attempt";
import { observe } from "../gate/dom-observer";
import type { LoaderSite } from "../generated/types";
import { fill, make } from "./html";

declare global {
  interface HTMLElementTagNameMap {
    "temoin-root": HTMLElement;
  }
}

/** How often the layer is put back. A page that needs it more often removes it each time: it has the last word. */
const MOST_RETURNS = 200;

// A name that no page has: React 19 passes over it when it hydrates a whole document, and takes a `div` for its own.
export const root = make("temoin-root");
export const style = make("style");
// A site that asks for nothing has no banner and no offer to reload; the button can be turned off.
let banner: HTMLElement | null;
let reopen: HTMLElement | null;
let reload: HTMLElement | null;
let status: HTMLElement;
// Of opt-out laws alone, and only where marketing is asked for.
let honoured: HTMLElement | null;
let conflict: HTMLElement | null;
let onKeep: ((trusted: boolean) => void) | undefined;

/** Where the root was put: the page's address, and what stood beside it. */
let address: string;
let neighbour: Element | null;
let returns = 0;

/** Puts the first layer into the page, as soon as it has a body. `onAnswer` gets the `data-action` of a pressed button. */
export function paint(site: LoaderSite, nonce: string, onAnswer: (action: string, trusted: boolean) => void): void {
  style.nonce = nonce;
  style.textContent = site.style;
  root.id = "cookie-consent";
  // In the top layer: above everything on the page, whatever its `z-index`, `transform` or `opacity`.
  root.popover = "manual";
  // Turbo, which refreshes a page by morphing it, lets be what has this mark.
  root.dataset["turboPermanent"] = "";
  root.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>(".temoin-banner [data-action]");
    if (button) onAnswer(button.dataset["action"]!, event.isTrusted);
  });
  write(site);
  observe(() => place());
}

/** Writes the layer, in the language of the site's texts. */
export function write(site: LoaderSite): void {
  root.lang = site.language;
  root.dir = site.rtl ? "rtl" : "ltr";
  fill(root, site.layer);
  const find = (name: string) => root.querySelector<HTMLElement>(".temoin-" + name);
  banner = find("banner");
  reopen = find("reopen");
  reload = find("reload");
  status = find("status")!;
  if (__OPT_OUT__) {
    const shown = honoured?.hidden === false;
    honoured = find("honoured");
    conflict = find("conflict");
    showHonoured(shown);
    if (onKeep) askAboutConflict(onKeep);
  }
}

/** Hides all of the layer, or shows it again. */
export function conceal(hidden: boolean): void {
  root.style.setProperty("display", hidden ? "none" : "", "important");
}

/**
 * Puts style and root into the page where they are missing: as soon as there is a body, and whenever a router of the page
 * has exchanged the head or the body, or what is in them. A page that takes away the root and nothing else has the last
 * word, until somebody asks for the dialog (`wanted`).
 */
export function place(wanted?: boolean): void {
  const { head, body } = document;
  const isTaken = root.isConnected || !body || (!wanted && neighbour?.isConnected && address === location.href);
  if (isTaken) neighbour = root.nextElementSibling ?? neighbour;
  if (isTaken && style.isConnected) return;
  if (!wanted && returns++ > MOST_RETURNS) return;
  // First in the head: among important declarations, the cascade layer that is declared first wins.
  if (!style.isConnected) head?.prepend(style);
  if (isTaken) return;
  // A page's cache may bring back a copy of the root, with buttons that nobody listens to.
  document.querySelectorAll("#" + root.id).forEach((copy) => copy.remove());
  // First in the body, so that it is first for the keyboard and for a screen reader, wherever it is painted.
  body.prepend(root);
  address = location.href;
  neighbour = root.nextElementSibling;
  root.showPopover?.();
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

/** Says, without a click, that Global Privacy Control is honoured. */
export function showHonoured(shown: boolean): void {
  if (honoured) honoured.hidden = !shown;
}

/** Says that the signal overrides what was accepted before. `keep` is called if the visitor wants that all the same. */
export function askAboutConflict(keep: (trusted: boolean) => void): void {
  if (!conflict) return;
  onKeep = keep;
  conflict.hidden = false;
  conflict.onclick = ({ target, isTrusted }) => {
    const { action } = (target as HTMLElement).dataset;
    if (!action) return;
    closeConflict();
    if (action === "keep") keep(isTrusted);
  };
}

/** Ends that question: it is answered, or the visitor answers everything. */
export function closeConflict(): void {
  onKeep = undefined;
  if (!conflict) return;
  const focused = conflict.contains(document.activeElement);
  conflict.hidden = true;
  if (focused) attempt(() => reopen?.focus());
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
