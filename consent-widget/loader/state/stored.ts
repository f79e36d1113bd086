/**
 * Reads and writes the stored choice before the widget is there. The format is
 * `crates/consent-core/src/browser/stored.rs`'s; `tests/stored-choice.json` there holds both to the same cases.
 */
import { attempt } from "../attempt";
import type { ConsentReceipt } from "../temoin";
import { NOTHING, type Choice } from "./choice";
import { CLOCK_TOLERANCE_MS, GRANTED_LETTER, LATEST_TIME_MS, LONGEST_CHOICE_MONTHS, PURPOSES, STORAGE_KEY, WALLET_KEY } from "../generated/constants";
import type { FirstLayerAnswer, LoaderSite } from "../generated/types";

/** The second version says that the browser sent Global Privacy Control. */
const CHOICE = /^c([12])\.g([gd]{3})\.(\d{1,15})\.(\d{1,15})\.([\da-f]{12})(?:\.(.+))?$/;
/** The answer for one service: a letter, and an id of 1 to 40 letters, digits and single dashes. */
const SERVICE_ANSWER = /^[gd](?=.{1,40}$)[a-z\d]+(?:-[a-z\d]+)*$/;
const PENDING = /^p1\.(accept_all|reject_all)\.([tf])\.(\d{1,15})\.([\da-f]{12})\.([\da-f]{64})$/;

/** A decision that the widget has stored. */
export interface StoredChoice extends Choice {
  state: "chosen";
  /** When it was made; times are in milliseconds since 1970. */
  at: number;
  /** When it ends. */
  end: number;
  /** As it is stored. */
  text: string;
  /** Whether the browser sent Global Privacy Control when it was made. */
  gpc: boolean;
}

/** A click on the banner of which the widget has not made a decision yet. */
export interface PendingClick {
  state: "pending";
  action: FirstLayerAnswer;
  trusted: boolean;
  at: number;
  notice: string;
}

export type Stored = StoredChoice | PendingClick | undefined;

/** The same time of day, calendar months later; in a shorter month, on its last day. */
export function addMonths(at: number, months: number): number {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + months);
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return Math.min(date.getTime(), LATEST_TIME_MS);
}

/** What is asked here, as far as a stored text may be an answer to it. */
export type Asked = Pick<LoaderSite, "material" | "also" | "services">;

/** Whether a text about what is asked under another law of the site is an answer here: all of it, or a refusal only. */
const isTaken = (text: string, about: string, { also }: Asked): boolean =>
  also![about] || (also![about] === false && !GRANTS.test(text));

/** Reads a stored text at `now`, as an answer to what is asked; nothing if it is not valid. */
export function parseStored(text: string, now: number, asked: Asked): Stored {
  const isPossible = (at: number) => at <= Math.min(now + CLOCK_TOLERANCE_MS, LATEST_TIME_MS);
  const choice = CHOICE.exec(text);
  if (choice) {
    const [, version, letters, from, to, about, list] = choice as unknown as string[];
    const at = +from!;
    const end = +to!;
    if ((about !== asked.material && !(__LAWS__ && isTaken(text, about!, asked))) || !isPossible(at) || now >= end || end > addMonths(at, LONGEST_CHOICE_MONTHS)) return;
    const consent = { ...NOTHING };
    PURPOSES.forEach((purpose, nth) => nth && (consent[purpose] = letters![nth - 1] === GRANTED_LETTER));
    const services: Choice["services"] = {};
    let last = "";
    for (const item of list?.split("~") ?? []) {
      const id = item.slice(1);
      if (!SERVICE_ANSWER.test(item) || id <= last) return;
      services[(last = id)] = item[0] === GRANTED_LETTER;
    }
    // An answer under another law, which did not tell of the services that are exempt here: each follows its purpose.
    if (__LAWS__ && about !== asked.material)
      for (const [id, { exempt, purpose }] of Object.entries(asked.services)) if (exempt) services[id] ??= consent[purpose];
    return { state: "chosen", consent, services, at, end, text, gpc: version === "2" };
  }
  const pending = PENDING.exec(text);
  if (pending) {
    const [, action, trusted, from, about, notice] = pending as unknown as string[];
    const at = +from!;
    if ((about !== asked.material && !(__LAWS__ && isTaken(text, about!, asked))) || !isPossible(at) || now >= addMonths(at, LONGEST_CHOICE_MONTHS)) return;
    return { state: "pending", action: action as FirstLayerAnswer, trusted: trusted === "t", at, notice: notice! };
  }
  return;
}

/** The values of every cookie with a name: a parent domain may have set another one. */
export function cookieValues(name: string): string[] {
  return (attempt(() => document.cookie) ?? "")
    .split("; ")
    .filter((cookie) => cookie.startsWith(name + "="))
    .map((cookie) => cookie.slice(name.length + 1));
}

/** The stored texts, from cookies and from local storage: either may have been blocked or cleared. */
export function storedTexts(): string[] {
  const local = attempt(() => localStorage.getItem(STORAGE_KEY));
  return [...cookieValues(STORAGE_KEY), local ?? ""].filter(Boolean);
}

/** The visitor's secret, and the last receipt of the site; nothing if there is no wallet that can be read. */
export function readWallet(site: LoaderSite): { consent_id: string; receipt: ConsentReceipt | undefined } | undefined {
  return attempt(() => {
    const { consent_id, receipts } = JSON.parse(localStorage.getItem(WALLET_KEY)!) as {
      consent_id: string;
      receipts: ConsentReceipt[];
    };
    return { consent_id, receipt: receipts.filter(({ id }) => id.startsWith(site.site + ".")).at(-1) };
  });
}

/** A stored text that grants something: a purpose, a service, or a click that accepts. */
const GRANTS = /^c.\.g(?!ddd)|^p1\.a|[.~]g[^.]*$/;

/**
 * The valid stored text that holds: the newest. Of the same time, a decision is newer than the click that led to it.
 * What grants something and comes from the future holds only where nothing else does.
 */
export function findStored(now: number, asked: Asked): Stored {
  let newest: Stored;
  let best = 0;
  for (const text of storedTexts()) {
    const stored = parseStored(text, now, asked);
    if (!stored) continue;
    // No valid text is so old that the half of a time in the future would be newer.
    const rank = (stored.at + +(stored.state === "chosen") / 2) / (stored.at > now && GRANTS.test(text) ? 2 : 1);
    if (rank > best) [best, newest] = [rank, stored];
  }
  return newest;
}

/** Writes a text to both places until `end`; the subdomains of the site's domain share it. */
export function writeStored(site: LoaderSite, text: string, end: number, now: number): void {
  const domain = site.domain ? ";Domain=" + site.domain : "";
  const secure = location.protocol === "https:" ? ";Secure" : "";
  const seconds = Math.floor((end - now) / 1000);
  attempt(() => localStorage.setItem(STORAGE_KEY, text));
  attempt(() => (document.cookie = `${STORAGE_KEY}=${text};Path=/;Max-Age=${seconds};SameSite=Lax${domain}${secure}`));
}

/** Stores a click until the widget has made a decision of it, on this page or a later one. */
export function writePendingClick(site: LoaderSite, click: Omit<PendingClick, "state">): void {
  const { action, trusted, at, notice } = click;
  const text = `p1.${action}.${trusted ? "t" : "f"}.${at}.${site.material}.${notice}`;
  writeStored(site, text, addMonths(at, LONGEST_CHOICE_MONTHS), at);
}
