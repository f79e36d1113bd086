import type { Caller } from "./caller";

export default ((types, moment, find, tool) => {
  const what = tool.mode === "cookie_consent" ? "CookieConsent" : "Consent";
  const tell = (call: string): number => find("_paq", []).push([call]);
  if (moment === "default") tell("require" + what);
  // For this page only: it is told on each page, so Matomo need not remember it in a cookie of its own.
  if (types(true, false)["consent"]) tell(`set${what}Given`);
  else if (moment !== "default") tell(`forget${what}Given`);
}) satisfies Caller;
