/** What stands where a blocked frame will be: why, and two ways to see it. */
import type { LoaderSite, OptionalPurpose } from "./site";

/** The visitor wants everything of a service from now on; and whether the browser vouched for it. */
export type OnAlways = (service: string, trusted: boolean) => void;

export class Placeholder {
  private readonly element = document.createElement("div");

  constructor(
    site: LoaderSite,
    private readonly frame: HTMLIFrameElement,
    { purposes, service }: { purposes: string[]; service: string | null },
    show: () => void,
    onAlways: OnAlways,
  ) {
    const { element } = this;
    element.className = "temoin-placeholder";
    element.lang = site.language;
    if (site.rtl) element.dir = "rtl";
    element.innerHTML = site.placeholder;
    const slot = (name: string, text: string) =>
      element.querySelectorAll(`[data-slot=${name}]`).forEach((place) => (place.textContent = text));
    slot("service", frame.title || service || "");
    slot("purpose", purposes.map((name) => site.purposes[name as OptionalPurpose] ?? name).join(", "));
    const { placeholder, poster } = frame.dataset;
    if (placeholder) element.querySelector("p")!.textContent = placeholder;
    if (poster) {
      const image = document.createElement("img");
      image.alt = "";
      image.src = poster;
      element.prepend(image);
    }
    const { width, height } = frame;
    const size = (property: string, value: string) =>
      value && element.style.setProperty(property, /^\d+$/.test(value) ? value + "px" : value, "important");
    size("width", width);
    size("min-height", height);
    const [load, always] = element.querySelectorAll("button") as unknown as [HTMLElement, HTMLElement];
    load.onclick = () => {
      show();
      // The button that had the focus is gone; what it opened takes it.
      frame.focus();
    };
    if (service && site.services[service] && site.purposes[purposes[0] as OptionalPurpose] && !purposes[1]) {
      always.onclick = (event) => onAlways(service, event.isTrusted);
    } else {
      always.remove();
    }
    frame.style.setProperty("display", "none", "important");
    frame.before(element);
  }

  remove(): void {
    this.element.remove();
    this.frame.style.removeProperty("display");
  }
}
