/** The loader reads the stored choice exactly as `consent-core` does: one list for both. */
import { readFileSync } from "node:fs";
import { CONSENT, HOME, SITE, expect, test } from "./visitor";

interface Case {
  why: string;
  text: string;
  now: string;
  state: "chosen" | "pending" | "unasked";
}

const file = new URL("../../crates/consent-core/tests/stored-choice.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8")) as Case[];

test("the loader agrees with the shared list", async ({ visitor, page, context }) => {
  const loader = await (await fetch(`${CONSENT}/t/${SITE}.js`)).text();
  const material = /"material":"([0-9a-f]{12})"/.exec(loader)![1]!;
  // The widget would complete a pending click, and there would be nothing left to see.
  await page.route("**/w/**", (route) => route.abort());
  expect(cases.length).toBeGreaterThan(20);
  for (const { why, text, now, state } of cases) {
    await test.step(why, async () => {
      await context.clearCookies();
      await page.clock.setFixedTime(new Date(now));
      await page.goto(HOME);
      const stored = text.replaceAll("0123456789ab", material).replaceAll("0123456789AB", material.toUpperCase());
      await page.evaluate((stored) => localStorage.setItem("consent_temoin", stored), stored);
      await page.reload();
      const status = await visitor.consentStatus();
      const asked = await visitor.banner.isVisible();
      const seen = status !== null ? "chosen" : asked ? "unasked" : "pending";
      expect(seen, why).toBe(state);
    });
  }
});

test("the newest of the cookie and the local storage holds", async ({ visitor, page, context, baseURL }) => {
  await visitor.visit();
  await visitor.refuse();
  await visitor.receipt();
  const { cookie } = await visitor.stored();
  const older = cookie!.replace(/^c1\.gddd\.(\d+)\.(\d+)/, (_, at, end) => `c1.gggg.${at - 1000}.${end - 1000}`);
  await context.addCookies([{ name: "consent_temoin", value: older, url: baseURL! }]);
  await page.reload();
  expect(await visitor.consentStatus()).toBe("refused");
  expect(await visitor.ran()).toEqual([]);
});
