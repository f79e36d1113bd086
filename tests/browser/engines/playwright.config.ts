import { defineConfig } from "@playwright/test";
import { ENVIRONMENTS } from "../support/environment";

/** `cargo xtask test engines` says where the browsers are, and starts the servers. */
export default defineConfig({
  testDir: ".",
  outputDir: "../../../target/temoin/engines",
  // One browser for each engine, with servers of its own; Playwright itself can drive neither.
  projects: [{ name: "firefox" }, { name: "webkit" }],
  workers: ENVIRONMENTS.length,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"]],
  timeout: 60_000,
  expect: { timeout: 15_000 },
});
