import type { Caller } from "./caller";

export default ((types, _moment, find, tool, again) => {
  const shopify = find("Shopify");
  const privacy = shopify?.customerPrivacy;
  if (!privacy?.setTrackingConsent) {
    if (shopify?.loadFeatures && !tool.done) {
      tool.done = true;
      shopify.loadFeatures([{ name: "consent-tracking-api", version: "0.1" }], again);
    }
    for (const place of [window, window.document]) place.addEventListener("load", again, { capture: true, once: true });
    return false;
  }
  // What Shopify holds to already is not said: each time would be a request, and before an answer a cookie.
  const consent = types(true, false);
  const holds =
    privacy.analyticsProcessingAllowed() === consent["analytics"] &&
    privacy.marketingAllowed() === consent["marketing"] &&
    privacy.preferencesProcessingAllowed() === consent["preferences"] &&
    privacy.saleOfDataAllowed() === consent["sale_of_data"];
  if (!holds) privacy.setTrackingConsent(consent, () => {});
}) satisfies Caller;
