/**
 * What comes with the widget: its WebAssembly is started, and given what is easier said in the
 * browser's own language.
 */
// Made by wasm-bindgen; the build knows where.
import init, { start } from "#widget";
import type { Bridge, Command } from "../page/start";
import type { Held } from "../receipt-verifier/main";
import { fetchPart } from "../ui/notice-parts";
import type { ConsentReceipt } from "../temoin";

/** Where `receipt-verifier/main.ts` is, beside this file. */
declare const __PROOF__: string;

/** A button of the dialog that does something with the receipt. */
type Action = "download" | "download_jsonld" | "verify";

/** The bridge that `../src/bridge.rs` sees. */
interface WidgetBridge extends Bridge {
  /** The dialog, in the page and closed; fetched when it is first asked for. */
  dialog(): Promise<HTMLDialogElement>;
  /** Does with a receipt (JSON) what a button of the dialog says. */
  receipt(action: Action, secret: string, receipt: string): Promise<void>;
}

/** Starts the widget on a page. */
export async function run(loader: Bridge): Promise<void> {
  const { site, server, nonce, root } = loader;
  let fetched: Promise<HTMLDialogElement> | undefined;
  const bridge: WidgetBridge = Object.assign(Object.create(loader) as Bridge, {
    attend(handler: (command: Command) => void) {
      loader.attend(handler);
      // What could not be sent is sent as soon as there is a network again.
      const flush: Command = { action: "flush", layer: "none", trusted: false, at: Date.now(), notice: site.notice };
      addEventListener("online", () => handler(flush));
    },
    dialog() {
      fetched ??= fetchPart(site, server, "dialog").then((html) => {
        const dialog = document.createElement("dialog");
        dialog.setAttribute("aria-labelledby", "temoin-dialog-title");
        dialog.innerHTML = html;
        // Before it is in the page, where a strict policy would refuse a style without it.
        dialog.querySelector("style")!.nonce = nonce;
        root.append(dialog);
        return dialog;
      });
      // Whoever asks again tries again.
      fetched.catch(() => (fetched = undefined));
      return fetched;
    },
    async receipt(action: Action, secret: string, text: string) {
      const receipt = JSON.parse(text) as ConsentReceipt;
      if (action === "download") return save(`temoin-${receipt.id}.json`, "application/json", text);
      const dialog = await bridge.dialog();
      try {
        // Named apart, so that it is not bundled.
        const address = __PROOF__;
        const proof = (await import(address)) as typeof import("../receipt-verifier/main");
        const held: Held = { receipt, secret, site: site.site, language: site.language, server, dialog, save };
        await proof[action](held);
      } catch (error) {
        const words = dialog.querySelector("template")!.content.querySelector("[data-word=unreachable]")!;
        dialog.querySelector("[data-slot=findings]")!.textContent = words.textContent;
        loader.fail("the receipt could not be verified: " + error);
      }
    },
  });
  // Beside the WebAssembly, not after it.
  if (loader.opening) bridge.dialog();
  await init({ module_or_path: fetch(server + site.wasm) });
  start(bridge);
}

/** Offers a file to the visitor. */
function save(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
