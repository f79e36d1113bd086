/**
 * What comes with the widget: its WebAssembly is started, and given what is easier said in the
 * browser's own language.
 */
// Made by wasm-bindgen; the build knows where.
import init, { start } from "#widget";
import type { Bridge, Command } from "./page";
import { fetchPart } from "./server";

/** The bridge that `../src/bridge.rs` sees. */
interface WidgetBridge extends Bridge {
  /** The dialog, in the page and closed; fetched when it is first asked for. */
  dialog(): Promise<HTMLDialogElement>;
  /** Offers a file to the visitor. */
  download(name: string, text: string): void;
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
    download(name: string, text: string) {
      const link = document.createElement("a");
      link.download = name;
      link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    },
  });
  // Beside the WebAssembly, not after it.
  if (loader.opening) bridge.dialog();
  await init({ module_or_path: fetch(server + site.wasm) });
  start(bridge);
}
