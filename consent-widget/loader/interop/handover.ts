/**
 * Hands a choice over between the domains of a site: a link to another of its origins carries a token,
 * signed by the consent server and valid for a minute, that stands for the visitor's last receipt.
 */
import type { Choice } from "../state/choice";
import type { LoaderSite, Purpose } from "../generated/types";
import { attempt } from "../attempt";
import { readWallet } from "../state/stored";
import type { ConsentReceipt } from "../temoin";

/** What comes before the token in the fragment of an address. */
const TOKEN_PREFIX = "temoin=";
/** How long the banner waits for a choice that may be handed over. */
const TIMEOUT_MS = 5000;

/**
 * Whether a receipt states the choice in force. It does not while the report of a newer choice is on its
 * way to the server, or if that choice was itself handed over.
 */
function states(receipt: ConsentReceipt, { consent, services }: Choice): boolean {
  const answers = Object.entries(receipt.services ?? {}).map(([id, answer]) => [id, answer === "granted"]);
  return (
    JSON.stringify(answers) === JSON.stringify(Object.entries(services)) &&
    Object.entries(receipt.decision).every(([purpose, answer]) => consent[purpose as Purpose] === (answer === "granted"))
  );
}

/** Adds a token to a link as soon as the visitor is about to follow it. `choiceInForce` gives the visitor's choice, if they have made one. */
export function prepareLinks(site: LoaderSite, server: string, choiceInForce: () => Choice | undefined): void {
  const prepared = new WeakSet<HTMLAnchorElement>();
  const prepare = async (event: Event): Promise<void> => {
    const link = (event.target as Element | null)?.closest?.("a");
    if (!link || prepared.has(link) || link.origin === location.origin || !site.siblings!.includes(link.origin)) return;
    const { consent_id, receipt } = readWallet(site) ?? {};
    const choice = choiceInForce();
    if (!receipt || !choice || !states(receipt, choice)) return;
    prepared.add(link);
    const body = JSON.stringify({ receipt: receipt.id, consent_id });
    const answer = await fetch(`${server}/v1/sites/${site.site}/handovers`, { method: "POST", body, credentials: "omit" });
    if (!answer.ok) return;
    const { token } = await answer.json();
    const before = link.hash;
    link.hash = (before ? before + "&" : "") + TOKEN_PREFIX + token;
    // The token is valid for a minute; then the link gets its old address back, and can be prepared again.
    setTimeout(() => {
      link.hash = before;
      prepared.delete(link);
    }, 50_000);
  };
  for (const name of ["pointerover", "focusin"]) {
    addEventListener(name, (event) => void prepare(event).catch(() => {}));
  }
}

/**
 * Removes a token from the address, if there is one, and asks the server for the choice that it stands
 * for: a stored text, or nothing if the token is not valid any more.
 */
export function redeemToken(site: LoaderSite, server: string): Promise<string | undefined> | undefined {
  const [before, token] = location.hash.split(new RegExp(`[#&]${TOKEN_PREFIX}`)) as [string, string | undefined];
  if (!token) return;
  attempt(() => history.replaceState(history.state, "", location.pathname + location.search + before));
  return fetchChoice(`${server}/v1/sites/${site.site}/handovers/${encodeURIComponent(token)}`);
}

async function fetchChoice(url: string): Promise<string | undefined> {
  const answer = await fetch(url, { credentials: "omit", signal: AbortSignal.timeout(TIMEOUT_MS) });
  return answer.ok ? ((await answer.json()) as { choice: string }).choice : undefined;
}
