/** Strict content security policies: those that `docs/content-security-policy.md` says are enough. */
import { readFileSync } from "node:fs";
import { expect, test as laboratory, type Lab } from "./lab";
import { CONSENT, NO_LOADS, loads, test, type Visitor } from "./visitor";
import type { Page } from "@playwright/test";

const DOCUMENTATION = readFileSync(new URL("../../docs/content-security-policy.md", import.meta.url), "utf8");
const NONCE = "bm9uY2U";
const [WITH_NONCE, WITHOUT_NONCE] = [...DOCUMENTATION.matchAll(/^Content-Security-Policy: (.*)$/gm)].map(([, policy]) =>
  policy!.replaceAll("NONCE", NONCE).replaceAll("https://HOST", CONSENT),
) as [string, string];

const WAITS = `
  <script type="text/plain" data-category="statistics" nonce="${NONCE}" data-src="https://tiers.example/a.js"></script>
  <script type="text/plain" data-category="statistics" nonce="${NONCE}">(window.ran ??= []).push("inline")</script>`;

/** Has the page remember which directives were violated, and which errors were told. */
async function listen(page: Page): Promise<{ violated: () => Promise<string[]>; errors: () => Promise<string[]> }> {
  await page.addInitScript(() => {
    const seen = window as unknown as { violated: string[]; errors: string[] };
    [seen.violated, seen.errors] = [[], []];
    addEventListener("securitypolicyviolation", (event) => seen.violated.push(event.effectiveDirective), true);
    addEventListener("temoin:error", ({ detail }) => seen.errors.push(detail.message));
  });
  const read = (name: string) => page.evaluate((name) => (window as unknown as Record<string, string[]>)[name]!, name);
  return { violated: () => read("violated"), errors: () => read("errors") };
}

async function openUnder(lab: Lab, policy: string, tag: string): Promise<void> {
  lab.serve("/", `<!doctype html><html lang="fr"><head><title>Stricte</title>${tag}</head><body>${WAITS}</body></html>`, {
    "content-security-policy": policy,
  });
  await lab.page.goto(lab.origin + "/");
}

const tagOf = (lab: Lab) => lab.tag.replace("<script", `<script nonce="${NONCE}"`);

/** The whole way: painted with our styles, dialog, answer, what waited, receipt. */
async function expectWhole(lab: Lab, visitor: Visitor, released: string[]): Promise<void> {
  await expect(visitor.banner).toBeVisible();
  await expect(visitor.banner).toHaveCSS("position", "fixed");
  await visitor.customize();
  await expect(visitor.dialog).toHaveCSS("position", "fixed");
  await visitor.box("statistics").check();
  await visitor.button("save", visitor.dialog).click();
  await expect.poll(() => lab.ran()).toEqual(released);
  const { id } = await visitor.receipt();
  expect(await lab.auditor.record(id)).toMatchObject({ method: "save", trusted: true });
}

laboratory("with a nonce nothing is violated, and what waited runs with the nonce of the page", async ({ lab, visitor, page }) => {
  const { violated } = await listen(page);
  await lab.publish();
  await openUnder(lab, WITH_NONCE, tagOf(lab));
  await expectWhole(lab, visitor, ["a", "inline"]);
  expect(await violated()).toEqual([]);
});

laboratory("inline, with the nonce it was asked for, the same policy is enough", async ({ lab, visitor, page }) => {
  const { violated } = await listen(page);
  await lab.publish();
  const inline = await (await fetch(`${CONSENT}/t/${lab.site}.js?inline&language=fr-CA&nonce=${NONCE}`)).text();
  await openUnder(lab, WITH_NONCE, inline);
  await expectWhole(lab, visitor, ["a", "inline"]);
  expect(await violated()).toEqual([]);
});

laboratory("without a nonce the address stands for it: what carries none of ours is refused by the page's own policy", async ({ lab, visitor, page }) => {
  const { violated } = await listen(page);
  await lab.publish();
  await openUnder(lab, WITHOUT_NONCE, lab.tag);
  await expectWhole(lab, visitor, []);
  // Nothing of ours: only the third party's script and the inline one, which this policy does not allow.
  expect(new Set(await violated())).toEqual(new Set(["script-src-elem"]));
  expect(await violated()).toHaveLength(2);
});

laboratory("without the nonce in `style-src` the layers are bare, and work", async ({ lab, visitor, page }) => {
  const { violated } = await listen(page);
  await lab.publish();
  await openUnder(lab, WITH_NONCE.replace(/style-src [^;]*/, "style-src 'none'"), tagOf(lab));
  await expect(visitor.banner).not.toHaveCSS("position", "fixed");
  await visitor.refuse();
  await expect(visitor.banner).toBeHidden();
  expect((await lab.auditor.record((await visitor.receipt()).id)).method).toBe("reject_all");
  expect(await violated()).toContain("style-src-elem");
});

for (const [what, without] of [
  ["`'wasm-unsafe-eval'`", (policy: string) => policy.replace(" 'wasm-unsafe-eval'", "")],
  ["`connect-src`", (policy: string) => policy.replace(/connect-src [^;]*/, "connect-src 'none'")],
] as const) {
  laboratory(`without ${what} refusing works, the gate stays closed, and the page is told`, async ({ lab, visitor, page }) => {
    const { errors } = await listen(page);
    await lab.publish();
    await openUnder(lab, without(WITH_NONCE), tagOf(lab));
    await visitor.accept();
    await expect(visitor.banner).toBeHidden();
    await expect.poll(async () => (await errors()).length).toBeGreaterThan(0);
    expect((await errors())[0]).toContain("the widget could not start");
    expect(await lab.ran()).toEqual([]);
    expect(lab.hits).toEqual([]);
    // The click is kept: once the policy allows it, a decision is made of it.
    await openUnder(lab, WITH_NONCE, tagOf(lab));
    expect((await lab.auditor.record((await visitor.receipt()).id)).method).toBe("accept_all");
    await expect.poll(() => lab.ran()).toEqual(["a", "inline"]);
  });
}

laboratory("a pinned tag runs the loader it names, and no other", async ({ lab, visitor, page }) => {
  const { pinned } = await lab.publish();
  const tag = pinned["fr-CA"]!;
  expect(tag).toMatch(/integrity="sha384-[\w+/]{64}" crossorigin="anonymous"/);
  await openUnder(lab, WITH_NONCE, tag.replace("<script", `<script nonce="${NONCE}"`));
  await expectWhole(lab, visitor, ["a", "inline"]);
  await page.context().clearCookies();
  await page.evaluate(() => localStorage.clear());
  lab.hits.length = 0;
  // One byte more, on its way.
  await page.route(`${CONSENT}/t/**`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `${await answer.text()} ` });
  });
  await page.reload({ waitUntil: "networkidle" });
  expect(await page.evaluate(() => "Temoin" in window)).toBe(false);
  expect(await lab.ran()).toEqual([]);
  expect(lab.hits).toEqual([]);
});

test("the demo's page under a strict policy works like the others", async ({ visitor, page, auditor }) => {
  const { violated } = await listen(page);
  await visitor.visit("/communautaire/don.html");
  await expect(visitor.banner).toHaveCSS("position", "fixed");
  await page.waitForLoadState("networkidle");
  expect(await loads()).toEqual(NO_LOADS);
  await visitor.accept();
  await expect.poll(() => visitor.ran()).toEqual(["analytics", "inline", "pixel"]);
  const { id } = await visitor.receipt();
  expect((await auditor.record(id)).status).toBe("given");
  await visitor.reopenDialog();
  await expect(visitor.dialog).toContainText(id);
  expect(await violated()).toEqual([]);
});
