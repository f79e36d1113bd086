/** Reads the choices that other consent tools have stored, to be recorded as imported: never as fresh proof. */
import type { LoaderSite, OptionalPurpose } from "../generated/types";
import { attempt } from "../attempt";
import { cookieValues } from "../state/stored";
import type { Changes } from "../temoin";

/** A choice of another tool. */
export interface ForeignChoice {
  consent: Changes;
  /** When it was made, in milliseconds since 1970. */
  at: number;
}

/** How long Klaro keeps its cookie by default, in milliseconds. The cookie does not say when it was set: assume the earliest. */
const KLARO_LIFETIME_MS = 120 * 864e5;

/** The choice of the first tool named by the site that has left one. */
export function findForeignChoice(site: LoaderSite, now: number): ForeignChoice | undefined {
  for (const tool of site.import!) {
    const found = attempt(() => READERS[tool](site, now));
    if (found && found.at <= now) return found;
  }
  return;
}

function cookie(name: string): string {
  const [text] = cookieValues(name);
  if (text === undefined) throw new Error("no cookie " + name);
  return decodeURIComponent(text);
}

/** The names that pages commonly give to the categories of vanilla-cookieconsent; each page chooses its own. */
const CATEGORIES: Record<OptionalPurpose, string[]> = {
  preferences: ["preferences", "functionality", "functional"],
  statistics: ["statistics", "analytics"],
  marketing: ["marketing", "ads", "advertisement", "targeting"],
};

/**
 * The changes that answers by service id come to: a purpose is granted only if every service of it was,
 * since the visitor was told of no other. Nothing if the site knows none of the ids.
 */
function changesByService(site: LoaderSite, answers: Record<string, unknown>): Changes | undefined {
  const consent: Changes = {};
  const services: Record<string, boolean> = {};
  for (const [id, { purpose }] of Object.entries(site.services)) {
    if (purpose === "necessary") continue;
    consent[purpose] = (consent[purpose] ?? true) && answers[id] === true;
    if (id in answers) services[id] = answers[id] === true;
  }
  return Object.keys(services).length ? { ...consent, services } : undefined;
}

const READERS: Record<NonNullable<LoaderSite["import"]>[number], (site: LoaderSite, now: number) => ForeignChoice | undefined> = {
  /**
   * `{stamp:'…',necessary:true,…,method:'explicit',ver:1,utc:1700000000000,region:'ca'}`: written like
   * JavaScript, read as text. An `implied` consent is no choice, nor is `-1` (Cookiebot did not ask).
   */
  cookiebot() {
    const text = cookie("CookieConsent");
    const at = +(/\butc:(\d{13})\b/.exec(text)?.[1] ?? NaN);
    // Our own facade stamps its cookie with `temoin`: that is no foreign choice.
    if (!text.includes("method:'explicit'") || text.includes("stamp:'temoin'")) return;
    const grants = (purpose: string) => new RegExp(`\\b${purpose}:true\\b`).test(text);
    const consent = { preferences: grants("preferences"), statistics: grants("statistics"), marketing: grants("marketing") };
    return { consent, at };
  },
  /** By category. A category with services counts as accepted there as soon as one of them is; here, only if all are. */
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
    const consent = changesByService(site, JSON.parse(cookie("klaro")) as Record<string, unknown>);
    return consent && { consent, at: now - KLARO_LIFETIME_MS };
  },
};
