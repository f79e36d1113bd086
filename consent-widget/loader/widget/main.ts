/**
 * Starts the widget's WebAssembly, and does for it what takes fewer bytes in JavaScript: the dialog, and
 * what its buttons do with a receipt.
 */
// wasm-bindgen makes this file; the build passes its place.
import init, { start } from "#widget";
import type { Bridge } from "../page/bridge";
import type { Command } from "../page/command";
import type { VerifierRequest } from "../receipt-verifier/main";
import { make } from "../ui/html";
import { fetchPart } from "../ui/notice-parts";
import type { ConsentReceipt } from "../temoin";
import { showDialog } from "./show-dialog";

/** A browser that could not fetch a module does not ask for the same address again: another fragment makes it another one. */
let again = "";

/** The address of the bundle of `receipt-verifier/main.ts`, relative to this script's. */
declare const __PROOF__: string;

/** A button of the dialog that does something with the receipt. */
type Action = "download" | "download_jsonld" | "verify";

/** The bridge that `../src/bridge.rs` sees. */
interface WidgetBridge extends Bridge {
  /** Fetches the dialog when it is first asked for, and puts it into the page, closed. */
  loadDialog(): Promise<HTMLDialogElement>;
  /** Adds to a report what only the page that sends it knows: the ticket of its loader, once it is known, and the tools that were told. */
  complete(report: object): void;
  /** Opens the dialog, once it is loaded. */
  showDialog(): void;
  /** Does with a receipt (JSON) what a button of the dialog says; `secret` lets the holder ask the server about it. */
  useReceipt(action: Action, secret: string, receipt: string): Promise<void>;
}

/** Starts the widget on a page. */
export async function run(loader: Bridge): Promise<void> {
  const { site, server, nonce, root } = loader;
  let fetched: Promise<HTMLDialogElement> | undefined;
  let loaded: HTMLDialogElement;
  let trusted = false;
  let ticket: string | undefined;
  const bridge: WidgetBridge = Object.assign(Object.create(loader) as Bridge, {
    setCommandHandler(handler: (command: Command) => void) {
      loader.setCommandHandler((command) => {
        trusted = command.trusted;
        handler(command);
      });
      // A report that could not be sent is sent as soon as there is a network again.
      const flush: Command = { action: "flush", layer: "none", trusted: false, at: Date.now(), notice: site.notice };
      addEventListener("online", () => handler(flush));
    },
    loadDialog() {
      fetched ??= fetchPart(site, server, "dialog").then((html) => {
        const dialog = loader.fill(make("dialog"), html);
        dialog.setAttribute("aria-labelledby", "temoin-dialog-title");
        // Before it is in the page: a strict policy refuses a style that has no nonce by then.
        dialog.querySelector("style")!.nonce = nonce;
        root.append(dialog);
        return (loaded = dialog);
      });
      // The next request tries again.
      fetched.catch(() => (fetched = undefined));
      return fetched;
    },
    complete: (report: object) => void Object.assign(report, { ticket, told: loader.told?.() }),
    showDialog() {
      showDialog(loaded, site, nonce, () => {
        // The declaration is a page of its own. A page that asks by script, perhaps each time it is loaded, stays.
        if (trusted) location.assign(`${server}/d/${site.site}/${site.language}`);
        else loader.unavailable("something hides the dialog, such as a content blocker");
      });
    },
    async useReceipt(action: Action, secret: string, text: string) {
      const receipt = JSON.parse(text) as ConsentReceipt;
      if (action === "download") return save(`temoin-${receipt.id}.json`, "application/json", text);
      const dialog = await bridge.loadDialog();
      try {
        // In a variable, so that it is not bundled.
        const address = __PROOF__ + again;
        const proof = (await import(address).catch((error: unknown) => {
          again += "#";
          throw error;
        })) as typeof import("../receipt-verifier/main");
        const request: VerifierRequest = { receipt, secret, site: site.site, language: site.language, server, dialog, save };
        await proof[action](request);
      } catch (error) {
        const words = dialog.querySelector("template")!.content.querySelector("[data-word=unreachable]")!;
        dialog.querySelector("[data-slot=findings]")!.textContent = words.textContent;
        loader.fail("the receipt could not be verified: " + error);
      }
    },
  });
  // While the WebAssembly loads, not after it.
  if (loader.opening) bridge.loadDialog();
  findTicket(loader).then((found) => (ticket = found), () => {});
  await init({ module_or_path: fetch(server + site.wasm) });
  start(bridge);
}

/**
 * Finds the ticket that the server gave with the loader (`edge-api/src/site/ticket.rs`). A loader that stands in the page, or
 * is kept for ever by its hash, came without one, and some browsers tell no page of it: then it is asked for.
 */
async function findTicket({ site, server }: Bridge): Promise<string | undefined> {
  for (const { name, serverTiming } of performance.getEntriesByType("resource") as PerformanceResourceTiming[]) {
    const given = name.startsWith(server + "/t/") && serverTiming?.find((metric) => metric.name === "temoin");
    if (given) return given.description;
  }
  const answer = await fetch(`${server}/v1/sites/${site.site}/ticket`, { credentials: "omit" });
  return ((await answer.json()) as { ticket?: string }).ticket;
}

/** Offers a file to the visitor. */
function save(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
