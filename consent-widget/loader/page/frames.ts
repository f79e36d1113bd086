/**
 * Of a page and its frames that carry the tag of one site, only the topmost asks. Frames of its own origin see its choice in
 * the storage that they share; frames of the site's other origins get it by message.
 */
import { attempt } from "../attempt";
import { site } from "./page";

/** Begins every message. A second part is the stored choice, from the page above; without one, a frame asks for it. */
const TOPIC = "temoin:" + site.site;
const followers = new Map<Window, string>();

/** Every page above this one, the nearest first. */
function above(): Window[] {
  const pages: Window[] = [];
  for (let page: Window = window; page !== page.parent; ) pages.push((page = page.parent));
  return pages;
}

/** Whether a page above has this site's loader, as far as this page may see: one of another origin cannot be asked so. */
export const isBelow = (): boolean =>
  above().some((page) => attempt(() => Object.hasOwn(page, "Temoin") && page.Temoin.site === site.site));

/** Exchanges messages with the site's other origins. `current` gives the stored choice, `follow` gets the one from above. */
export function linkFrames(current: () => string | undefined, follow: (text: string) => void): void {
  addEventListener("message", ({ data, origin, source }) => {
    if (data?.[0] !== TOPIC || !site.origins.includes(origin)) return;
    if (data[1] !== undefined) return follow(data[1] as string);
    followers.set(source as Window, origin);
    (source as Window).postMessage([TOPIC, current() ?? ""], origin);
  });
  for (const page of above()) page.postMessage([TOPIC], "*");
}

/** Passes the stored choice on to the frames that asked for it. */
export const passOn = (text?: string): void => followers.forEach((origin, frame) => frame.postMessage([TOPIC, text ?? ""], origin));
