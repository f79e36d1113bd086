/**
 * One choice for several domains: a link to another of the site's origins takes along a token, signed
 * by the consent server and good for a minute, that stands for the visitor's last receipt.
 */
import type { LoaderSite } from "./site";
import { WALLET_KEY, attempt } from "./stored";

const MARK = "temoin=";

/** Prepares a link as soon as the visitor is about to follow it. */
export function sendAlong(site: LoaderSite, server: string): void {
  const asked = new WeakSet<HTMLAnchorElement>();
  const prepare = async (event: Event): Promise<void> => {
    const link = (event.target as Element | null)?.closest?.("a");
    if (!link || asked.has(link) || link.origin === location.origin || !site.siblings!.includes(link.origin)) return;
    const wallet = attempt(() => JSON.parse(localStorage.getItem(WALLET_KEY)!));
    const receipt = wallet?.receipts.filter(({ id }: { id: string }) => id.startsWith(site.site + ".")).at(-1);
    if (!receipt) return;
    asked.add(link);
    const body = JSON.stringify({ receipt: receipt.id, consent_id: wallet.consent_id });
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
  for (const about of ["pointerover", "focusin", "touchstart"]) {
    addEventListener(about, (event) => void prepare(event).catch(() => {}), { passive: true });
  }
}

/** Takes a token out of the address and asks the server what it stands for: the text of a choice. */
export async function takeOver(site: LoaderSite, server: string): Promise<string | undefined> {
  const [kept, token] = location.hash.split(new RegExp(`[#&]${MARK}`)) as [string, string | undefined];
  if (!token) return;
  history.replaceState(history.state, "", location.pathname + location.search + kept);
  const answer = await fetch(`${server}/v1/sites/${site.site}/handovers/${encodeURIComponent(token)}`, { credentials: "omit" });
  return answer.ok ? ((await answer.json()) as { choice: string }).choice : undefined;
}
