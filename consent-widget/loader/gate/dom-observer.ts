/** One observer for every element that the parser or a script adds to the page, marks in it, or removes from it. */
import { isElement, matches } from "../intrinsics";

type Listener = (root: Element) => void;

const listeners: Listener[] = [];
/** Attributes that a framework, or a library that loads images late, may set after the element was added. */
export const WATCHED = ["data-category", "data-cookieconsent", "data-src", "src", "srcset", "href"];

/**
 * Calls `listener` with the whole page now, and from then on with every element that is added, marked
 * or removed. A removed element is no longer connected.
 */
export function observe(listener: Listener): void {
  if (listeners.push(listener) === 1) {
    new MutationObserver((changes) => {
      for (const { attributeName, target, addedNodes, removedNodes } of changes) {
        for (const node of attributeName ? [target] : [...addedNodes, ...removedNodes]) {
          if (isElement(node)) for (const listener of listeners) listener(node);
        }
      }
    }).observe(window.document, { childList: true, subtree: true, attributeFilter: WATCHED });
  }
  listener(document.documentElement);
}

/** `root` itself, if it matches, and every match below it, in document order. */
export function findAll(root: Element | DocumentFragment, selector: string): Element[] {
  const isRoot = isElement(root);
  const found = [...(isRoot ? Element : DocumentFragment).prototype.querySelectorAll.call(root, selector)];
  if (isRoot && matches(root, selector)) found.unshift(root);
  return found;
}
