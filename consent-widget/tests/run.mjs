/**
 * Runs the DOM tests of one compiled crate in Chromium: cargo calls `run.mjs COMPILED.wasm [FILTER]`.
 * `CHROMIUM` is the browser's path, `WASM_GLUE` the path of the program that makes the module's JavaScript.
 */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** The longest that all tests of a crate may take, in milliseconds. */
const LIMIT = 60_000;

/** wasm-bindgen-test writes into `#output`, and is told what a test logs. */
const PAGE = `<!doctype html><meta charset="utf-8">
<pre id="output" style="visibility:hidden"></pre>
<script type="module">
import init, * as tests from "./tests.js";
window.__wbg_test_invoke = (f) => f();
try {
  const wasm = await init({ module_or_path: "./tests_bg.wasm" });
  for (const method of ["debug", "log", "info", "warn", "error"]) {
    const print = console[method];
    console[method] = (...args) => (print(...args), tests["__wbgtest_console_" + method](args));
  }
  const wanted = decodeURIComponent(location.search.slice(1));
  const all = Object.keys(wasm).filter((name) => name.startsWith("__wbgt_"));
  const chosen = all.filter((name) => name.includes(wanted));
  const context = new tests.WasmBindgenTestContext(false);
  context.include_ignored(false);
  context.filtered_count(all.length - chosen.length);
  if (chosen.length) await context.run(chosen.map((name) => wasm[name]));
  else document.getElementById("output").textContent = "test result: FAILED. There is no test\\n";
} catch (error) {
  document.getElementById("output").textContent += "test result: FAILED. " + error + "\\n" + error.stack;
}
</script>`;

const KINDS = { js: "text/javascript", wasm: "application/wasm" };

// Cargo passes on its own flags, such as `--quiet`.
const [compiled, filter = ""] = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const folder = await mkdtemp(join(tmpdir(), "dom-tests-"));
execFileSync(process.env.WASM_GLUE, ["tests", compiled, folder], { stdio: "inherit" });

const server = createServer(async ({ url }, response) => {
  const path = url.split("?")[0];
  if (path === "/") return response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
  const kind = KINDS[path.split(".").pop()];
  const body = kind && !path.includes("..") && (await readFile(join(folder, path)).catch(() => undefined));
  if (body) response.writeHead(200, { "content-type": kind }).end(body);
  else response.writeHead(404).end();
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  const page = await browser.newPage({ locale: "fr-CA" });
  const logged = [];
  page.on("console", (message) => logged.push(message.text()));
  page.on("pageerror", (error) => logged.push(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/?${encodeURIComponent(filter)}`);
  const output = page.locator("#output");
  const ended = await output
    .filter({ hasText: "test result: " })
    .waitFor({ state: "attached", timeout: LIMIT })
    .then(() => true, () => false);
  const text = await output.textContent();
  console.log(text);
  if (!text.includes("test result: ok")) console.error(logged.join("\n"));
  if (!ended) console.error(`the tests did not end within ${LIMIT / 1000} s`);
  process.exitCode = text.includes("test result: ok") ? 0 : 1;
} finally {
  await browser.close();
  server.close();
  await rm(folder, { recursive: true });
}
