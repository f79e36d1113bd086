/**
 * A page's own code and Témoin: whether something may run, what to do at each choice, and the tag for sites that cannot have it in
 * their HTML. The loader decides; nothing here stores or decides anything. Every function can be called on a server.
 */
import { api, ask, read, watch } from "./state.js";
import type { Consent, Purpose, Temoin } from "./temoin.js";

export type { Changes, Consent, ConsentReceipt, ConsentStatus, Evidence, Purpose, Temoin, TemoinEvents } from "./temoin.js";
export type { ConsentState } from "./state.js";

/** The tag, as `loadTemoin` adds it. */
export interface Tag {
  /** The origin of the consent server, as `https://consent.example.org`. */
  server: string;
  /** The site's name there. */
  site: string;
  /** The banner's language, as `fr-CA`, in place of the page's. */
  language?: string;
  /** The nonce of the page's Content-Security-Policy. */
  nonce?: string;
}

/**
 * Whether a purpose, or a service of the site, may run now.
 *
 * It is what `window.Temoin` says. On a server and until the loader has run, only `necessary` may. A service that the site does not
 * have may not run, and the console says so. In what a framework draws, use `useConsent`, which draws again at each choice.
 */
export const allows = (name: Purpose | (string & {})): boolean => ask(name);

/**
 * Calls `listener` with whether each purpose may run: at once if the visitor has chosen already, and from then on at every choice, at
 * a withdrawal, and when a choice is no more. Returns a function that ends this. On a server it calls nothing.
 *
 * Before a choice it is not called, under an opt-out law either: `allows` says what runs there until it is refused.
 */
export function onConsent(listener: (consent: Consent) => void): () => void {
  let told = read();
  const tell = (): void => listener({ ...told.consent });
  const end = watch(() => {
    const before = told;
    told = read();
    if (told.status || before.status) tell();
  });
  if (told.status) tell();
  return end;
}

let loading: Promise<void> | undefined;

/**
 * The script API, once the loader has run; `null` on a server.
 *
 * Without `tag`, the tag must be in the page's HTML: first in the `<head>`, not `async`, not `defer`. Only there can it hold back what
 * comes after it.
 *
 * With `tag`, the tag is added if the page has none. **Whatever ran before that call has run**: automatic blocking, marked scripts
 * and Google's defaults begin with the loader. Use this only where nothing else of the page sets a cookie or loads a third party.
 *
 * Fails if there is no tag, if the browser cannot load it (a content blocker, a network), or if the page has the tag of another
 * site.
 */
export function loadTemoin(tag?: Tag): Promise<Temoin | null> {
  if (typeof window == "undefined") return Promise.resolve(null);
  const found = find(tag);
  // Whoever does not wait for it has no unhandled rejection; whoever awaits it gets the error.
  found.catch(() => {});
  return found;
}

async function find(tag: Tag | undefined): Promise<Temoin> {
  if (!api() && document.readyState == "loading") {
    await new Promise((parsed) => addEventListener("DOMContentLoaded", parsed, { once: true }));
  }
  if (!api() && tag) await (loading ??= add(tag));
  const temoin = api();
  if (!temoin) throw new Error("Témoin is not in this page: place its tag first in the <head>, or give loadTemoin a server and a site");
  if (tag && tag.site != temoin.site) throw new Error(`This page has the tag of the site "${temoin.site}", not of "${tag.site}"`);
  return temoin;
}

/** Adds the tag to the page; ends once the loader has run. */
function add({ server, site, language, nonce }: Tag): Promise<void> {
  const address = new URL(`/t/${encodeURIComponent(site)}.js`, server);
  if (language) address.searchParams.set("language", language);
  const script = document.createElement("script");
  if (nonce) script.nonce = nonce;
  const added = new Promise<void>((loaded, failed) => {
    script.onload = () => loaded();
    script.onerror = () => failed(new Error(`The browser could not load ${address}`));
  });
  script.src = address.href;
  document.head.prepend(script);
  return added.catch((error: unknown) => {
    // Whoever asks again may have more luck.
    loading = undefined;
    script.remove();
    throw error;
  });
}
