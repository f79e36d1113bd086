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

/** Splits a fragment at the tokens in it, which may be several, and anyone's. */
const splitAtTokens = (hash: string): string[] => hash.split(new RegExp(`[#&]${TOKEN_PREFIX}`));

/** Adds a token to a link as soon as the visitor is about to follow it. `choiceInForce` gives the visitor's choice, if they have made one. */
export function prepareLinks(site: LoaderSite, server: string, choiceInForce: () => Choice | undefined): void {
  const prepared = new WeakSet<HTMLAnchorElement>();
  const prepare = async (event: Event): Promise<void> => {
    const link = (event.target as Element | null)?.closest?.("a");
    if (!link || prepared.has(link) || link.origin === location.origin || !site.siblings!.includes(link.origin)) return;
    // A token that somebody else wrote into the page would hand over somebody else's choice.
    const [before, ...tokens] = splitAtTokens(link.hash) as [string, ...string[]];
    if (tokens.length) link.hash = before;
    const { consent_id, receipt } = readWallet(site) ?? {};
    const choice = choiceInForce();
    if (event.type === "click" || !receipt || !choice || !states(receipt, choice)) return;
    prepared.add(link);
    const body = JSON.stringify({ receipt: receipt.id, consent_id, to: link.origin });
    const answer = await fetch(`${server}/v1/sites/${site.site}/handovers`, { method: "POST", body, credentials: "omit" });
    if (!answer.ok) return;
    const { token } = await answer.json();
    link.hash = (before ? before + "&" : "") + TOKEN_PREFIX + token;
    // The token is valid for a minute; then the link gets its old address back, and can be prepared again.
    setTimeout(() => {
      link.hash = before;
      prepared.delete(link);
    }, 50_000);
  };
  for (const name of ["pointerover", "focusin", "click"]) {
    addEventListener(name, (event) => void prepare(event).catch(() => {}), true);
  }
}

/**
 * Removes a token from the address, if there is one, and asks the server for the choice that it stands
 * for: a stored text, or nothing if the token is not valid any more. A token counts only on a page that was opened
 * from a page of the site's, which the browser says: anyone can make a link with a token.
 */
export function redeemToken(site: LoaderSite, server: string): Promise<string | undefined> | undefined {
  const [before, token, another] = splitAtTokens(location.hash) as [string, string?, string?];
  if (token === undefined) return;
  attempt(() => history.replaceState(history.state, "", location.pathname + location.search + before));
  const from = attempt(() => new URL(document.referrer).origin);
  if (another !== undefined || !from || from === location.origin || !site.siblings!.includes(from)) return;
  return fetchChoice(`${server}/v1/sites/${site.site}/handovers/${encodeURIComponent(token)}?from=${encodeURIComponent(from)}`);
}

async function fetchChoice(url: string): Promise<string | undefined> {
  const answer = await fetch(url, { credentials: "omit", signal: AbortSignal.timeout(TIMEOUT_MS) });
  return answer.ok ? ((await answer.json()) as { choice: string }).choice : undefined;
}
