/**
 * Lists what is in the page: cookies, storage keys, and the requests to third parties, sent by an element
 * of the page or by a script.
 */

/** Something found. */
export interface Found {
  kind: "cookie" | "storage" | "request";
  /** The name of a cookie or key; the address of a request. */
  name: string;
  host: string;
  /** The element that sends the request, if there is one. */
  element?: Element;
  /** Whether it waits: its element is in the blocked form. */
  waits: boolean;
}

/** Elements that send requests, and the attributes that hold the address: while it is loaded, and while it is blocked. */
const ASKING = "script,iframe,img,link,video,audio,source,embed,track,object";
const LIVE = ["src", "href", "data", "srcset"];
const HELD = ["data-src", "data-cookieblock-src", "data-href", "data-srcset", "data-held-src", "data-held-href", "data-held-srcset", "data-held-data"];
/** Links that send no request. */
const IDLE = 'link:not([rel~="stylesheet"],[rel~="preload"],[rel~="modulepreload"],[rel~="prefetch"],[rel~="icon"])';
const OURS = /^consent_temoin/;

/** Lists everything that is in the page now. `own` are the hosts of the site and of the consent server. */
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

/** The keys of a storage; none if it is blocked. */
function keys(storage: "localStorage" | "sessionStorage"): string[] {
  try {
    return Object.keys(window[storage]);
  } catch {
    return [];
  }
}
