/** Scripts that put into the page what is built already: it is checked before it enters, and what they copy once it is there. */
import { attempt } from "../attempt";
import { isElement, property } from "../intrinsics";
import type { Blocker } from "./blocker";
import { interceptMethod, interceptSetter } from "./intercept";

/** Every method of the DOM that takes a node and puts it somewhere. */
const ENTERING =
  "appendChild insertBefore replaceChild append prepend replaceChildren before after replaceWith insertAdjacentElement moveBefore " +
  "insertNode surroundContents adoptNode add";
const COPYING = "cloneNode importNode createContextualFragment transformToFragment";
/** What puts a node somewhere when it is assigned. */
const ASSIGNED = "body caption tHead tFoot";

export function guardSubtrees({ blockWithin }: Blocker): void {
  /** Blocks what must wait in a node, if it comes from elsewhere or becomes part of the page. */
  const enter = (target: unknown, node: unknown): void => {
    const owner = typeof node === "object" && attempt(() => property(node, "ownerDocument"));
    if (!owner || (owner === window.document && property(node, "isConnected"))) return;
    // A range is no node: what it inserts is in the page.
    const built = attempt(() => !property(target, "isConnected") && property(target, "ownerDocument") === owner);
    if (!built && (isElement(node) || property(node, "nodeType") === Node.DOCUMENT_FRAGMENT_NODE)) blockWithin(node as Element);
  };
  const places = [Node, Element, CharacterData, DocumentType, Document, DocumentFragment, Range, HTMLSelectElement, HTMLOptionsCollection];
  for (const { prototype } of [...places, HTMLTableElement] as { prototype: Node }[]) {
    for (const name of ENTERING.split(" ")) {
      interceptMethod(prototype, name, (call, target, args) => {
        for (const arg of args) enter(target, arg);
        return call(...args);
      });
    }
    for (const name of ASSIGNED.split(" ")) {
      interceptSetter(prototype, name, (target, node) => {
        enter(target, node);
        return node;
      });
    }
    for (const name of COPYING.split(" ")) interceptMethod(prototype, name, copy);
  }
  interceptMethod((window as { XSLTProcessor?: { prototype: object } }).XSLTProcessor?.prototype, COPYING.split(" ")[3]!, copy);

  /** What a copy loads is asked for only once the script that copies has come to its next pause. */
  function copy(call: (...args: unknown[]) => unknown, _: unknown, args: unknown[]): unknown {
    const node = call(...args);
    if (attempt(() => property(node, "ownerDocument")) === window.document) enter(window.document, node);
    return node;
  }
}
