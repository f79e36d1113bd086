/**
 * The page that the loader is in, and the site that it is for.
 *
 * Modules of `page/` and `ui/` keep their state in variables, not in objects: a page has one loader
 * (`main.ts`), and every byte of it travels to every visitor.
 */
import type { LoaderSite } from "../generated/types";

/** The edge composes the loader: it replaces this name, which must stand in the bundle once, by the site's data. */
declare const __TEMOIN_SITE__: LoaderSite;

export const site = __TEMOIN_SITE__;

export const script = document.currentScript as HTMLScriptElement | null;
/** The origin of the consent server. An inline script has no address to tell it. */
export const server = script?.src ? new URL(script.src).origin : __AUTOMATIC__ ? site.server || location.origin : site.server;
export const nonce = script?.nonce ?? "";

/** Whether the browser sends Global Privacy Control. */
export const gpc = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;
