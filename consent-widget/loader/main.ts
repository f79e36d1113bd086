/** What the edge composes: this bundle, with the site's data in the one place named below. */
import { takeCharge } from "./page/start";
import type { LoaderSite } from "./state/site";

declare const __TEMOIN_SITE__: LoaderSite;

// A page that has the tag twice gets one loader, not two banners.
if (!("Temoin" in window)) takeCharge(__TEMOIN_SITE__, document.currentScript as HTMLScriptElement | null);
