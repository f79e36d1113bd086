/** The servers of this worker. No other worker uses them, so that what they keep and count is of one test at a time. */

interface Environment {
  /** The consent server. */
  consent: string;
  /** The demo sites, on another origin. */
  sites: string;
  /** Tokens. */
  auditor: string;
  owner: string;
}

/** Those that `cargo xtask test browser` has started: one for each worker. */
export const ENVIRONMENTS = JSON.parse(process.env["TEMOIN_ENVIRONMENTS"] ?? "[]") as Environment[];

const mine = ENVIRONMENTS[Number(process.env["TEST_PARALLEL_INDEX"] ?? 0)];
if (!mine) throw new Error("this worker has no servers: start the tests with `cargo xtask test browser`, which says how many workers there are");

export const CONSENT = mine.consent;
export const SITES = mine.sites;
export const AUDITOR = mine.auditor;
export const OWNER = mine.owner;
