/**
 * The inspector, for the owner of a site in their own page. It lists what the page stores and which third
 * parties it sends requests to, whether each is blocked or allowed and why, and what the owner must add.
 *
 * The owner starts it with the bookmark from the answer of `PUT /v1/sites/SITE`: visitors never download it.
 */
import { takeInventory } from "./inventory";
import { judge } from "./judge";
import { Panel } from "./panel";
import { Unanswered, classify } from "./server";
import { words } from "./words";
import type { Consent, Temoin } from "../loader/temoin";

/** The consent to assume where there is no loader. */
const NOTHING: Consent = { necessary: true, preferences: false, statistics: false, marketing: false };

const address = new URL(import.meta.url);
const site = address.pathname.split("/").pop()!.replace(/\.js$/, "");
const own = [location.hostname, address.hostname];
/** The events after which the page is inspected again. */
const CHANGES = ["temoin:consent", "temoin:withdraw"];
/** How long to wait after a choice before inspecting: the page reacts to the choice meanwhile. */
const SETTLED_MS = 500;

let opened = false;

/** Opens the overlay, if it is not open. */
export function open(): void {
  if (opened) return;
  opened = true;
  const said = words();
  let token = "";
  const again = (): void => void (token && setTimeout(inspect, SETTLED_MS));
  const panel = new Panel(
    said,
    (typed) => {
      token = typed;
      void inspect();
    },
    () => {
      opened = false;
      CHANGES.forEach((name) => removeEventListener(name, again));
    },
  );
  CHANGES.forEach((name) => addEventListener(name, again));

  async function inspect(): Promise<void> {
    panel.say(said.inspecting);
    const found = takeInventory(own);
    try {
      const classified = await classify(address.origin, site, token, found);
      const consent = { ...NOTHING, ...(window as { Temoin?: Temoin }).Temoin?.consent };
      panel.show(
        found.map((one, at) => judge(one, classified[at]!, consent)),
        () => void inspect(),
      );
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      const { status } = error;
      if (status === 401 || status === 403) panel.say(said.wrongToken, true);
      else panel.say(status ? said.notAnswered.replace("{status}", String(status)) : said.notReached, true);
    }
  }
}
