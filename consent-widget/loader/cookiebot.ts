/**
 * For pages written for Cookiebot: its object, events, callbacks, cookie and classes, with what
 * `window.Temoin` knows behind them. Only what its documentation promises to pages.
 */
import type { Temoin } from "./temoin";
import type { Consent } from "./choice";
import { attempt } from "./stored";

interface CookiebotWindow {
  Cookiebot?: unknown;
  CookieConsent?: unknown;
  [callback: `CookiebotCallback_${string}`]: (() => void) | undefined;
}

const OPTIONAL = ["preferences", "statistics", "marketing"] as const;

/** Puts the facade in place. `show` brings the banner back. */
export function standInForCookiebot(temoin: Temoin, show: () => void, hide: () => void): void {
  const page = window as unknown as CookiebotWindow;
  const fire = (name: string) => {
    attempt(() => page[`CookiebotCallback_${name}`]?.());
    dispatchEvent(new Event("CookiebotOn" + name.slice(2)));
  };
  const facade = {
    get consent() {
      const method = temoin.status === null ? null : "explicit";
      return { ...temoin.consent, method, stamp: temoin.receipt()?.id ?? "0" };
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
    get doNotTrack() {
      return navigator.doNotTrack === "1";
    },
    show,
    hide,
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
  temoin.on("shown", () => fire("OnDialogDisplay"));
  temoin.on("ready", () => fire("OnLoad"));
  temoin.on("consent", () => {
    const { consent } = temoin;
    keep(consent);
    for (const purpose of OPTIONAL) toggle(purpose, consent[purpose]);
    fire("OnConsentReady");
    fire(facade.consented ? "OnAccept" : "OnDecline");
    fire("OnTagsExecuted");
  });
  for (const purpose of OPTIONAL) toggle(purpose, temoin.consent[purpose]);
}

/** What server code written for Cookiebot reads. */
function keep(consent: Consent): void {
  const says = Object.entries(consent).map(([purpose, granted]) => `${purpose}:${granted}`);
  const text = `{stamp:'temoin',${says.join()},method:'explicit',ver:1,utc:${Date.now()}}`;
  attempt(() => (document.cookie = `CookieConsent=${encodeURIComponent(text)};Path=/;Max-Age=31536000;SameSite=Lax`));
}

function toggle(purpose: string, granted: boolean): void {
  for (const [kind, shown] of [["optin", granted], ["optout", !granted]] as const) {
    for (const element of document.querySelectorAll<HTMLElement>(`.cookieconsent-${kind}-${purpose}`)) {
      element.style.display = shown ? "" : "none";
    }
  }
}
