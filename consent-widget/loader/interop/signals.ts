/**
 * Tells the tags of others what is granted: Google Consent Mode v2, Microsoft UET, Microsoft Clarity.
 * Which of their types follows which purpose is in `crates/consent-core/src/site/signals.rs`.
 */
import type { Consent } from "../state/choice";
import type { LoaderSignals, LoaderSite } from "../generated/types";

interface Tags {
  dataLayer?: unknown[];
  uetq?: unknown[];
  clarity?: { (...call: unknown[]): void; q?: unknown[] };
}

const own = (name: keyof Tags): boolean => Object.hasOwn(window, name);

/** A list of the page's; an element or a frame that has its name is none (HTML, "named access on the Window object"). */
function list(name: "dataLayer" | "uetq"): unknown[] {
  const tags = window as Tags;
  return own(name) && tags[name] ? tags[name] : (tags[name] = []);
}

const stateOf = (granted: boolean): string => (granted ? "granted" : "denied");

/** Sends a command to Google's tags. They take only an `arguments` object for a command. */
function gtag(..._command: unknown[]): void {
  // eslint-disable-next-line prefer-rest-params
  list("dataLayer").push(arguments);
}

/** Declares the state before any tag can run: under an opt-in law, everything but security is denied. */
export function declareDefault(site: LoaderSite, before: Consent): void {
  const { google } = site.signals!;
  if (google) {
    gtag("consent", "default", { ...googleTypes(google.types, before), wait_for_update: google.wait });
    if (google.redaction) gtag("set", "ads_data_redaction", true);
    if (google.passthrough) gtag("set", "url_passthrough", true);
  }
  tellMicrosoft(site.signals!, before, "default");
}

/** The consent that the tags know, in JSON. */
let known = "";

/** Tells the tags a choice, all consent types at once; nothing if they know it already. */
export function updateSignals(site: LoaderSite, consent: Consent): void {
  const { google } = site.signals!;
  if (known === (known = JSON.stringify(consent))) return;
  if (google) gtag("consent", "update", googleTypes(google.types, consent));
  tellMicrosoft(site.signals!, consent, "update");
}

/** Tells Tag Manager that a choice was made: it starts the tags that it has held back at an event only, and hears none in an update. */
export function announceChoice(site: LoaderSite, consent: Consent): void {
  if (site.signals!.google) ((window as Tags).dataLayer ??= []).push({ event: "temoin_consent", temoin_consent: { ...consent } });
}

function tellMicrosoft(signals: LoaderSignals, consent: Consent, command: string): void {
  const tags = window as Tags;
  if (signals.uet) list("uetq").push("consent", command, { ad_storage: stateOf(consent.marketing) });
  if (signals.clarity) {
    if (!own("clarity")) tags.clarity = function clarity() {
      // eslint-disable-next-line prefer-rest-params
      (tags.clarity!.q ??= []).push(arguments);
    };
    tags.clarity!("consentv2", { ad_Storage: stateOf(consent.marketing), analytics_Storage: stateOf(consent.statistics) });
  }
}

const googleTypes = (table: Record<string, keyof Consent>, consent: Consent): Record<string, string> =>
  Object.fromEntries(Object.entries(table).map(([type, purpose]) => [type, stateOf(consent[purpose])]));
