/** A visitor's choice, and what it permits. */
import { PURPOSES } from "../generated/constants";
import type { LoaderSite, Purpose } from "../generated/types";

/** `window.Temoin.consent`: whether each purpose is granted. */
export type Consent = Record<Purpose, boolean>;

export interface Choice {
  consent: Consent;
  /** The services that have an answer of their own, apart from their purpose's: by id, whether each is granted. */
  services: Record<string, boolean>;
}

/** What must be granted before something may run or load. */
export interface Condition {
  /** All of them must be granted. */
  purposes: string[];
  service: string | null;
}

/** Nothing optional is granted. */
export const NOTHING: Consent = { necessary: true, preferences: false, statistics: false, marketing: false };

/** Everything optional is refused. */
export const REFUSAL: Choice = { consent: NOTHING, services: {} };

/**
 * The choice that holds before the visitor answers: what is on until they refuse it. Global Privacy Control is itself
 * such a refusal, and marketing stops before anybody has decided. `Decision::before_answer` in
 * `crates/consent-core` is the same; `tests/before-answer.json` there holds both to the same cases.
 */
export function choiceBeforeAnswer(site: LoaderSite, gpc: boolean): Choice {
  const consent = { ...NOTHING, ...site.until_refused };
  if (gpc) consent.marketing = false;
  return { consent, services: {} };
}

/** The status of a stored choice, whose text does not tell a withdrawal from a refusal. */
export const statusOf = (choice: Choice): "given" | "refused" =>
  PURPOSES.some((purpose) => purpose !== "necessary" && choice.consent[purpose]) ||
  Object.values(choice.services).includes(true)
    ? "given"
    : "refused";

/** Whether two choices have the same answers. */
export const isSameChoice = (one: Choice, other: Choice): boolean =>
  JSON.stringify([one.consent, one.services]) === JSON.stringify([other.consent, other.services]);

/** Whether a choice grants something that another does not. */
export function grantsMore(site: LoaderSite, choice: Choice, than: Choice): boolean {
  const services = Object.keys(site.services).map((id) => [site.services[id]!.purpose, id]);
  const asked = [...PURPOSES.map((purpose) => [purpose, null]), ...services] as [string, string | null][];
  return asked.some(([purpose, id]) => permits(site, choice, [purpose], id) && !permits(site, than, [purpose], id));
}

/**
 * Whether a choice permits something that needs every one of `purposes` and belongs to `service`. The
 * answer of a service counts before the one of its purpose; an exempt one runs until it is objected to. An unknown purpose is
 * never permitted: no visitor can have agreed to it. `tests/exempt-services.json` of `crates/consent-core` has cases of exempt
 * services on which the edge agrees.
 */
export function permits(site: LoaderSite, choice: Choice, purposes: string[], service?: string | null): boolean {
  const own = service ? site.services[service] : undefined;
  const answer = service ? (choice.services[service] ?? own?.exempt) : undefined;
  if (answer === false || !purposes.length) return false;
  return purposes.every((purpose) => choice.consent[purpose as Purpose] === true || (answer === true && purpose === own?.purpose));
}
