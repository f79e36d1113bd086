/** Asking the consent server what things are for, with the owner's token. */
import type { Purpose } from "../loader/temoin";
import type { Found } from "./inventory";

/** What something is for: the answer to `POST /v1/sites/SITE/classifications`. */
export interface Classified {
  /** `null` while it is open. */
  purpose: Purpose | null;
  /** The purpose that it waits for meanwhile. */
  held_back_as: Purpose;
  /** The site's own service that declares it. */
  service_id: string | null;
  service: string | null;
  controller: string | null;
  retention: string | null;
  /** A sentence. */
  reason: string;
}

/** The server could not be asked, or has not answered as it should. */
export class Unanswered extends Error {
  /** The status, or nothing where there was no answer. */
  readonly status: number | undefined;

  constructor(status?: number) {
    super("unanswered");
    this.status = status;
  }
}

/** How many things are asked at once: the server's bound. */
const AT_ONCE = 500;

/** What each thing is for, in their order. */
export async function classify(server: string, site: string, token: string, found: Found[]): Promise<Classified[]> {
  const all: Classified[] = [];
  for (let from = 0; from < found.length || from === 0; from += AT_ONCE) {
    const seen = found.slice(from, from + AT_ONCE).map(({ kind, name, host }) => (kind === "request" ? { kind, host } : { kind, name, host }));
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
