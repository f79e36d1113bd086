/**
 * What is in the page: cookies, storage keys, and what third parties were asked for, by an element of
 * the page or by a script.
 */

/** Something found. */
export interface Found {
  kind: "cookie" | "storage" | "request";
  /** Of a cookie or a key, its name; of a request, its address. */
  name: string;
  host: string;
  /** The element that asks for it, if there is one. */
  element?: Element;
  /** Whether it waits: an element in its blocked form. */
  waits: boolean;
}

/** Elements that ask for something, and the attributes under which they keep the address meanwhile. */
const ASKING = "script,iframe,img,link,video,audio,source,embed,track,object";
const LIVE = ["src", "href", "data", "srcset"];
const HELD = ["data-src", "data-cookieblock-src", "data-href", "data-srcset"];
/** Links that load nothing. */
const IDLE = 'link:not([rel~="stylesheet"],[rel~="preload"],[rel~="modulepreload"],[rel~="prefetch"],[rel~="icon"])';
const OURS = /^consent_temoin/;

/** Everything that there is now. `own` are the hosts that are the site's, or ours. */
export function takeInventory(own: string[]): Found[] {
  const host = location.hostname;
  const cookies = document.cookie.split(/;\s*/).map((pair) => pair.split("=")[0]!);
  const kept = (kind: Found["kind"], names: string[]) =>
    [...new Set(names)].filter((name) => name && !OURS.test(name)).map((name): Found => ({ kind, name, host, waits: false }));
  const asked = new Map<string, Found>();
  for (const element of document.querySelectorAll(ASKING)) {
    if (element.matches(IDLE)) continue;
    const found = ofElement(element);
    if (found && !isOwn(own, found.host)) asked.set(found.name, found);
  }
  for (const { name } of performance.getEntriesByType("resource")) {
    const host = hostOf(name);
    if (host && !asked.has(name) && !isOwn(own, host)) asked.set(name, { kind: "request", name, host, waits: false });
  }
  return [...asked.values(), ...kept("cookie", cookies), ...kept("storage", [...keys("localStorage"), ...keys("sessionStorage")])];
}

function ofElement(element: Element): Found | undefined {
  const get = (names: string[]) => names.map((name) => element.getAttribute(name)).find(Boolean);
  const held = get(HELD);
  const inert = element instanceof HTMLScriptElement && element.type === "text/plain";
  const address = held ?? get(LIVE);
  const url = address && resolved(address.trim().split(/\s/)[0]!);
  if (!url) return;
  return { kind: "request", name: url.href, host: url.hostname, element, waits: inert || held !== undefined };
}

function resolved(address: string): URL | undefined {
  try {
    const url = new URL(address, document.baseURI);
    return /^https?:$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

const hostOf = (address: string): string | undefined => resolved(address)?.hostname;

const isOwn = (own: string[], host: string): boolean => own.some((known) => host === known || host.endsWith("." + known));

/** Blocked storage has no keys. */
function keys(storage: "localStorage" | "sessionStorage"): string[] {
  try {
    return Object.keys(window[storage]);
  } catch {
    return [];
  }
}
