/** Which service of the site something belongs to: as `by_owner` in `crates/consent-core/src/classify/owner.rs`. */
import { PURPOSES, type LoaderSite } from "./site";

/** Whether a host is of a domain. */
export const covers = (domain: string, host: string): boolean => host === domain || host.endsWith("." + domain);

/** The service whose pattern fits best; of two that fit alike, the one with the stricter purpose. */
function closest(site: LoaderSite, list: "cookies" | "hosts", fit: (pattern: string) => number): string | undefined {
  let closest: string | undefined;
  let most = 0;
  for (const [id, service] of Object.entries(site.services)) {
    for (const pattern of service[list] ?? []) {
      const much = fit(pattern);
      const fits = much && much + PURPOSES.indexOf(service.purpose) / 4;
      if (fits > most) [closest, most] = [id, fits];
    }
  }
  return closest;
}

/** The service that keeps something under a name: a whole name (no pattern is longer than 101) before the longest prefix. */
export const keeperOf = (site: LoaderSite, name: string): string | undefined =>
  closest(site, "cookies", (pattern) =>
    pattern === name ? 200 : pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1)) ? pattern.length : 0,
  );

/** The service that is loaded from a host, or from one that it is below. */
export const loadedFrom = (site: LoaderSite, host: string): string | undefined =>
  closest(site, "hosts", (known) => (covers(known, host) ? known.length : 0));
