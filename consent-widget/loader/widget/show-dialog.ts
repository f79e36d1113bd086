/**
 * Opens the preference dialog where the visitor sees it. A content blocker may hide our root by its id. A modal dialog
 * that nobody sees makes a page dead: nothing else in it can be pressed.
 */
import type { LoaderSite } from "../generated/types";
import { attempt } from "../attempt";
import { make } from "../ui/html";
import { MARK } from "../ui/press";

/** Opens a dialog; `unseen` is called where something hides it wherever it is put. */
export function showDialog(dialog: HTMLDialogElement, site: LoaderSite, nonce: string, unseen: () => void): void {
  if (dialog.open && isSeen(dialog)) return;
  for (const move of [() => {}, moveElsewhere]) {
    move(dialog, site, nonce);
    // It throws where the dialog is not in the page.
    attempt(() => dialog.showModal());
    if (isSeen(dialog)) return watch(dialog, site, nonce, unseen);
    dialog.close();
  }
  unseen();
}

/** Whether a visitor sees the dialog, and can press what is in it. */
function isSeen(dialog: HTMLDialogElement): boolean {
  const button = dialog.querySelector("[data-action=close]")!;
  const { x, y, width, height } = button.getBoundingClientRect();
  // What lies over the dialog for the time of a double click says nothing of the dialog.
  const page = document.documentElement;
  const marked = page.hasAttribute(MARK);
  page.removeAttribute(MARK);
  const hit = document.elementFromPoint(x + width / 2, y + height / 2);
  page.toggleAttribute(MARK, marked);
  // The dialog's backdrop counts as the dialog, and a box that is clear as glass is hit all the same.
  return button.contains(hit) && !isClear(button) && (button.checkVisibility?.({ checkVisibilityCSS: true }) ?? true);
}

/** Whether an element of ours is clear as glass. The opacity of the page's body does not reach the top layer. */
const isClear = (element: Element): boolean =>
  getComputedStyle(element).opacity === "0" || (element.parentElement !== document.body && isClear(element.parentElement!));

/** A blocker may look at the page only after the dialog is open: if its box goes, it is shown elsewhere. */
function watch(dialog: HTMLDialogElement, ...more: [LoaderSite, string, () => void]): void {
  const observer = new ResizeObserver(() => {
    if (dialog.open && dialog.getClientRects().length) return;
    observer.disconnect();
    if (!dialog.open) return;
    dialog.close();
    showDialog(dialog, ...more);
  });
  observer.observe(dialog);
}

/** Moves the dialog out of our root, into an element of a name that no list has, with the styles of both. */
function moveElsewhere(dialog: HTMLDialogElement, site: LoaderSite, nonce: string): void {
  const place = make("div");
  const styles = [make("style"), dialog.querySelector("style")!] as const;
  styles[0].textContent = site.style;
  const before = dialog.parentElement!.id;
  place.id = "t" + Math.random().toString(36).slice(2);
  place.dataset["temoin"] = "dialog";
  place.lang = site.language;
  place.dir = site.rtl ? "rtl" : "ltr";
  for (const style of styles) {
    style.nonce = nonce;
    style.textContent = style.textContent!.replaceAll("#cookie-consent", "#" + place.id).replaceAll("#" + before, "#" + place.id);
  }
  place.append(styles[0], dialog);
  document.body.append(place);
}
