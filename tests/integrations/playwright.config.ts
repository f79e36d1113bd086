import { defineConfig } from "@playwright/test";
import journeys from "../browser/support/playwright.config";

/** `cargo xtask test integrations` builds the package, starts the servers and says where they are. */
export default defineConfig({
  ...journeys,
  testDir: ".",
  testIgnore: ["node_modules/**"],
  outputDir: "../../target/temoin/integrations",
});
