/** WebKitGTK's MiniBrowser, by WebDriver (W3C Recommendation, 2018). */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Engine, Key, Tab } from "./engine";

/** The key that an element has in an answer (WebDriver, section 12.1). */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
/** WebDriver, section 17.4.2. */
const KEYS: Record<Key, string> = { Tab: "\uE004", Enter: "\uE007", Escape: "\uE00C", " ": " " };

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts the driver, on a screen of its own; `browser` is the MiniBrowser. */
export async function startWebKit(driver: string, browser: string): Promise<Engine> {
  const port = await freePort();
  const child = spawn("xvfb-run", ["--auto-servernum", "--server-args=-screen 0 1280x1024x24", driver, `--port=${port}`, "--host=127.0.0.1", "--replace-on-new-session"], {
    // So that all of it ends together.
    detached: true,
    stdio: "ignore",
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", LIBGL_ALWAYS_SOFTWARE: "1" },
  });
  const stop = () => void (child.pid && process.kill(-child.pid));
  process.once("exit", stop);

  const send = async (method: string, path: string, body?: object): Promise<any> => {
    const signal = AbortSignal.timeout(20_000);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, signal, ...(body && { body: JSON.stringify(body) }) });
    const { value } = (await answer.json()) as { value: any };
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  };
  const deadline = Date.now() + 30_000;
  while (!(await send("GET", "/status").then((status) => status.ready as boolean, () => false))) {
    if (Date.now() > deadline) throw new Error("the driver of WebKit does not answer");
    await new Promise((done) => setTimeout(done, 100));
  }
  const open = async (): Promise<Tab> => {
    const options = { binary: browser, args: ["--automation"] };
    const begin = () => send("POST", "/session", { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } } });
    // A browser that does not start is replaced by the next.
    const { sessionId } = await begin().catch(begin);
    const of = `/session/${sessionId}`;
    await send("POST", `${of}/window/rect`, { width: 1280, height: 1000 });
    return {
      async goto(url) {
        await send("POST", `${of}/url`, { url });
      },
      async reload() {
        await send("POST", `${of}/refresh`, {});
      },
      async evaluate(run, ...given) {
        const script = `const [given, done] = arguments;
          Promise.resolve().then(() => (${run})(...given)).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
        const { value, error } = await send("POST", `${of}/execute/async`, { script, args: [given] });
        if (error) throw new Error(error);
        return value;
      },
      async click(selector) {
        const found = await send("POST", `${of}/element`, { using: "css selector", value: selector });
        await send("POST", `${of}/element/${found[ELEMENT]}/click`, {});
      },
      async press(key) {
        const actions = ["keyDown", "keyUp"].map((type) => ({ type, value: KEYS[key] }));
        await send("POST", `${of}/actions`, { actions: [{ type: "key", id: "keyboard", actions }] });
      },
      async close() {
        await send("DELETE", of);
      },
    };
  };
  return {
    open,
    async close() {
      process.off("exit", stop);
      stop();
    },
  };
}
