import { defineConfig } from "@playwright/test";

/** `cargo xtask test browser` starts the servers and says where they are. */
export default defineConfig({
  testDir: ".",
  outputDir: "../../target/temoin/browser",
  // The demo server counts what was loaded, for everyone: one journey at a time.
  workers: 1,
  retries: 0,
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
