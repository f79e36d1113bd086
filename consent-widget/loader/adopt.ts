/** Choices found from other tools, to be taken over as imported: never as fresh proof. */
import type { Consent } from "./choice";
import type { LoaderSite, OptionalPurpose } from "./site";
import { attempt } from "./stored";

export interface Found {
  consent: Partial<Consent>;
  /** When it was made, in milliseconds since 1970. */
  at: number;
}

/** How long Klaro keeps its cookie unless told otherwise, in milliseconds: it does not say when it set it. */
const KLARO_KEEPS = 120 * 864e5;

/** The first choice that one of the tools named by the site has left. */
export function findForeign(site: LoaderSite, now: number): Found | undefined {
  for (const tool of site.import!) {
    const found = attempt(() => READERS[tool](site, now));
    if (found && found.at <= now) return found;
  }
  return;
}

function cookie(name: string): string {
  const pair = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
  return decodeURIComponent(pair!.slice(name.length + 1));
}

const READERS: Record<NonNullable<LoaderSite["import"]>[number], (site: LoaderSite, now: number) => Found | undefined> = {
  /** `{stamp:'…',necessary:true,…,utc:1700000000000}`: written like JavaScript, read as text. */
  cookiebot() {
    const text = cookie("CookieConsent");
    const at = +(/\butc:(\d{13})\b/.exec(text)?.[1] ?? NaN);
    // Written by our own facade: nothing foreign.
    if (!(at > 0) || text.includes("stamp:'temoin'")) return;
    const says = (purpose: string) => new RegExp(`\\b${purpose}:true\\b`).test(text);
    const consent = { preferences: says("preferences"), statistics: says("statistics"), marketing: says("marketing") };
    return { consent, at };
  },
  vanilla_cookieconsent() {
    const found = JSON.parse(cookie("cc_cookie")) as { categories: string[]; lastConsentTimestamp?: string; consentTimestamp: string };
    const names: Record<OptionalPurpose, string[]> = {
      preferences: ["preferences", "functionality", "functional"],
      statistics: ["statistics", "analytics"],
      marketing: ["marketing", "ads", "advertisement", "targeting"],
    };
    const says = (purpose: OptionalPurpose) => names[purpose].some((name) => found.categories.includes(name));
    const consent = { preferences: says("preferences"), statistics: says("statistics"), marketing: says("marketing") };
    return { consent, at: Date.parse(found.lastConsentTimestamp ?? found.consentTimestamp) };
  },
  /** By service: a purpose is granted where all of its services are. */
  klaro(site, now) {
    const found = JSON.parse(cookie("klaro")) as Record<string, unknown>;
    const consent: Found["consent"] = {};
    for (const [id, { purpose }] of Object.entries(site.services)) {
      if (id in found && purpose !== "necessary") consent[purpose] = (consent[purpose] ?? true) && found[id] === true;
    }
    return { consent, at: now - KLARO_KEEPS };
  },
};
