/**
 * The page's document and its elements as their interfaces define them. A page's named elements stand in the place of properties:
 * `<img name=body>` of `document.body`, `<input name=matches>` of its form's `matches` (HTML, "DOM clobbering"). They must decide
 * nothing here.
 */

/**
 * `document`, without the elements that the page has named. The build puts it in the place of `document` in every file of the loader
 * (esbuild's `inject`). What needs the node itself gets `window.document`, which nobody can replace.
 */
export const document = /* @__PURE__ */ new Proxy(window.document, {
  get(target, name) {
    const value: unknown = Reflect.get(Document.prototype, name, target);
    return typeof value === "function" ? value.bind(target) : value;
  },
  set: (target, name, value) => Reflect.set(Document.prototype, name, value, target),
});

/** A property of a node, as an interface defines it; it throws for what is no such node. A node of another window is one too. */
export const property = (node: unknown, name: keyof Node): unknown => Reflect.get(Node.prototype, name, node as Node);

/** Whether something is an element, or a tree of elements that is not one itself. */
export const isElement = (node: unknown): node is Element => property(node, "nodeType") === Node.ELEMENT_NODE;

/** Whether an element matches a selector. */
export const matches = (element: Element, selector: string): boolean => Element.prototype.matches.call(element, selector);
