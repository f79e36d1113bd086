/** What Global Privacy Control takes from a choice that was made without it, under an opt-out law. */
import type { LoaderSite } from "../generated/types";
import type { Choice } from "./choice";
import type { Changes } from "../temoin";

/** What a choice says of marketing: of the purpose, and of its services that have an answer of their own. */
export function answersForMarketing(site: LoaderSite, { consent, services }: Choice): Changes {
  const own = Object.entries(services).filter(([id]) => site.services[id]?.purpose === "marketing");
  return { marketing: consent.marketing, services: Object.fromEntries(own) };
}

/**
 * What the signal leaves of a choice that was made without it: everything but marketing and its services; nothing is returned
 * where that is all of it. `StoredChoice::after_signal` in `crates/consent-core/src/browser/stored.rs` says why and does the
 * same; `tests/privacy-signal.json` there holds both to it.
 */
export function afterSignal<Held extends Choice>(site: LoaderSite, choice: Held): Held | undefined {
  const { marketing, services } = answersForMarketing(site, choice);
  if (!marketing && !Object.values(services!).includes(true)) return;
  const others = Object.entries(choice.services).filter(([id]) => !(id in services!));
  return { ...choice, consent: { ...choice.consent, marketing: false }, services: Object.fromEntries(others) };
}
