/** Deletes the cookies, the storage keys, the databases and the caches of services that the choice does not permit, wherever a script put them. */
import { permits, type Choice } from "../state/choice";
import { serviceForKey } from "../state/service-match";
import type { LoaderSite } from "../generated/types";

/** Whether a cookie or storage key belongs to a service of the site that the choice does not permit. */
export function isForbidden(site: LoaderSite, choice: Choice, name: string): boolean {
  const service = serviceForKey(site, name);
  return !!service && !permits(site, choice, [site.services[service]!.purpose], service);
}

type Names = string[] | Promise<string[]>;

/** Where something is kept under a name: the names that are there, and how one is deleted. A browser may refuse each. */
const STORES: [names: () => Names, remove: (name: string) => unknown][] = [
  [() => document.cookie.split("; ").map((pair) => pair.split("=")[0]!), deleteCookie],
  [() => Object.keys(localStorage), (name) => localStorage.removeItem(name)],
  [() => Object.keys(sessionStorage), (name) => sessionStorage.removeItem(name)],
  [() => caches.keys(), (name) => caches.delete(name)],
  // A database that is open is deleted as soon as it is closed. Where storage is refused, Chromium would report an error of its own that
  // nobody can catch: the local storage, which throws there, is looked at first.
  [async () => (await (localStorage && indexedDB).databases()).map(({ name }) => name!), (name) => indexedDB.deleteDatabase(name)],
];

/** Deletes everything that the choice does not permit. */
export function deleteForbidden(site: LoaderSite, choice: Choice): void {
  for (const [names, remove] of STORES) {
    void (async () => {
      for (const name of await names()) {
        if (isForbidden(site, choice, name)) remove(name);
      }
    })().catch(() => {});
  }
}

/** Deletes a cookie, with each set of attributes, for every parent domain and every parent folder: a page cannot read where it was set. */
function deleteCookie(name: string): void {
  const labels = location.hostname.split(".");
  const domains = ["", ...labels.map((_, at) => ";Domain=" + labels.slice(at).join("."))];
  const folders = location.pathname.split("/");
  const paths = folders.flatMap((_, at) => {
    const path = folders.slice(0, at + 1).join("/");
    return [path, path + "/"];
  });
  // Names such as `__Secure-…` want the attribute; a partitioned cookie (CHIPS) is another one than that of the same name.
  for (const flags of ["", ";Secure", ";Secure;Partitioned"]) {
    for (const domain of domains) {
      for (const path of paths) document.cookie = `${name}=;Max-Age=0;Path=${path || "/"}${domain}${flags}`;
    }
  }
}
