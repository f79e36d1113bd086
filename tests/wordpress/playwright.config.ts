import { defineConfig } from "@playwright/test";
import browser from "../browser/support/playwright.config";

/** `cargo xtask test wordpress` starts the consent server, makes the plugin's archive and says where both are. */
const port = process.env["TEMOIN_WORDPRESS_PORT"];
const plugin = process.env["TEMOIN_WORDPRESS_PLUGIN"];
if (!port || !plugin) throw new Error("start the tests with `cargo xtask test wordpress`");

export default defineConfig({
  ...browser,
  testDir: ".",
  testIgnore: "node_modules/**",
  outputDir: "../../target/temoin/wordpress-tests",
  // One WordPress: one test after the other.
  fullyParallel: false,
  workers: 1,
  // Where PHP runs as WebAssembly, a page of the dashboard takes seconds, on a busy machine more.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  use: { ...browser.use, baseURL: `http://localhost:${port}` },
  webServer: {
    command: `node start.mjs ${port} ${plugin}`,
    url: `http://localhost:${port}/`,
    timeout: 120_000,
    reuseExistingServer: false,
    stdout: "pipe",
    gracefulShutdown: { signal: "SIGTERM", timeout: 5000 },
  },
});
