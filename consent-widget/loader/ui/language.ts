/**
 * The page's language comes before the browser's. Where the page is in another of the site's languages than the loader, the
 * loader of that language is fetched for its texts; it finds this one at work, and only hands over its site.
 */
import type { LoaderSite } from "../generated/types";
import { trusted } from "../trusted";
import { make } from "./html";

/** A loader's script element, once it has run on a page that has a loader. */
export type Carrier = HTMLScriptElement & { temoin?: LoaderSite };

/** Whether the tag itself says which loader it is: by its language, or pinned (`/t/SITE/LOADER/LANGUAGE.js`). */
const CHOSEN = /[?&]language=|\/t\/.+\/.+\//;

/** Calls `speak` with the site in the page's language, or with nothing where it cannot be had; says whether it will. */
export function followPage(site: LoaderSite, server: string, own: Carrier | null, speak: (texts?: LoaderSite) => void): boolean {
  const wanted = document.documentElement.lang.toLowerCase();
  // The tag of a language can begin with that of another one: `pt-BR` with `pt`.
  const isOther = wanted !== site.language.toLowerCase() && [wanted, wanted.split("-")[0]!].some((tag) => site.others?.includes(tag));
  if (!isOther || CHOSEN.test(own?.src ?? "")) return false;
  const script: Carrier = make("script");
  script.nonce = own?.nonce ?? "";
  script.src = trusted(`${server}/t/${site.site}.js?language=${wanted}${__LAWS__ ? "&place=" + site.law! : ""}`, "createScriptURL");
  // Of an edition that came meanwhile, the texts belong to another notice.
  script.onload = script.onerror = () => speak(script.temoin?.notice === site.notice ? script.temoin : undefined);
  document.head.append(script);
  return true;
}
