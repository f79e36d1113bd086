/**
 * Telling other people's tags: Google Consent Mode v2, Microsoft UET, Microsoft Clarity. The table
 * of what means what is `crates/consent-core/src/signals.rs`.
 */
import type { Consent } from "../state/choice";
import type { LoaderSite, Signals } from "../state/site";

interface Tags {
  dataLayer?: unknown[];
  uetq?: unknown[];
  clarity?: { (...call: unknown[]): void; q?: unknown[] };
}

const word = (granted: boolean): string => (granted ? "granted" : "denied");

/** Google's tags tell a command from an event by its being an `arguments` object. */
function gtag(..._command: unknown[]): void {
  // eslint-disable-next-line prefer-rest-params
  ((window as Tags).dataLayer ??= []).push(arguments);
}

/** The state before any tag can run: everything denied but security, unless the law says otherwise. */
export function declare(site: LoaderSite, before: Consent): void {
  const { google } = site.signals!;
  if (google) {
    gtag("consent", "default", { ...types(google.types, before), wait_for_update: google.wait });
    if (google.redaction) gtag("set", "ads_data_redaction", true);
    if (google.passthrough) gtag("set", "url_passthrough", true);
  }
  tell(site.signals!, before, "default");
}

let told = "";

/** What was decided: all seven consent types at once, and only what tags have not been told already. */
export function update(site: LoaderSite, consent: Consent): void {
  const { google } = site.signals!;
  if (told === (told = JSON.stringify(consent))) return;
  if (google) gtag("consent", "update", types(google.types, consent));
  tell(site.signals!, consent, "update");
}

function tell(signals: Signals, consent: Consent, command: string): void {
  const tags = window as Tags;
  if (signals.uet) (tags.uetq ??= []).push("consent", command, { ad_storage: word(consent.marketing) });
  if (signals.clarity) {
    tags.clarity ??= function clarity() {
      // eslint-disable-next-line prefer-rest-params
      (tags.clarity!.q ??= []).push(arguments);
    };
    tags.clarity("consentv2", { ad_Storage: word(consent.marketing), analytics_Storage: word(consent.statistics) });
  }
}

const types = (table: Record<string, keyof Consent>, consent: Consent): Record<string, string> =>
  Object.fromEntries(Object.entries(table).map(([type, purpose]) => [type, word(consent[purpose])]));
