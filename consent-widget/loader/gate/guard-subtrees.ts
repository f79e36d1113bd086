/** Scripts that put into the page what is built already: it is checked before it enters, and what they copy once it is there. */
import { attempt } from "../attempt";
import { isElement, property } from "../intrinsics";
import type { Blocker } from "./blocker";
import { interceptMethod, interceptSetter } from "./intercept";
import { inert } from "./loading";

/** Every method of the DOM that takes a node and puts it somewhere. */
const ENTERING =
  "appendChild insertBefore replaceChild append prepend replaceChildren before after replaceWith insertAdjacentElement moveBefore " +
  "insertNode surroundContents adoptNode add";
const COPYING = "cloneNode importNode createContextualFragment transformToFragment";
/** Safari, and whatever else has its engine. */
const IS_WEBKIT = /* @__PURE__ */ navigator.vendor.startsWith("Apple");
/** What puts a node somewhere when it is assigned. */
const ASSIGNED = "body caption tHead tFoot";

export function guardSubtrees({ blockWithin }: Blocker): void {
  const { adoptNode, importNode } = Document.prototype;
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

  /**
   * What a copy loads is asked for once the script that copies has come to its next pause; in WebKit, as soon as the copy is made. There it
   * is made in a document in which nothing loads, and is taken over if anything in it must wait.
   */
  function copy(call: (...args: unknown[]) => unknown, target: unknown, args: unknown[]): unknown {
    if (IS_WEBKIT) {
      const [source, deep] = target === window.document ? args : [target, args[0]];
      const tried = attempt(() => importNode.call(inert, source as Node, !!deep));
      if (tried && blockWithin(tried as Element)) return adoptNode.call(window.document, tried);
    }
    const node = call(...args);
    if (attempt(() => property(node, "ownerDocument")) === window.document) enter(window.document, node);
    return node;
  }
}
