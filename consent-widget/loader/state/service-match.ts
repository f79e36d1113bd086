/** Which service of the site something belongs to: as `by_owner` in `crates/consent-core/src/classify/owner.rs`. */
import { PURPOSES, type LoaderSite } from "./site";

/** Whether a host is of a domain. */
export const covers = (domain: string, host: string): boolean => host === domain || host.endsWith("." + domain);

/**
 * The service whose pattern fits best, by how much of it fits, 0 where it does not; of two that fit alike, the one
 * with the stricter purpose.
 */
function closest(site: LoaderSite, list: "cookies" | "hosts", fit: (pattern: string) => number): string | undefined {
  let closest: string | undefined;
  // More than the strictest purpose adds to nothing.
  let most = 0.9;
  for (const [id, service] of Object.entries(site.services)) {
    for (const pattern of service[list] ?? []) {
      const fits = fit(pattern) + PURPOSES.indexOf(service.purpose) / 4;
      if (fits > most) [closest, most] = [id, fits];
    }
  }
  return closest;
}

/** The service that keeps something under a name: a whole name (no pattern is longer than 101) before the longest prefix. */
export const keeperOf = (site: LoaderSite, name: string): string | undefined =>
  closest(site, "cookies", (pattern) =>
    pattern === name ? 200 : pattern === name.slice(0, pattern.length - 1) + "*" ? pattern.length : 0,
  );

/** The service that is loaded from a host, or from one that it is below. */
export const loadedFrom = (site: LoaderSite, host: string): string | undefined =>
  closest(site, "hosts", (known) => (covers(known, host) ? known.length : 0));
