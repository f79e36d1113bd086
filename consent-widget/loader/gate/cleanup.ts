/** Cookies and storage keys of what is not granted: they go, wherever a script may have put them. */
import { permits, type Choice } from "../state/choice";
import type { LoaderSite } from "../state/site";
import { attempt } from "../state/stored";
import { keeperOf } from "../state/service-match";

/** Whether a service of the site keeps something under a name, and may not. */
export function unwanted(site: LoaderSite, choice: Choice, name: string): boolean {
  const keeper = keeperOf(site, name);
  return !!keeper && !permits(site, choice, [site.services[keeper]!.purpose], keeper);
}

/** Deletes what the choice does not cover. */
export function clear(site: LoaderSite, choice: Choice): void {
  for (const pair of (attempt(() => document.cookie) ?? "").split("; ")) {
    const name = pair.split("=")[0]!;
    if (unwanted(site, choice, name)) expire(name);
  }
  for (const storage of [attempt(() => localStorage), attempt(() => sessionStorage)]) {
    for (const name of Object.keys(storage ?? {})) {
      if (unwanted(site, choice, name)) storage!.removeItem(name);
    }
  }
}

/** A page cannot see where a cookie was set: for each parent domain and each parent folder. */
function expire(name: string): void {
  const labels = location.hostname.split(".");
  const domains = ["", ...labels.map((_, at) => ";Domain=" + labels.slice(at).join("."))];
  const folders = location.pathname.split("/");
  const paths = folders.flatMap((_, at) => {
    const path = folders.slice(0, at + 1).join("/");
    return [path, path + "/"];
  });
  // Some names can only be written so: `__Secure-`, `__Host-`.
  const secure = location.protocol === "https:" ? ";Secure" : "";
  for (const domain of domains) {
    for (const path of paths) document.cookie = `${name}=;Max-Age=0;Path=${path || "/"}${domain}${secure}`;
  }
}
