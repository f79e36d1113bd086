/** One observer for everything that is added to the page, by the parser or later. */

type Listener = (root: Element) => void;

const listeners: Listener[] = [];

/** Calls `listener` with the whole page now, and with every element that is added from now on. */
export function watch(listener: Listener): void {
  if (!listeners.push(listener) || listeners.length === 1) {
    new MutationObserver((changes) => {
      for (const change of changes) {
        for (const node of change.addedNodes) {
          if (node instanceof Element) for (const listener of listeners) listener(node);
        }
      }
    }).observe(document, { childList: true, subtree: true });
  }
  listener(document.documentElement);
}

/** `root` and everything below it that matches. */
export function within(root: Element, selector: string): Element[] {
  const found = [...root.querySelectorAll(selector)];
  if (root.matches(selector)) found.unshift(root);
  return found;
}
