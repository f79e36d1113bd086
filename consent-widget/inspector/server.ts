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
  /** Why, in one sentence. */
  reason: string;
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
