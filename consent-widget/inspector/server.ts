/** Asks the consent server what things are for, with the owner's token. */
import type { Purpose } from "../loader/temoin";
import type { Found } from "./inventory";

/** What something is for: the answer to `POST /v1/sites/SITE/classifications`. */
export interface Classified {
  /** `null` while nobody has classified it. */
  purpose: Purpose | null;
  /** The purpose that it waits for meanwhile. */
  held_back_as: Purpose;
  /** The service of the site that declares it. */
  service_id: string | null;
  service: string | null;
  controller: string | null;
  retention: string | null;
  /** Why: the reason's name alone, or with what matched. */
  because: Reason;
}

/** The names of the reasons: `Reason` in `crates/consent-core/src/classify/mod.rs`. */
export type Because = "owner" | "database" | "functional" | "conflicting" | "necessary_elsewhere" | "too_short" | "other_domain" | "unknown";

/** What matched: a name, the beginning of one, or a host. */
type Rule = { name: string } | { prefix: string } | { host: string };

type Reason = "unknown" | { owner: { service: string; rule: Rule } } | Partial<Record<Because, Rule>>;

/** A reason's name, and what its sentence tells. */
export function readReason(reason: Reason): { name: Because; rule: string; service: string } {
  if (typeof reason === "string") return { name: reason, rule: "", service: "" };
  const [[name, about]] = Object.entries(reason) as [[Because, Rule | { service: string; rule: Rule }]];
  const { rule, service } = "rule" in about ? about : { rule: about, service: "" };
  const [[kind, text]] = Object.entries(rule) as [[string, string]];
  return { name, rule: kind === "prefix" ? text + "*" : text, service };
}

/** The server could not be reached, or answered with an error. */
export class Unanswered extends Error {
  /** The status of the answer, if there was one. */
  readonly status: number | undefined;

  constructor(status?: number) {
    super("unanswered");
    this.status = status;
  }
}

/** How many things one request may ask about: the server's limit. */
const MAX_SEEN = 500;

/** Asks what each thing is for; gives the answers in the same order. */
export async function classify(server: string, site: string, token: string, found: Found[]): Promise<Classified[]> {
  const all: Classified[] = [];
  for (let from = 0; from < found.length || from === 0; from += MAX_SEEN) {
    const seen = found.slice(from, from + MAX_SEEN).map(({ kind, name, host }) => (kind === "request" ? { kind, host } : { kind, name, host }));
    const response = await fetch(`${server}/v1/sites/${site}/classifications`, {
      method: "POST",
      headers: { authorization: "Bearer " + token },
      body: JSON.stringify({ seen }),
    }).catch(() => {
      throw new Unanswered();
    });
    if (!response.ok) throw new Unanswered(response.status);
    all.push(...((await response.json()) as { classifications: Classified[] }).classifications);
  }
  return all;
}
