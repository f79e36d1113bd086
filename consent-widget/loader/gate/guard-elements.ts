/** Scripts that give an element an address: it is checked before the browser sees it. */
import { matches } from "../intrinsics";
import type { Blocker } from "./blocker";
import { IGNORE, interceptConstructor, interceptMethod, interceptSetter } from "./intercept";
import { inert, LOADING, NAMES, type Address } from "./loading";

export function guardElements({ blockElement, blockWithin, isBlocked }: Blocker): void {
  const { setAttribute } = Element.prototype;
  /** Whether an element must not get an attribute; before it gets one that makes it load, what it would load is blocked. */
  const refuses = (element: Element, name: string, value: any): boolean => {
    // Scripts often set the type last; a blocked script keeps its type until the gate releases it.
    if (name === "type" && matches(element, "script") && isBlocked(element) && !/^(text\/plain|temoin\/)/.test(value)) {
      element.setAttribute("data-type", value);
      return true;
    }
    if (name === "rel" || (name === "type" && matches(element, "input"))) {
      const as = inert.importNode(element);
      setAttribute.call(as, name, value);
      blockWithin(element, as);
    }
    const accept = (): string => {
      const as = inert.importNode(element);
      setAttribute.call(as, name, value);
      return as.getAttribute(name)!;
    };
    return Object.hasOwn(LOADING, name) && blockElement(element, name as Address, String(value), element, accept);
  };
  // Each property, wherever an interface of HTML has it, is named like its attribute, but for the case of its letters.
  for (const key of Object.getOwnPropertyNames(window)) {
    if (!/^HTML.*Element$/.test(key)) continue;
    const { prototype } = (window as unknown as Record<string, { prototype: Element }>)[key]!;
    for (const name of [...NAMES, "imageSrcset", "rel", "type"]) {
      interceptSetter(prototype, name, (element, value) => (refuses(element, name.toLowerCase(), value) ? IGNORE : value));
    }
  }
  for (const [name, at] of [["setAttribute", 0], ["setAttributeNS", 1]] as const) {
    interceptMethod(Element.prototype, name, (call, element, args) => {
      const attribute = String(args[at]).toLowerCase().split(":").pop()!;
      if (!refuses(element, attribute, args[at + 1])) call(...args);
    });
  }
  for (const name of ["setAttributeNode", "setAttributeNodeNS"]) {
    interceptMethod(Element.prototype, name, (call, element, [attribute]) =>
      refuses(element, attribute.localName, attribute.value) ? null : call(attribute),
    );
  }
  for (const name of ["setNamedItem", "setNamedItemNS"]) {
    interceptMethod(NamedNodeMap.prototype, name, (call, map, [attribute]) => {
      // A list of attributes does not say whose it is; the first of them does.
      const element = map[0]?.ownerElement;
      return element && refuses(element, attribute.localName, attribute.value) ? null : call(attribute);
    });
  }
  interceptSetter(Attr.prototype, "value", ({ ownerElement, localName }, value) =>
    ownerElement && refuses(ownerElement, localName, value) ? IGNORE : value,
  );
  interceptConstructor("Audio", (make, [address]) => {
    const audio = make() as HTMLAudioElement;
    if (address !== undefined) audio.src = address as string;
    return audio;
  });
}
