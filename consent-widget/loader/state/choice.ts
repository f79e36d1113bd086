/** What was decided, and what it permits. */
import { PURPOSES, type LoaderSite, type Purpose } from "./site";

/** `window.Temoin.consent`: whether each purpose is granted. */
export type Consent = Record<Purpose, boolean>;

export interface Choice {
  consent: Consent;
  /** Services answered apart from their purpose. */
  services: Record<string, boolean>;
}

/** Nothing optional is granted. */
export const NOTHING: Consent = { necessary: true, preferences: false, statistics: false, marketing: false };

/** Everything optional is refused. */
export const REFUSAL: Choice = { consent: NOTHING, services: {} };

/**
 * What holds before any choice: nothing, or under an opt-out law everything the site asks for. There
 * Global Privacy Control is the objection itself, and marketing stops before anybody has decided.
 */
export function unasked(site: LoaderSite, gpc: boolean): Choice {
  const consent = { ...NOTHING };
  if (site.opt_out) {
    for (const purpose of Object.keys(site.purposes) as Purpose[]) consent[purpose] = !gpc || purpose !== "marketing";
  }
  return { consent, services: {} };
}

/** Where a stored choice leaves the consent; what is stored does not tell a withdrawal from a refusal. */
export const statusOf = (choice: Choice): "given" | "refused" =>
  PURPOSES.some((purpose) => purpose !== "necessary" && choice.consent[purpose]) ||
  Object.values(choice.services).includes(true)
    ? "given"
    : "refused";

/**
 * Whether something may happen that needs every one of `purposes` and belongs to `service`. A
 * service answered apart counts for its purpose; an unknown purpose is nothing a visitor can have
 * agreed to.
 */
export function permits(site: LoaderSite, choice: Choice, purposes: string[], service?: string | null): boolean {
  const apart = service ? choice.services[service] : undefined;
  if (apart === false || !purposes.length) return false;
  const own = service ? site.services[service]?.purpose : undefined;
  return purposes.every((purpose) => choice.consent[purpose as Purpose] === true || (apart === true && purpose === own));
}
