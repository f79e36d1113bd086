/** Scripts that write HTML: a browser requests what it names as soon as it parses it. */
import { matches, property } from "../intrinsics";
import { trusted } from "../trusted";
import { accepted } from "../ui/html";
import type { Blocker } from "./blocker";
import { interceptMethod, interceptSetter } from "./intercept";
import { inert, NAMES } from "./loading";

/** What may hold an address; whatever else a page writes is not parsed twice. */
const SUSPECT = /* @__PURE__ */ new RegExp(/* @__PURE__ */ NAMES.join("|"), "i");

export function guardMarkup({ blockWithin, blocksRequest }: Blocker): void {
  const write = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML")!.set!;
  /** The markup in which everything that must wait waits; `context` is the element that it is parsed for. */
  const filterMarkup = (html: any, context?: Element | null): unknown => {
    const text = String(html);
    if (!SUSPECT.test(text)) return html;
    if (!context && /<(html|head|body)\b/i.test(text)) {
      const page = new DOMParser().parseFromString(html, "text/html").documentElement;
      return blockWithin(page) ? trusted(/^\s*(<!doctype[^>]*>)?/i.exec(text)![0] + page.outerHTML) : html;
    }
    const scratch = inert.createElementNS(context?.namespaceURI ?? null, context?.localName ?? "body");
    write.call(scratch, html);
    return blockWithin(scratch) ? trusted(scratch.innerHTML) : html;
  };
  const filterFor = (target: unknown, html: unknown, outside: boolean): unknown => {
    const context = (outside ? property(target, "parentElement") : target) as Element | null;
    if (!context || context instanceof ShadowRoot) return filterMarkup(html);
    // What a template holds is no part of the page.
    return matches(context, "template") ? html : filterMarkup(html, context);
  };
  for (const { prototype } of [Element, ShadowRoot]) {
    for (const name of ["innerHTML", "outerHTML"]) {
      interceptSetter<object>(prototype, name, (target, html) => filterFor(target, html, name === "outerHTML"));
    }
    for (const name of ["setHTML", "setHTMLUnsafe"]) {
      interceptMethod<object>(prototype, name, (call, target, [html, ...more]) => call(filterFor(target, name === "setHTML" ? trusted(html) : html, false), ...more));
    }
  }
  interceptMethod(Element.prototype, "insertAdjacentHTML", (call, element, [where, html]) =>
    call(where, filterFor(element, html, /e(begin|rend)$/i.test(where))),
  );
  for (const name of ["write", "writeln"]) {
    interceptMethod(Document.prototype, name, (call, _, parts) => call(filterMarkup(trusted(parts.map(accepted).join("")))));
  }
  interceptMethod<object>(Document, "parseHTMLUnsafe", (call, _, [html, ...more]) => call(filterMarkup(html), ...more));
  interceptMethod(Document.prototype, "execCommand", (call, _, [command, shown, value]) => {
    if (/^insertimage$/i.test(command) && blocksRequest(String(value))) return false;
    return call(command, shown, /^inserthtml$/i.test(command) ? filterMarkup(value) : value);
  });
}
