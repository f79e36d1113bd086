/**
 * One choice for several domains: a link to another of the site's origins takes along a token, signed
 * by the consent server and good for a minute, that stands for the visitor's last receipt.
 */
import type { Choice } from "../state/choice";
import type { LoaderSite, Purpose } from "../state/site";
import { attempt, walletOf } from "../state/stored";
import type { ConsentReceipt } from "../temoin";

const MARK = "temoin=";
/** How long a banner waits for a choice that may have come with the visitor. */
const PATIENCE_MS = 5000;

/**
 * Whether a receipt says what is in force. It does not while a newer choice is on its way to the
 * server, or where that choice was itself taken over.
 */
function standsFor(receipt: ConsentReceipt, { consent, services }: Choice): boolean {
  const apart = Object.entries(receipt.services ?? {}).map(([id, answer]) => [id, answer === "granted"]);
  return (
    JSON.stringify(apart) === JSON.stringify(Object.entries(services)) &&
    Object.entries(receipt.decision).every(([purpose, answer]) => consent[purpose as Purpose] === (answer === "granted"))
  );
}

/** Prepares a link as soon as the visitor is about to follow it. `inForce` is the choice, if there is one. */
export function sendAlong(site: LoaderSite, server: string, inForce: () => Choice | undefined): void {
  const asked = new WeakSet<HTMLAnchorElement>();
  const prepare = async (event: Event): Promise<void> => {
    const link = (event.target as Element | null)?.closest?.("a");
    if (!link || asked.has(link) || link.origin === location.origin || !site.siblings!.includes(link.origin)) return;
    const { consent_id, receipt } = walletOf(site) ?? {};
    const choice = inForce();
    if (!receipt || !choice || !standsFor(receipt, choice)) return;
    asked.add(link);
    const body = JSON.stringify({ receipt: receipt.id, consent_id });
    const answer = await fetch(`${server}/v1/sites/${site.site}/handovers`, { method: "POST", body, credentials: "omit" });
    if (!answer.ok) return;
    const { token } = await answer.json();
    const before = link.hash;
    link.hash = (before ? before + "&" : "") + MARK + token;
    // It is good for a minute; then the link is as it was, and can be prepared again.
    setTimeout(() => {
      link.hash = before;
      asked.delete(link);
    }, 50_000);
  };
  for (const about of ["pointerover", "focusin"]) {
    addEventListener(about, (event) => void prepare(event).catch(() => {}));
  }
}

/**
 * Takes a token out of the address, if there is one, and asks the server what it stands for: the text
 * of a choice.
 */
export function takeOver(site: LoaderSite, server: string): Promise<string | undefined> | undefined {
  const [kept, token] = location.hash.split(new RegExp(`[#&]${MARK}`)) as [string, string | undefined];
  if (!token) return;
  attempt(() => history.replaceState(history.state, "", location.pathname + location.search + kept));
  return redeem(`${server}/v1/sites/${site.site}/handovers/${encodeURIComponent(token)}`);
}

async function redeem(url: string): Promise<string | undefined> {
  const answer = await fetch(url, { credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) });
  return answer.ok ? ((await answer.json()) as { choice: string }).choice : undefined;
}
