/**
 * The Cookiebot facade, for pages written for Cookiebot: its object, events, callbacks, cookie, classes
 * and the events it puts into `dataLayer`, all answered from `window.Temoin`. It has what Cookiebot's
 * documentation promises to pages, and the few other things that pages commonly use.
 */
import type { Consent } from "../state/choice";
import { showBanner } from "../ui/first-layer";
import { PURPOSES } from "../generated/constants";
import type { LoaderSite } from "../generated/types";
import { attempt } from "../attempt";
import { cookieValues } from "../state/stored";
import type { Temoin } from "../temoin";
import { findAll, observe } from "../gate/dom-observer";

interface CookiebotWindow {
  Cookiebot?: unknown;
  CookieConsent?: unknown;
  dataLayer?: unknown[];
  [callback: `${string}Callback_${string}`]: (() => void) | undefined;
}

// Marked as pure, so that a loader without the facade leaves it out.
const OPTIONAL = /* @__PURE__ */ PURPOSES.slice(1);
const COOKIE = "CookieConsent";

/** Installs the facade. `scriptsRun` resolves when every released script has run. */
export function installCookiebotFacade(temoin: Temoin, site: LoaderSite, scriptsRun: () => Promise<unknown>): void {
  const page = window as unknown as CookiebotWindow;
  const fire = (name: string) => {
    // Cookiebot's object and events were first called `CookieConsent`, and pages still use that name.
    for (const prefix of ["Cookiebot", COOKIE]) {
      attempt(() => page[`${prefix}Callback_${name}`]?.());
      dispatchEvent(new Event(prefix + name));
    }
  };
  const state = () => JSON.stringify([temoin.status, temoin.consent]);
  const atFirst = state();
  const displayed = () => {
    fire("OnDialogInit");
    fire("OnDialogDisplay");
  };
  const show = () => {
    showBanner(true);
    displayed();
  };
  const facade = {
    get consent() {
      const method = temoin.status === null ? null : "explicit";
      return { ...temoin.consent, method, stamp: facade.consentID };
    },
    get consentID() {
      return temoin.receipt()?.id ?? "0";
    },
    get hasResponse() {
      return temoin.status !== null;
    },
    get consented() {
      return temoin.status === "given";
    },
    get declined() {
      return facade.hasResponse && !facade.consented;
    },
    /** Whether the visitor has answered on this page: many pages then load themselves anew. */
    get changed() {
      return state() !== atFirst;
    },
    get doNotTrack() {
      return navigator.doNotTrack === "1";
    },
    /** Tells pages whether consent comes first. */
    regulations: { gdprApplies: !site.opt_out, ccpaApplies: !!site.opt_out, lgpdApplies: false },
    show,
    hide: () => showBanner(false),
    renew: show,
    withdraw: () => temoin.withdraw(),
    submitCustomConsent: (preferences: boolean, statistics: boolean, marketing: boolean) =>
      temoin.set({ preferences: !!preferences, statistics: !!statistics, marketing: !!marketing }),
    /** Does nothing: the gate runs what a choice permits without being asked. */
    runScripts() {},
    getScript(src: string, async?: boolean, loaded?: () => void) {
      const script = document.createElement("script");
      script.async = async ?? true;
      if (loaded) script.onload = loaded;
      script.src = src;
      document.head.append(script);
    },
  };
  page.Cookiebot = page.CookieConsent = facade;
  const toggleAll = (root: Element) => toggleByConsent(root, temoin.consent);
  observe(toggleAll);
  temoin.on("ready", () => fire("OnLoad"));
  temoin.on("shown", displayed);
  temoin.on("consent", (consent) => {
    if (facade.changed || !cookieValues(COOKIE).length) writeCookie(consent);
    toggleAll(document.documentElement);
    const granted = OPTIONAL.filter((purpose) => consent[purpose]);
    for (const name of [...granted, "update"]) (page.dataLayer ??= []).push({ event: "cookie_consent_" + name });
    fire("OnConsentReady");
    fire(facade.consented ? "OnAccept" : "OnDecline");
    void scriptsRun().then(() => fire("OnTagsExecuted"));
  });
}

/**
 * Writes the cookie that server code and tag managers written for Cookiebot read: like JavaScript, with
 * only quotes and commas escaped, since some of them search it for `marketing:true`.
 */
function writeCookie(consent: Consent): void {
  const answers = Object.entries(consent).map(([purpose, granted]) => `${purpose}:${granted}`);
  const text = `{stamp:'temoin',${answers.join()},method:'explicit',ver:1,utc:${Date.now()}}`;
  const escaped = text.replace(/[',]/g, (mark) => (mark === "'" ? "%27" : "%2C"));
  attempt(() => (document.cookie = `${COOKIE}=${escaped};Path=/;Max-Age=31536000;SameSite=Lax`));
}

/** Shows or hides what is for visitors who agreed to a purpose, or to all of them, and what is for those who did not. */
function toggleByConsent(root: Element, consent: Consent): void {
  const all = OPTIONAL.every((purpose) => consent[purpose]);
  for (const [name, granted] of [["", all] as const, ...OPTIONAL.map((purpose) => ["-" + purpose, consent[purpose]] as const)]) {
    for (const [kind, shown] of [["optin", granted], ["optout", !granted]] as const) {
      for (const element of findAll(root, `.cookieconsent-${kind}${name}`)) {
        (element as HTMLElement).style.display = shown ? "" : "none";
      }
    }
  }
}
