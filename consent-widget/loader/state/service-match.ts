/**
 * Which service of the site something belongs to, by the rules of `by_owner` in
 * `crates/consent-core/src/classify/owner.rs`.
 */
import { PURPOSES } from "../generated/constants";
import type { LoaderSite } from "../generated/types";

/** Whether a host is a domain or a subdomain of it. */
export const coversHost = (domain: string, host: string): boolean => host === domain || host.endsWith("." + domain);

/**
 * The service with the pattern that fits best. `fit` gives how well a pattern fits, 0 where it does not;
 * of two that fit equally, the service with the stricter purpose wins.
 */
function bestMatch(site: LoaderSite, list: "cookies" | "hosts", fit: (pattern: string) => number): string | undefined {
  let best: string | undefined;
  // A pattern that does not fit scores at most 0.75, by the strictest purpose.
  let highest = 0.9;
  for (const [id, service] of Object.entries(site.services)) {
    for (const pattern of service[list] ?? []) {
      const score = fit(pattern) + PURPOSES.indexOf(service.purpose) / 4;
      if (score > highest) [best, highest] = [id, score];
    }
  }
  return best;
}

/**
 * The service that a cookie or storage key belongs to: an exact name wins over a prefix (no pattern is
 * longer than 101), and a longer prefix over a shorter one.
 */
export const serviceForKey = (site: LoaderSite, name: string): string | undefined =>
  bestMatch(site, "cookies", (pattern) =>
    pattern === name ? 200 : pattern === name.slice(0, pattern.length - 1) + "*" ? pattern.length : 0,
  );

/** The service that loads from a host: the longest of its domains wins. */
export const serviceForHost = (site: LoaderSite, host: string): string | undefined =>
  bestMatch(site, "hosts", (domain) => (coversHost(domain, host) ? domain.length : 0));
