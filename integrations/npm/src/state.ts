/** What holds in the page, as one value that changes with each choice: what the hooks of each framework read. */
import type { Consent, ConsentStatus, Purpose, Temoin } from "./temoin.js";

/** What holds at one moment. Never changed in place: each choice makes a new one. */
export interface ConsentState {
  /** Whether each purpose may run. */
  readonly consent: Readonly<Consent>;
  /** `null` until the visitor has chosen, on a server, and where the loader is not there. */
  readonly status: ConsentStatus | null;
  /** Whether a purpose, or a service of the site, may run: {@link allows}, for what is drawn from this state. */
  readonly allows: (name: Purpose | (string & {})) => boolean;
}

/** `window.Temoin`; `undefined` on a server, before the loader has run, and where an element of the page has that name. */
export function api(): Temoin | undefined {
  const found = typeof window == "undefined" ? undefined : (window.Temoin as Temoin | undefined);
  return typeof found?.allows == "function" ? found : undefined;
}

/** What holds on a server, and in the first pass over HTML that a server has rendered: nobody has chosen anything. */
export const NOTHING: ConsentState = {
  consent: { necessary: true, preferences: false, statistics: false, marketing: false },
  status: null,
  allows: (name) => name == "necessary",
};

/** What the loader says about a name. */
export function ask(name: string): boolean {
  const temoin = api();
  if (!temoin) return NOTHING.allows(name);
  const { consent } = temoin;
  if (Object.hasOwn(consent, name)) return consent[name as Purpose];
  try {
    return temoin.allows(name);
  } catch (error) {
    // The site has no such service, perhaps since its last publication: what is not known does not run, and the page stands.
    console.error(error);
    return false;
  }
}

let current: ConsentState | undefined;
const listeners = new Set<() => void>();

function take(): ConsentState {
  const temoin = api();
  return (current = temoin ? { consent: temoin.consent, status: temoin.status, allows: ask } : NOTHING);
}

/** Whether the loader has just said that the page is parsed: what it says of a stored choice in the same breath is no news. */
let isRestated = false;

function renew({ type }: Event): void {
  const before = current;
  const isSame = JSON.stringify(before) == JSON.stringify(take());
  if (type == "temoin:ready") {
    isRestated = true;
    queueMicrotask(() => (isRestated = false));
  }
  // A choice by service changes no purpose, and is news all the same.
  if (isSame && (type != "temoin:consent" || isRestated)) {
    current = before;
    return;
  }
  for (const listener of [...listeners]) {
    try {
      listener();
    } catch (error) {
      reportError(error);
    }
  }
}

/** Follows the page from the first look on, as long as it is there: a state that nobody watches must be right when it is next read. */
function follow(): void {
  for (const name of ["ready", "consent"]) addEventListener("temoin:" + name, renew);
  // Who clears the storage in another tab has not chosen any more, here too. The loader, which says no word of it, may hear it after us.
  addEventListener("storage", (event) => setTimeout(renew, 0, event));
}

/** What holds now: the same object until a choice changes it. */
export function read(): ConsentState {
  if (typeof window == "undefined") return NOTHING;
  if (!current) follow();
  // A loader that has come since the last look says so (`ready`) to those who watch.
  return current && (current != NOTHING || !api()) ? current : take();
}

/** Calls `changed` whenever {@link read} has another answer; returns what ends that. On a server it calls nothing. */
export function watch(changed: () => void): () => void {
  if (typeof window == "undefined") return () => {};
  read();
  listeners.add(changed);
  return () => void listeners.delete(changed);
}
