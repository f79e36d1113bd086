import { defineConfig } from "@playwright/test";

const DEMO_SITES = /\/(adversity|choice|csp|first-visit|screenshots|script-api|sites)\.spec\.ts/;

/** `cargo xtask test browser` starts the servers and says where they are. */
export default defineConfig({
  testDir: "..",
  projects: [
    // The demo server counts what its stand-ins are asked for, for everyone: one journey at a time.
    { name: "demo sites", testMatch: DEMO_SITES, workers: 1 },
    // Each test has a site of its own.
    { name: "laboratory", testIgnore: DEMO_SITES },
  ],
  workers: 2,
  outputDir: "../../../target/temoin/browser",
  // A busy machine may be late once, and the report then says "flaky"; a defect fails twice.
  retries: 1,
  forbidOnly: true,
  reporter: [["list"]],
  timeout: 30_000,
  use: {
    baseURL: process.env["TEMOIN_SITES"],
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
    trace: "retain-on-failure",
  },
});
