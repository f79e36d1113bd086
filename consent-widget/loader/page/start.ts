/**
 * The loader: one small synchronous script. Before anything else on the page can run, it closes the
 * gate and reads the stored choice. A valid choice opens the gate, and nothing more is downloaded;
 * otherwise the loader paints the banner, and fetches the widget when the page is idle.
 *
 * The widget (`../../src/widget`, WebAssembly) makes the decision. Until it is there, a click is kept in
 * storage and in the queue; if it never comes, the gate stays closed.
 */
import { attempt } from "../attempt";
import { installCookiebotFacade } from "../interop/cookiebot";
import { prepareLinks, redeemToken } from "../interop/handover";
import { findForeignChoice, type ForeignChoice } from "../interop/import";
import { REFUSAL, choiceBeforeAnswer, grantsMore, isSameChoice, statusOf, type Choice } from "../state/choice";
import { answersForMarketing } from "../state/privacy-signal";
import { OUTBOX_KEY, STORAGE_KEY } from "../generated/constants";
import type { FirstLayerAnswer, LoaderSite } from "../generated/types";
import {
  addMonths,
  findStored,
  parseStored,
  storedTexts,
  writePendingClick,
  writeStored,
  type Stored,
} from "../state/stored";
import { rewritePlaceholders } from "../gate/placeholder";
import { askAboutConflict, conceal, isBannerShown, paint, root, showBanner, showSignalNote, write } from "../ui/first-layer";
import { followPage } from "../ui/language";
import { watchPresses } from "../ui/press";
import { fillDeclarations } from "../ui/notice-parts";
import { emit } from "./events";
import { isBelow, linkFrames } from "./frames";
import {
  applyChoice,
  asItHolds,
  choice,
  closeGate,
  forgetChoice,
  gate,
  sayHonoured,
  status,
  storedText,
  syncGate,
  unanswered,
} from "./in-force";
import { gpc, nonce, script, server, site } from "./page";
import { createScriptApi } from "./script-api";
import { defer, load, send } from "./send";
import { tell } from "./mistake";

/** Whether a page above has this site's loader: then that one asks. */
let below = isBelow();
/** Whether the server takes reports from here. */
const isListed = site.origins.includes(origin);

/** Starts the loader. */
export function start(): void {
  const found = findStored(Date.now(), site);
  const stored = asItHolds(found);
  const isChosen = stored?.state === "chosen";
  // Nobody has made a decision of a pending refusal yet, but nothing runs after it.
  const first = isChosen ? stored : stored?.action === "reject_all" ? REFUSAL : unanswered;
  // First of all: whatever fails after this, the gate is closed.
  closeGate(first, isChosen ? statusOf(stored) : null, (service, trusted) =>
    send("save", "placeholder", trusted, { consent: { services: { [service]: true } } }),
  );
  window.Temoin = createScriptApi((action) => answer(action, "none", false));
  watchPresses((trusted) => send("open", "none", trusted));
  paint(site, nonce, (action, trusted) => {
    if (action === "customize") send("open", "banner", trusted);
    else answer(action as FirstLayerAnswer, "banner", trusted);
  });
  if (__COOKIEBOT__) installCookiebotFacade(window.Temoin, site, () => gate.scriptsRun);
  listen();
  askOrSend(stored);
  if (__OPT_OUT__) heedSignal(found, stored);
  if (!isListed) tell("origin", origin, [`"origins": ${JSON.stringify([...site.origins, origin])}`]);
  if (__SEVERAL__) {
    if (followPage(site, server, script, speak)) conceal(true);
    linkFrames(storedText, (text) => {
      below = true;
      conceal(true);
      showBanner(false);
      const found = asItHolds(parseStored(text, Date.now(), site));
      if (found?.state === "chosen") applyChoice(found, statusOf(found), false);
    });
  }
  fillDeclarations(site, server);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", ready);
  else ready();
}

/** "Refuse all" or "Accept all": the banner goes at once, and a click on it is stored at once. */
function answer(action: FirstLayerAnswer, where: "banner" | "none", trusted: boolean): void {
  const at = Date.now();
  if (where === "banner") writePendingClick(site, { action, trusted, at, notice: site.notice });
  showBanner(false);
  // What is on until it is refused stops at the click, whether the widget can be fetched or not.
  if (site.until_refused && action === "reject_all") syncGate(REFUSAL);
  (where === "banner" ? defer : send)(action, where, trusted, { at });
}

/** Listens for answers given outside this page. */
function listen(): void {
  const reread = (): void => {
    const found = asItHolds(findStored(Date.now(), site));
    if (found?.state === "chosen") {
      // What is stored does not tell a withdrawal from a refusal: an answer that is in force already stays what it is.
      if (status && isSameChoice(found, choice)) showBanner(false);
      else applyChoice(found, statusOf(found), false);
    } else if (!found) {
      forgetChoice();
      showBanner(true);
    }
  };
  // In another tab the visitor has answered, or has cleared the storage.
  addEventListener("storage", ({ key }) => {
    if (key !== STORAGE_KEY && key !== null) return;
    reread();
    // Where two tabs are answered at once, the cookie that the other has written may be seen later than this event.
    setTimeout(reread, 1000);
  });
  // Subdomains share the cookie alone. Browsers tell of it on secure pages only.
  window.cookieStore?.addEventListener("change", ({ changed, deleted }) => {
    if ([...changed, ...deleted].some(({ name }) => name === STORAGE_KEY)) reread();
  });
  // "Back" may restore a page as the visitor left it, with the scripts that ran in it.
  addEventListener("pageshow", ({ persisted }) => persisted && reread());
}

