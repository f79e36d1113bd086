import { defineConfig } from "@playwright/test";
import { ENVIRONMENTS } from "./environment";

/** `cargo xtask test browser` starts the servers and says where they are. */
export default defineConfig({
  testDir: "..",
  // Those of other engines have a configuration of their own.
  testIgnore: "engines/**",
  // Each worker has servers of its own, so that tests run side by side in any order.
  fullyParallel: true,
  workers: ENVIRONMENTS.length,
  outputDir: "../../../target/temoin/browser",
  // A test that fails once is a defect, of the product or its own.
  retries: 0,
  forbidOnly: true,
  reporter: [["list"]],
  // What a test waits for ends its waiting; these limits only end what never comes, on a busy machine too.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    locale: "fr-CA",
    timezoneId: "America/Montreal",
    viewport: { width: 1280, height: 900 },
    launchOptions: {
      executablePath: process.env["CHROMIUM"],
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // A page whose headers a test has changed counts as public, and could not reach a server
        // on this machine.
        "--disable-features=LocalNetworkAccessChecks",
      ],
    },
    // What was done, and how the page looked at the end. Pictures and copies of the page at each step would slow every test down.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false, sources: false },
    screenshot: "only-on-failure",
  },
});
