// Generated from the types of `crates/consent-core`: do not edit. To renew it, run
//     TEMOIN_BLESS=1 cargo test -p consent-core --lib typescript

import type { Purpose } from "./types";

/** The name of the cookie and of the local-storage key that hold the choice. */
export const STORAGE_KEY = "consent_temoin";

/** The local-storage key of the visitor's secret and their receipts. */
export const WALLET_KEY = "consent_temoin_wallet";

/** The local-storage key of the reports that the server has not acknowledged. */
export const OUTBOX_KEY = "consent_temoin_outbox";

/** The four purposes, in the order in which they are shown and stored. */
export const PURPOSES: readonly Purpose[] = ["necessary", "preferences", "statistics", "marketing"];

/** The letter of a granted purpose or service in a stored choice. */
export const GRANTED_LETTER = "g";

/** A choice is kept this many calendar months at most. */
export const LONGEST_CHOICE_MONTHS = 13;

/** How far after the clock's present a choice may have been made, in milliseconds. */
export const CLOCK_TOLERANCE_MS = 86400000;

/** The last millisecond of the year 9999, counted from 1970: the latest time there is. */
export const LATEST_TIME_MS = 253402300799999;
