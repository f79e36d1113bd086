/**
 * Makes elements of HTML, whatever the page is. In a page that is XML (`application/xhtml+xml`) an element of the page
 * itself wants XML as its `innerHTML`; in one of another XML type `createElement` makes elements that are not HTML's.
 * An element made here is of a document of HTML until it is put into the page, so its `innerHTML` is HTML.
 */
import { trusted } from "../trusted";

const scratch = document.implementation.createHTMLDocument("");

/** Creates an element. */
export const make = <Name extends keyof HTMLElementTagNameMap>(name: Name): HTMLElementTagNameMap[Name] => scratch.createElement(name);

/** Puts HTML of ours into an element, in the place of what is in it. */
export function fill<Filled extends Element>(element: Filled, html: string): Filled {
  try {
    element.innerHTML = trusted(html);
  } catch {
    // The page's header refuses our policy. This takes no script, and asks for no policy; an empty list of exceptions lets all else pass.
    (element as unknown as { setHTML(html: string, options: object): void }).setHTML(html, { sanitizer: {} });
  }
  return element;
}

/** What a page hands to `document.write`, as the browser takes it; it throws what the browser throws where it takes none. */
export function accepted(html: string | null): string {
  const raw = make("style");
  // `innerHTML` makes an empty text of null, `document.write` does not (Web IDL, "LegacyNullToEmptyString").
  raw.innerHTML = html ?? String(html);
  return raw.textContent!;
}