/** Asks the visitor, if they must be asked; or sends the command for an answer that is there already. */
function askOrSend(stored: Stored): void {
  const now = Date.now();
  const expired = stored?.state === "chosen" && now >= addMonths(stored.at, site.reask);
  if (below) conceal(true);
  // Under an opt-out law, the signal is the answer.
  const signalled = __OPT_OUT__ && gpc;
  const asking = !below && (!stored || expired) && !signalled;
  // While a choice may be handed over, the banner waits for the server to say what it is.
  const handedOver = __HAND_OVER__ ? redeemToken(site, server) : undefined;
  showBanner(asking && !handedOver);
  if (gpc) showSignalNote();
  const imported = __IMPORT__ && !storedTexts().length ? importable(now) : undefined;
  if (stored?.state === "pending") {
    const { action, trusted, at, notice } = stored;
    if (!signalled || action === "reject_all") send(action, "banner", trusted, { at, notice });
  } else if (!stored && signalled && !imported) {
    send("gpc", "none", false);
  } else if (isListed && attempt(() => localStorage.getItem(OUTBOX_KEY))) {
    send("flush", "none", false);
  }
  if (imported) {
    showBanner(false);
    send("import", "none", false, imported);
  }
  if (__HAND_OVER__) {
    prepareLinks(site, server, () => (status ? choice : undefined));
    if (handedOver) receive(handedOver, asking);
  }
}

/**
 * The choice of another consent tool that is taken over. A visitor who has ever answered here, even another question, has
 * none imported. Under an opt-out law, nothing that was accepted elsewhere stands against the signal.
 */
function importable(now: number): ForeignChoice | undefined {
  const found = findForeignChoice(site, now);
  if (!found || addMonths(found.at, site.months) <= now) return;
  if (__OPT_OUT__ && gpc) {
    const services = Object.entries(found.consent.services ?? {}).filter(([id]) => site.services[id]?.purpose !== "marketing");
    found.consent = { ...found.consent, marketing: false, services: Object.fromEntries(services) };
  }
  return found;
}

/** Says that the signal is honoured, and what it overrides of what was stored (`found`). A frame leaves that to the page above. */
function heedSignal(found: Stored, stored: Stored): void {
  sayHonoured();
  if (below) return;
  if (found !== stored) overrideBySignal(found as Choice);
  // A click of before the signal accepts no marketing either.
  if (gpc && stored?.state === "pending" && stored.action === "accept_all") overrideBySignal(choiceBeforeAnswer(site, false));
}

/** Records that the signal overrides a choice of before it, and asks once whether the visitor wants marketing all the same. */
function overrideBySignal(before: Choice): void {
  send("gpc", "none", false);
  askAboutConflict((trusted) => send("save", "banner", trusted, { consent: answersForMarketing(site, before) }));
}

/** Writes everything anew, in the page's language; nothing is written where its texts could not be had. */
function speak(texts?: LoaderSite): void {
  // A dialog that is there already is in the language of before.
  if (texts && !root.querySelector("dialog")) {
    const shown = isBannerShown();
    Object.assign(site, texts);
    write(site);
    showBanner(shown);
    if (gpc) showSignalNote();
    rewritePlaceholders();
  }
  conceal(below);
}

/** Puts a choice in force that was handed over from another domain; asks the visitor if there is none. */
function receive(handedOver: Promise<string | undefined>, asking: boolean): void {
  const before = choice;
  handedOver
    .then((text) => {
      const given = parseStored(text ?? "", Date.now(), site);
      const found = asItHolds(given);
      // Of two choices the newer counts; the visitor may even have answered meanwhile. Where they have answered here,
      // another domain's choice takes away, and never adds.
      const newest = findStored(Date.now(), site);
      if (found?.state !== "chosen" || newest?.state === "pending") return;
      if (newest && (newest.at >= found.at || grantsMore(site, found, newest))) return;
      writeStored(site, found.text, found.end, Date.now());
      applyChoice(found, statusOf(found), false);
      if (__OPT_OUT__ && found !== given) overrideBySignal(given as Choice);
    })
    .catch((error: unknown) => emit("error", { message: "the choice could not be handed over: " + error }))
    .finally(() => {
      if (!asking || choice !== before) return;
      showBanner(true);
      shown();
    });
}

/** Tells the page that the banner is shown, and fetches the widget when the page is idle. */
function shown(): void {
  if (!isBannerShown()) return;
  emit("shown", {});
  if (isListed) (window.requestIdleCallback ?? setTimeout)(load);
}

/** The page's HTML is there: tells its listeners what holds. */
function ready(): void {
  emit("ready", { ...choice.consent });
  if (status) emit("consent", { ...choice.consent });
  shown();
}
