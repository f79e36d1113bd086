/** Choices found from other tools, to be taken over as imported: never as fresh proof. */
import type { LoaderSite, OptionalPurpose } from "../state/site";
import { attempt, cookies } from "../state/stored";
import type { Changes } from "../temoin";

export interface Found {
  consent: Changes;
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
  const [text] = cookies(name);
  if (text === undefined) throw new Error("no cookie " + name);
  return decodeURIComponent(text);
}

/** What pages commonly call the categories of vanilla-cookieconsent: the names are theirs to choose. */
const CATEGORIES: Record<OptionalPurpose, string[]> = {
  preferences: ["preferences", "functionality", "functional"],
  statistics: ["statistics", "analytics"],
  marketing: ["marketing", "ads", "advertisement", "targeting"],
};

/**
 * What was answered for services of these names, and nothing more: a purpose is granted where every
 * service of it was, since of the others nobody was told. Nothing where none of them is known.
 */
function byService(site: LoaderSite, said: Record<string, unknown>): Changes | undefined {
  const consent: Changes = {};
  const services: Record<string, boolean> = {};
  for (const [id, { purpose }] of Object.entries(site.services)) {
    if (purpose === "necessary") continue;
    consent[purpose] = (consent[purpose] ?? true) && said[id] === true;
    if (id in said) services[id] = said[id] === true;
  }
  return Object.keys(services).length ? { ...consent, services } : undefined;
}

const READERS: Record<NonNullable<LoaderSite["import"]>[number], (site: LoaderSite, now: number) => Found | undefined> = {
  /**
   * `{stamp:'…',necessary:true,…,method:'explicit',ver:1,utc:1700000000000,region:'ca'}`: written like
   * JavaScript, read as text. An `implied` consent is none, and `-1` (where Cookiebot did not ask) neither.
   */
  cookiebot() {
    const text = cookie("CookieConsent");
    const at = +(/\butc:(\d{13})\b/.exec(text)?.[1] ?? NaN);
    // Written by our own facade: nothing foreign.
    if (!text.includes("method:'explicit'") || text.includes("stamp:'temoin'")) return;
    const says = (purpose: string) => new RegExp(`\\b${purpose}:true\\b`).test(text);
    const consent = { preferences: says("preferences"), statistics: says("statistics"), marketing: says("marketing") };
    return { consent, at };
  },
  /** By category; one that has services of its own is accepted as soon as one of them is. */
  vanilla_cookieconsent(site) {
    const found = JSON.parse(cookie("cc_cookie")) as {
      categories: string[];
      services?: Record<string, string[]>;
      consentTimestamp: string;
      lastConsentTimestamp?: string;
    };
    const services: Record<string, boolean> = {};
    const consent: Changes = { services };
    for (const [purpose, names] of Object.entries(CATEGORIES) as [OptionalPurpose, string[]][]) {
      const accepted = names.filter((name) => found.categories.includes(name));
      const listed = accepted.flatMap((name) => found.services?.[name] ?? []);
      for (const id of listed) services[id] = true;
      const all = Object.entries(site.services).every(([id, { purpose: own }]) => own !== purpose || listed.includes(id));
      consent[purpose] = accepted.length > 0 && (all || !listed.length);
    }
    return { consent, at: Date.parse(found.lastConsentTimestamp ?? found.consentTimestamp) };
  },
  /** By service. */
  klaro(site, now) {
    const consent = byService(site, JSON.parse(cookie("klaro")) as Record<string, unknown>);
    return consent && { consent, at: now - KLARO_KEEPS };
  },
};
