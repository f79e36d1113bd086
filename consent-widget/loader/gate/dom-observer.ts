/** One observer for every element that the parser or a script adds to the page, marks in it, or removes from it. */
import { isElement, matches } from "../intrinsics";

type Listener = (root: Element) => void;

const listeners: Listener[] = [];
/** Attributes that a framework, or a library that loads images late, may set after the element was added. */
export const WATCHED = ["data-category", "data-cookieconsent", "data-src", "src", "srcset", "href"];

let observer: MutationObserver;

/**
 * Calls `listener` with the whole page now, and from then on with every element that is added, marked
 * or removed, in the page or in an open shadow tree. A removed element is no longer connected.
 */
export function observe(listener: Listener): void {
  if (listeners.push(listener) === 1) watch();
  listener(document.documentElement);
}

function watch(): void {
  observer = new MutationObserver((changes) => {
    for (const { attributeName, target, addedNodes, removedNodes } of changes) {
      for (const node of attributeName ? [target] : [...addedNodes, ...removedNodes]) {
        // While the page is parsed, each of its elements comes by itself.
        if (isElement(node)) visit(node, tellAll, document.readyState === "loading" ? [node] : undefined);
      }
    }
  });
  watchTree(window.document);
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (...init) {
    const shadow = attachShadow.apply(this, init);
    visit(this, tellAll);
    return shadow;
  };
  addEventListener("DOMContentLoaded", () => visit(document.documentElement, tellAll));
}

const tellAll: Listener = (root) => listeners.forEach((listener) => listener(root));
const watchTree = (tree: Node): void => observer.observe(tree, { childList: true, subtree: true, attributeFilter: WATCHED });

/** Calls `listener` with an element, and with what is in the shadow trees of it and of what it contains (`hosts`). */
export function visit(root: Element, listener: Listener, hosts: Element[] = findAll(root, "*")): void {
  listener(root);
  for (const { shadowRoot } of hosts) {
    if (!shadowRoot) continue;
    // To observe a tree again changes nothing.
    watchTree(shadowRoot);
    for (const child of [...shadowRoot.children]) visit(child, listener);
  }
}

/** `root` itself, if it matches, and every match below it, in document order. */
export function findAll(root: Element | DocumentFragment, selector: string): Element[] {
  const isRoot = isElement(root);
  const found = [...(isRoot ? Element : DocumentFragment).prototype.querySelectorAll.call(root, selector)];
  if (isRoot && matches(root, selector)) found.unshift(root);
  return found;
}
