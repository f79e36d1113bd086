/** Deletes the cookies and storage keys of services that the choice does not permit, wherever a script put them. */
import { attempt } from "../attempt";
import { permits, type Choice } from "../state/choice";
import { serviceForKey } from "../state/service-match";
import type { LoaderSite } from "../generated/types";

/** Whether a cookie or storage key belongs to a service of the site that the choice does not permit. */
export function isForbidden(site: LoaderSite, choice: Choice, name: string): boolean {
  const service = serviceForKey(site, name);
  return !!service && !permits(site, choice, [site.services[service]!.purpose], service);
}

/** Deletes everything that the choice does not permit. */
export function deleteForbidden(site: LoaderSite, choice: Choice): void {
  for (const pair of (attempt(() => document.cookie) ?? "").split("; ")) {
    const name = pair.split("=")[0]!;
    if (isForbidden(site, choice, name)) deleteCookie(name);
  }
  for (const storage of [attempt(() => localStorage), attempt(() => sessionStorage)]) {
    for (const name of Object.keys(storage ?? {})) {
      if (isForbidden(site, choice, name)) storage!.removeItem(name);
    }
  }
}

/** Deletes a cookie for every parent domain and every parent folder: a page cannot read where it was set. */
function deleteCookie(name: string): void {
  const labels = location.hostname.split(".");
  const domains = ["", ...labels.map((_, at) => ";Domain=" + labels.slice(at).join("."))];
  const folders = location.pathname.split("/");
  const paths = folders.flatMap((_, at) => {
    const path = folders.slice(0, at + 1).join("/");
    return [path, path + "/"];
  });
  // A browser accepts names such as `__Secure-…` and `__Host-…` only with this attribute.
  const secure = location.protocol === "https:" ? ";Secure" : "";
  for (const domain of domains) {
    for (const path of paths) document.cookie = `${name}=;Max-Age=0;Path=${path || "/"}${domain}${secure}`;
  }
}
