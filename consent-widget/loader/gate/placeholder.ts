/** The placeholder of a blocked frame: it says why the frame is blocked, and offers two ways to load it. */
import type { Condition } from "../state/choice";
import type { LoaderSite, OptionalPurpose } from "../generated/types";
import { style } from "../ui/first-layer";
import { fill, make } from "../ui/html";

/** The visitor wants everything of a service from now on; `trusted` is whether the browser vouched for the click. */
export type OnAlways = (service: string, trusted: boolean) => void;

/** The properties that the placeholder takes over from the frame. Its height may grow where its text needs more. */
const TAKEN_OVER = "aspect-ratio,border-width,box-sizing,float,inset,margin,padding,position,width".split(",");

/** Writes the texts of each placeholder that stands. */
const writers = new Set<() => void>();

/** Writes the texts of every placeholder anew, in the language that the site is in now. */
export const rewritePlaceholders = (): void => writers.forEach((write) => write());

export interface Placeholder {
  /** Moves to the place before the frame, wherever the frame is now. */
  stand(): void;
  /** Leaves the page; if one of its buttons had the focus, the frame gets it. */
  remove(): void;
}

/** Puts a placeholder before a frame. `load` loads the frame this once. */
export function createPlaceholder(
  site: LoaderSite,
  frame: HTMLIFrameElement,
  { purposes, service }: Condition,
  load: () => void,
  onAlways: OnAlways,
): Placeholder {
  const element = make("div");
  element.className = "temoin-placeholder";
  const known = service ? site.services[service] : undefined;
  const write = (): void => {
    element.lang = site.language;
    element.dir = site.rtl ? "rtl" : "ltr";
    element.replaceChildren(...fill(make("div"), site.placeholder).childNodes);
    const fillSlot = (slot: string, text: string, within = "") =>
      element.querySelectorAll(`${within} [data-slot=${slot}]`).forEach((place) => (place.textContent = text));
    fillSlot("service", frame.title || known?.name || service || "");
    // The second button is about everything of the service, so it names the service, not the frame.
    fillSlot("service", known?.name ?? "", "button");
    fillSlot("purpose", purposes.map((name) => site.purposes[name as OptionalPurpose] ?? name).join(", "));
    const { placeholder, poster } = frame.dataset;
    if (placeholder) element.querySelector("p")!.textContent = placeholder;
    if (poster) {
      const image = make("img");
      image.alt = "";
      image.src = poster;
      element.prepend(image);
    }
    // Our style in the page does not apply in a shadow tree.
    if (frame.getRootNode() !== window.document) element.append(style.cloneNode(true));
    const [once, always] = element.querySelectorAll("button") as unknown as [HTMLElement, HTMLElement];
    once.onclick = load;
    if (known?.name && site.purposes[purposes[0] as OptionalPurpose] && !purposes[1]) {
      always.onclick = (event) => onAlways(service!, event.isTrusted);
    } else {
      always.remove();
    }
  };
  write();
  if (__SEVERAL__) writers.add(write);

  const stand = (): void => {
    if (frame.previousSibling !== element) frame.before(element);
  };
  stand();
  // By the next frame the page's styles apply, and nothing is painted yet.
  requestAnimationFrame(() => takeSize(element, frame));
  return {
    stand,
    remove() {
      const focused = element.contains(document.activeElement);
      element.remove();
      writers.delete(write);
      if (focused) frame.focus();
    },
  };
}

/**
 * Gives the placeholder the place and size of the frame, whether attributes or styles of the page set
 * them. Our style sheet hides the frame as soon as the placeholder has a style of its own; from then on
 * the frame's values are the written ones (`100%`, `16 / 9`), not the computed ones.
 */
function takeSize(element: HTMLElement, frame: HTMLIFrameElement): void {
  const style = getComputedStyle(frame);
  const set = (name: string, value: string) => element.style.setProperty(name, value, "important");
  set("display", style.display.startsWith("inline") ? "inline-flex" : "flex");
  set("min-height", style.height);
  for (const name of TAKEN_OVER) set(name, style.getPropertyValue(name));
}
