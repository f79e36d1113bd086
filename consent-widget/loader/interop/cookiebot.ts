/**
 * For pages written for Cookiebot: its object, events, callbacks, cookie, classes and the events it
 * puts into `dataLayer`, with what `window.Temoin` knows behind them. What its documentation promises
 * to pages, and the few other things that pages commonly use.
 */
import type { Consent } from "../state/choice";
import type { FirstLayer } from "../ui/first-layer";
import { PURPOSES, type LoaderSite } from "../state/site";
import { attempt, cookies } from "../state/stored";
import type { Temoin } from "../temoin";
import { watch, within } from "../gate/dom-observer";

interface CookiebotWindow {
  Cookiebot?: unknown;
  CookieConsent?: unknown;
  dataLayer?: unknown[];
  [callback: `${string}Callback_${string}`]: (() => void) | undefined;
}

const OPTIONAL = PURPOSES.slice(1);
const COOKIE = "CookieConsent";

/** Puts the facade in place. `ran` says when every script that was let go has run. */
export function standInForCookiebot(temoin: Temoin, site: LoaderSite, layer: FirstLayer, ran: () => Promise<unknown>): void {
  const page = window as unknown as CookiebotWindow;
  const fire = (name: string) => {
    // Its object and events had the second name first, and pages still use it.
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
    layer.ask(true);
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
    /** Pages ask it whether consent comes first. */
    regulations: { gdprApplies: !site.opt_out, ccpaApplies: !!site.opt_out, lgpdApplies: false },
    show,
    hide: () => layer.ask(false),
    renew: show,
    withdraw: () => temoin.withdraw(),
    submitCustomConsent: (preferences: boolean, statistics: boolean, marketing: boolean) =>
      temoin.set({ preferences: !!preferences, statistics: !!statistics, marketing: !!marketing }),
    /** Ours run what waits by themselves. */
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
  const toggleAll = (root: Element) => toggle(root, temoin.consent);
  watch(toggleAll);
  temoin.on("ready", () => fire("OnLoad"));
  temoin.on("shown", displayed);
  temoin.on("consent", (consent) => {
    if (facade.changed || !cookies(COOKIE).length) keep(consent);
    toggleAll(document.documentElement);
    const granted = OPTIONAL.filter((purpose) => consent[purpose]);
    for (const name of [...granted, "update"]) (page.dataLayer ??= []).push({ event: "cookie_consent_" + name });
    fire("OnConsentReady");
    fire(facade.consented ? "OnAccept" : "OnDecline");
    void ran().then(() => fire("OnTagsExecuted"));
  });
}

/**
 * What server code and tag managers written for Cookiebot read: JavaScript-like, and only quotes and
 * commas are escaped, since some look for `marketing:true` in it as it is.
 */
function keep(consent: Consent): void {
  const says = Object.entries(consent).map(([purpose, granted]) => `${purpose}:${granted}`);
  const text = `{stamp:'temoin',${says.join()},method:'explicit',ver:1,utc:${Date.now()}}`;
  const escaped = text.replace(/[',]/g, (mark) => (mark === "'" ? "%27" : "%2C"));
  attempt(() => (document.cookie = `${COOKIE}=${escaped};Path=/;Max-Age=31536000;SameSite=Lax`));
}

/** What is for those who agreed, and what is for those who did not; without a purpose, to all of them. */
function toggle(root: Element, consent: Consent): void {
  const all = OPTIONAL.every((purpose) => consent[purpose]);
  for (const [name, granted] of [["", all] as const, ...OPTIONAL.map((purpose) => ["-" + purpose, consent[purpose]] as const)]) {
    for (const [kind, shown] of [["optin", granted], ["optout", !granted]] as const) {
      for (const element of within(root, `.cookieconsent-${kind}${name}`)) {
        (element as HTMLElement).style.display = shown ? "" : "none";
      }
    }
  }
}
