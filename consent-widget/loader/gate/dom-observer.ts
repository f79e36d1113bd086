/** One observer for every element that the parser or a script adds to the page, marks in it, or removes from it. */

type Listener = (root: Element) => void;

const listeners: Listener[] = [];
/** Attributes that a framework may set after it has added the element. */
const MARKS = ["data-category", "data-cookieconsent", "data-src"];

/**
 * Calls `listener` with the whole page now, and from then on with every element that is added, marked
 * or removed. A removed element is no longer connected.
 */
export function observe(listener: Listener): void {
  if (listeners.push(listener) === 1) {
    new MutationObserver((changes) => {
      for (const { attributeName, target, addedNodes, removedNodes } of changes) {
        for (const node of attributeName ? [target] : [...addedNodes, ...removedNodes]) {
          if (node instanceof Element) for (const listener of listeners) listener(node);
        }
      }
    }).observe(document, { childList: true, subtree: true, attributeFilter: MARKS });
  }
  listener(document.documentElement);
}

/** `root` itself, if it matches, and every match below it, in document order. */
export function findAll(root: Element | DocumentFragment, selector: string): Element[] {
  const found = [...root.querySelectorAll(selector)];
  if (root instanceof Element && root.matches(selector)) found.unshift(root);
  return found;
}
