/**
 * Makes elements of HTML, whatever the page is. In a page that is XML (`application/xhtml+xml`) an element of the page
 * itself wants XML as its `innerHTML`; in one of another XML type `createElement` makes elements that are not HTML's.
 * An element made here is of a document of HTML until it is put into the page, so its `innerHTML` is HTML.
 */
const scratch = document.implementation.createHTMLDocument("");

/** Creates an element, with this HTML in it. */
export function make<Name extends keyof HTMLElementTagNameMap>(name: Name, html = ""): HTMLElementTagNameMap[Name] {
  const element = scratch.createElement(name);
  element.innerHTML = html;
  return element;
}
