/** One observer for everything that comes to the page, by the parser or later, or leaves it. */

type Listener = (root: Element) => void;

const listeners: Listener[] = [];
/** A framework may say what a node waits for, or where it goes, once the node is there. */
const MARKS = ["data-category", "data-cookieconsent", "data-src"];

/**
 * Calls `listener` with the whole page now, and from now on with every element that is added,
 * marked or taken away (which is then not connected).
 */
export function watch(listener: Listener): void {
  if (!listeners.push(listener) || listeners.length === 1) {
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

/** `root` and everything below it that matches. */
export function within(root: Element | DocumentFragment, selector: string): Element[] {
  const found = [...root.querySelectorAll(selector)];
  if (root instanceof Element && root.matches(selector)) found.unshift(root);
  return found;
}
