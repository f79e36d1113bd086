/** What stands where a blocked frame will be: why, and two ways to see it. */
import type { Condition } from "./gate";
import type { LoaderSite, OptionalPurpose } from "../state/site";

/** The visitor wants everything of a service from now on; and whether the browser vouched for it. */
export type OnAlways = (service: string, trusted: boolean) => void;

/** With these it takes exactly the place of the frame, or grows where its words need more. */
const MEASURES = "aspect-ratio,border-width,box-sizing,float,inset,margin,padding,position,width".split(",");

export interface Placeholder {
  /** Takes its place before the frame, wherever that is now. */
  stand(): void;
  /** Makes way for the frame; the focus, if a button had it, goes on to what that opened. */
  remove(): void;
}

/** Puts a placeholder before a frame. */
export function standIn(
  site: LoaderSite,
  frame: HTMLIFrameElement,
  { purposes, service }: Condition,
  show: () => void,
  onAlways: OnAlways,
): Placeholder {
  const element = document.createElement("div");
  element.className = "temoin-placeholder";
  element.lang = site.language;
  element.dir = site.rtl ? "rtl" : "ltr";
  element.innerHTML = site.placeholder;
  const slot = (name: string, text: string, within = "") =>
    element.querySelectorAll(`${within} [data-slot=${name}]`).forEach((place) => (place.textContent = text));
  const known = service ? site.services[service] : undefined;
  slot("service", frame.title || known?.name || service || "");
  // The second button is about everything of the service.
  slot("service", known?.name ?? "", "button");
  slot("purpose", purposes.map((name) => site.purposes[name as OptionalPurpose] ?? name).join(", "));
  const { placeholder, poster } = frame.dataset;
  if (placeholder) element.querySelector("p")!.textContent = placeholder;
  if (poster) {
    const image = document.createElement("img");
    image.alt = "";
    image.src = poster;
    element.prepend(image);
  }
  const [load, always] = element.querySelectorAll("button") as unknown as [HTMLElement, HTMLElement];
  load.onclick = show;
  if (known?.name && site.purposes[purposes[0] as OptionalPurpose] && !purposes[1]) {
    always.onclick = (event) => onAlways(service!, event.isTrusted);
  } else {
    always.remove();
  }

  /**
   * Takes the frame's place and size, whatever gives them to it: attributes or the page's styles. As
   * soon as the placeholder has a style of its own the frame is hidden by ours, and its values are
   * the ones written for it (`100%`, `16 / 9`), not what came of them.
   */
  const measure = (): void => {
    const style = getComputedStyle(frame);
    const take = (name: string, value: string) => element.style.setProperty(name, value, "important");
    take("display", style.display.startsWith("inline") ? "inline-flex" : "flex");
    take("min-height", style.height);
    for (const name of MEASURES) take(name, style.getPropertyValue(name));
  };

  const stand = (): void => {
    if (frame.previousSibling !== element) frame.before(element);
  };
  stand();
  // By then the page's styles are there, and nothing is painted yet.
  requestAnimationFrame(measure);
  return {
    stand,
    remove() {
      const held = element.contains(document.activeElement);
      element.remove();
      if (held) frame.focus();
    },
  };
}
