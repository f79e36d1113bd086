/**
 * One press of a button of ours is one answer. What was under the button is there again at once: the second click of a
 * double click, the second tap of a double tap, and a key held down must not press that too. While the mark is set, the
 * style sheet lays the root over the page.
 */

/** As long as a double click takes where nobody has changed it (`GetDoubleClickTime`, Win32). */
const DOUBLE_CLICK_MS = 500;
const OURS = '#cookie-consent button,.temoin-placeholder button,[data-temoin="open"],[data-temoin="dialog"] button';
export const MARK = "data-temoin-pause";

/** Watches from now on. A script's click is no double click, and is let be. `onOpen` is called for whoever asks for the dialog. */
export function watchPresses(onOpen: (trusted: boolean) => void): void {
  const page = document.documentElement;
  const ofOurs = (event: Event) => (event.composedPath()[0] as Partial<Element>).closest?.<HTMLElement>(OURS);
  addEventListener(
    "click",
    (event) => {
      const button = ofOurs(event);
      if (!button) return;
      const { isTrusted } = event;
      if (isTrusted && page.hasAttribute(MARK)) {
        // By the keyboard: the focus is on what came in its place.
        event.preventDefault();
        return event.stopImmediatePropagation();
      }
      if (isTrusted) {
        page.setAttribute(MARK, "");
        setTimeout(() => page.removeAttribute(MARK), DOUBLE_CLICK_MS);
      }
      if (button.dataset["temoin"] === "open") onOpen(isTrusted);
    },
    true,
  );
  addEventListener("keydown", (event) => event.repeat && event.key === "Enter" && ofOurs(event) && event.preventDefault(), true);
}
