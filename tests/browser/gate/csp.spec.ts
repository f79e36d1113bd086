/**
 * Under a strict Content-Security-Policy. The headers are those of `docs/content-security-policy.md`,
 * read from there: what it says is what is served here.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { test as laboratory, waitingScript, type Lab, type Publication } from "../support/lab";
import { Auditor } from "../support/auditor";
import { SITE, expect, test } from "../support/demo-sites";
import { CONSENT } from "../support/environment";
import { type Visitor } from "../support/visitor";

const DOCUMENT = readFileSync(join(import.meta.dirname, "../../../docs/content-security-policy.md"), "utf8");

/** The first block of this kind under a heading of the document, with these names filled in. */
function documented(heading: string, kind: string, names: Record<string, string> = {}): string {
  const [, section] = DOCUMENT.split(`\n## ${heading}\n`);
  const block = section!.split("\n## ")[0]!.split("```" + kind + "\n")[1]!.split("```")[0]!;
  const filled = Object.entries({ "https://HOST": CONSENT, ...names }).reduce(
    (text, [name, value]) => text.replaceAll(name, value),
    block,
  );
  return filled.replace("Content-Security-Policy: ", "").replace(/;\s+/g, "; ").trim();
}

const freshNonce = () => randomBytes(16).toString("base64");

/** What the browser refused on the pages to come. */
async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.exposeFunction("violated", (what: string) => void found.push(what));
  await page.addInitScript(() =>
    addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
      (window as unknown as { violated(what: string): void }).violated(`${effectiveDirective} ${blockedURI}`),
    ),
  );
  return found;
}

const ACCENT = "rgb(20, 57, 94)";
const TAG = "https://mesure.example/mesure.js";

/** Puts up a page with this script tag and under this policy that has something of each kind; where it is. */
function page(lab: Lab, tag: string, policy: string, nonce = ""): string {
  const given = nonce && ` nonce="${nonce}"`;
  const body = `
    <script type="text/plain" data-category="statistics" data-service="mesure" data-src="${TAG}"${given}></script>
    ${nonce && `<script type="text/plain" data-category="statistics"${given}>(window.ran ??= []).push("inline")</script>`}
    <iframe data-category="marketing" data-src="https://film.example/film" title="Film"></iframe>
    <div data-temoin="declaration"></div>`;
  // A loader placed inline has dollar signs, which `replace` would read.
  lab.serve("/", lab.html(body).replace(lab.tag, () => tag), { "content-security-policy": policy });
  return lab.origin + "/";
}

/** Everything a visitor does: it must look and work as it does elsewhere. */
async function journey(visitor: Visitor, auditor: Auditor): Promise<void> {
  const receipts: string[] = [];
  const next = async () => {
    await expect.poll(async () => (await visitor.receipt()).id).not.toBe(receipts.at(-1));
    receipts.push((await visitor.receipt()).id);
  };
  await expect(visitor.button("reject_all")).toHaveCSS("background-color", ACCENT);
  await expect(visitor.page.locator(".temoin-placeholder")).toHaveCSS("display", /flex/);
  await expect(visitor.page.locator("[data-temoin=declaration]")).not.toBeEmpty();
  await visitor.refuse();
  await expect(visitor.banner).toBeHidden();
  await next();
  expect(await visitor.ran()).toEqual([]);
  await visitor.reopenDialog();
  await expect(visitor.button("accept_all", visitor.dialog)).toHaveCSS("background-color", ACCENT);
  await visitor.box("statistics").check();
  await visitor.button("save", visitor.dialog).click();
  await next();
  await visitor.reopenDialog();
  const download = visitor.page.waitForEvent("download");
  await visitor.dialog.locator('[data-action="download"]').click();
  expect((await download).suggestedFilename()).toBe(`temoin-${receipts.at(-1)}.json`);
  expect((await visitor.verify()).filter(({ outcome }) => outcome === "failed" || outcome === "unknown")).toEqual([]);
  await expect(visitor.dialog.locator(".temoin-code")).toBeVisible();
  await visitor.button("close", visitor.dialog).click();
  const records = await Promise.all(receipts.map((receipt) => auditor.record(receipt)));
  expect(records.map(({ method, layer, decision }) => [method, layer, decision["statistics"]])).toEqual([
    ["reject_all", "banner", "denied"],
    ["save", "dialog", "granted"],
  ]);
}

test("a page of the demo is under the documented policy, and everything on it works", async ({ visitor, page, auditor }) => {
  const refused = await violations(page);
  const response = await page.goto(`/${SITE}/don.html`);
  const policy = (await response!.headerValue("content-security-policy"))!;
  const nonce = /'nonce-([^']+)'/.exec(policy)![1]!;
  expect(policy.split("; ")).toEqual(expect.arrayContaining(documented("With a nonce", "http", { NONCE: nonce }).split("; ")));
  await journey(visitor, auditor);
  await expect.poll(() => visitor.ran()).toEqual(["analytics", "inline"]);
  await page.locator('footer [data-temoin="open"]').click();
  await visitor.button("accept_all", visitor.dialog).click();
  await expect.poll(() => visitor.ran()).toEqual(["analytics", "inline", "pixel"]);
  await expect(page.frameLocator("iframe").getByRole("heading")).toBeVisible();
  await visitor.atRest();
  const again = await page.reload();
  expect(await again!.headerValue("content-security-policy")).not.toContain(nonce);
  await expect.poll(() => visitor.ran()).toEqual(["analytics", "inline", "pixel"]);
  await visitor.atRest();
  expect(refused).toEqual([]);
});

laboratory.describe("nothing is refused under each documented policy", () => {
  /** Goes there, does everything, and expects that what waited ran and that nothing was refused. */
  async function holds(lab: Lab, visitor: Visitor, address: string, ran: string[]): Promise<void> {
    const refused = await violations(lab.page);
    await lab.page.goto(address);
    await journey(visitor, lab.auditor);
    await expect.poll(() => lab.ran()).toEqual(ran);
    await lab.atRest();
    expect(refused).toEqual([]);
  }

  /** The hashes of the two styles, as the document says to find them. */
  async function hashes(lab: Lab, visitor: Visitor, context: BrowserContext): Promise<Record<string, string>> {
    await lab.open("");
    await visitor.customize();
    const logged: string[] = [];
    lab.page.on("console", (message) => logged.push(message.text()));
    await lab.page.evaluate(`(async () => { ${documented("Without a nonce", "js")} })()`);
    const [banner, dialog, ...others] = logged.map((hash) => /^'(sha256-.{44})'$/.exec(hash)![1]!);
    expect(others).toEqual([]);
    await context.clearCookies();
    return { "sha256-BANNER": banner!, "sha256-DIALOG": dialog! };
  }

  laboratory("a nonce", async ({ lab, visitor }) => {
    await lab.publish();
    const nonce = freshNonce();
    const tag = documented("With a nonce", "html", { SITE: lab.site, NONCE: nonce });
    const policy = documented("With a nonce", "http", { NONCE: nonce });
    await holds(lab, visitor, page(lab, tag, policy, nonce), ["mesure", "inline"]);
  });

  laboratory("a nonce, and the loader inline", async ({ lab, visitor }) => {
    await lab.publish();
    const nonce = freshNonce();
    const tag = await (await fetch(`${CONSENT}/t/${lab.site}.js?inline&nonce=${nonce}&language=fr-CA`)).text();
    const policy = documented("With a nonce", "http", { NONCE: nonce });
    await holds(lab, visitor, page(lab, tag, policy, nonce), ["mesure", "inline"]);
    expect(visitor.requests.filter((request) => request.url().includes("/t/"))).toEqual([]);
  });

  laboratory("strict-dynamic: what waits needs no nonce of its own", async ({ lab, visitor }) => {
    await lab.publish();
    const nonce = freshNonce();
    const tag = documented("With a nonce", "html", { SITE: lab.site, NONCE: nonce });
    const policy = documented("With strict-dynamic", "http", { NONCE: nonce });
    await holds(lab, visitor, page(lab, tag, policy), ["mesure"]);
  });

  laboratory("trusted types", async ({ lab, visitor }) => {
    await lab.publish();
    const nonce = freshNonce();
    const tag = documented("With a nonce", "html", { SITE: lab.site, NONCE: nonce });
    const policy = documented("With Trusted Types", "http", { NONCE: nonce });
    await holds(lab, visitor, page(lab, tag, policy, nonce), ["mesure", "inline"]);
  });

  laboratory("addresses and hashes", async ({ lab, visitor, context }) => {
    await lab.publish();
    const names = await hashes(lab, visitor, context);
    const policy = documented("Without a nonce", "http", names).replace("script-src", `script-src ${TAG}`);
    await holds(lab, visitor, page(lab, lab.tag, policy), ["mesure"]);
  });

  laboratory("the pinned loader's digest", async ({ lab, visitor, context }) => {
    const { pinned } = await lab.publish();
    const names = await hashes(lab, visitor, context);
    const digest = /integrity="(sha384-[^"]+)"/.exec(pinned["fr-CA"]!)![1]!;
    const policy = documented("Pinned", "http", { ...names, "sha384-DIGEST": digest }).replace("script-src", `script-src ${TAG}`);
    await holds(lab, visitor, page(lab, pinned["fr-CA"]!, policy), ["mesure"]);
  });
});

laboratory("the styles' hashes are the same for another site, in another language", async ({ lab }) => {
  const { pinned } = await lab.publish({ languages: ["ar", "en"], services: [], purposes: ["statistics"], name: "Autre" });
  const styles = async (site: string, language: string) => {
    const loader = await (await fetch(`${CONSENT}/t/${site}.js?language=${language}`)).text();
    const notice = /"notice":"([0-9a-f]{64})"/.exec(loader)![1]!;
    const dialog = await (await fetch(`${CONSENT}/n/${notice}/${language}/dialog.html`)).text();
    return [/"style":("(?:[^"\\]|\\.)*")/.exec(loader)![1]!, /<style>(.*?)<\/style>/s.exec(dialog)![1]!];
  };
  expect(Object.keys(pinned).sort()).toEqual(["ar", "en"]);
  const demo = await styles(SITE, "fr-CA");
  expect(demo.map((style) => style.length > 500)).toEqual([true, true]);
  expect(await styles(lab.site, "ar")).toEqual(demo);
});

laboratory("a policy that refuses the styles leaves a banner that works, and says so", async ({ lab, visitor }) => {
  await lab.publish();
  const nonce = freshNonce();
  const policy = documented("With a nonce", "http", { NONCE: nonce }).replace(/style-src [^;]+/, "style-src 'none'");
  const refused = await violations(lab.page);
  await lab.page.goto(page(lab, documented("With a nonce", "html", { SITE: lab.site, NONCE: nonce }), policy, nonce));
  await expect(visitor.banner).toBeVisible();
  await expect(visitor.button("reject_all")).not.toHaveCSS("background-color", ACCENT);
  expect(refused).toContain("style-src-elem inline");
  await visitor.refuse();
  const { id } = await visitor.receipt();
  expect(await lab.auditor.record(id)).toMatchObject({ method: "reject_all" });
});

laboratory.describe("without 'wasm-unsafe-eval'", () => {
  /** The documented policy without it; and the same page where the widget may start. */
  async function open(lab: Lab, visitor: Visitor): Promise<() => Promise<void>> {
    await lab.publish();
    await lab.page.addInitScript(() => {
      const page = window as unknown as { errors: string[] };
      page.errors = [];
      addEventListener("temoin:error", ({ detail }) => page.errors.push(detail.message));
    });
    const nonce = freshNonce();
    const tag = documented("With a nonce", "html", { SITE: lab.site, NONCE: nonce });
    const policy = documented("With a nonce", "http", { NONCE: nonce });
    const refused = await violations(lab.page);
    await lab.page.goto(page(lab, tag, policy.replace(" 'wasm-unsafe-eval'", ""), nonce));
    await expect(visitor.button("reject_all")).toHaveCSS("background-color", ACCENT);
    await expect.poll(() => refused).toContain("script-src wasm-eval");
    return async () => {
      await expect
        .poll(() => lab.page.evaluate(() => (window as unknown as { errors: string[] }).errors.join()))
        .toContain("the widget could not start");
      await lab.atRest();
      expect(lab.hits).toEqual([]);
      expect(await lab.ran()).toEqual([]);
      expect(await lab.auditor.records()).toEqual([]);
      await lab.page.goto(page(lab, tag, policy, nonce));
    };
  }

  laboratory("refusing works, and is recorded where the widget may start", async ({ lab, visitor }) => {
    const elsewhere = await open(lab, visitor);
    await visitor.refuse();
    await expect(visitor.banner).toBeHidden();
    await lab.page.reload();
    await expect(visitor.reopen).toBeVisible();
    await expect(visitor.banner).toBeHidden();
    await elsewhere();
    const { id } = await visitor.receipt();
    expect(await lab.auditor.record(id)).toMatchObject({ method: "reject_all", layer: "banner", trusted: true });
    expect(lab.hits).toEqual([]);
  });

  laboratory("accepting opens nothing before that", async ({ lab, visitor }) => {
    const elsewhere = await open(lab, visitor);
    await visitor.accept();
    await expect(visitor.banner).toBeHidden();
    await elsewhere();
    await expect.poll(() => lab.ran()).toEqual(["mesure", "inline"]);
    const { id } = await visitor.receipt();
    expect(await lab.auditor.record(id)).toMatchObject({ method: "accept_all", layer: "banner", trusted: true });
  });
});

laboratory.describe("the pinned tag", () => {
  const BLOCKED = `${waitingScript("statistics", TAG)}
    <iframe data-category="statistics" data-src="https://film.example/film" title="Film"></iframe>
    <img data-category="statistics" data-src="https://pub.example/pixel.gif" alt="">`;

  /** Opens a page with the pinned tag; what its address answers goes through `alter`. */
  async function open(lab: Lab, { pinned }: Publication, alter = (loader: Buffer) => loader): Promise<void> {
    await lab.page.route(`${CONSENT}/t/${lab.site}/**`, async (route) => {
      const response = await route.fetch();
      const { "content-encoding": _, ...headers } = response.headers();
      await route.fulfill({ response, headers, body: alter(await response.body()) });
    });
    lab.serve("/", lab.html(BLOCKED).replace(lab.tag, pinned["fr-CA"]!));
    await lab.page.goto(lab.origin + "/");
  }

  laboratory("names its loader by digest, and works", async ({ lab, visitor }) => {
    const publication = await lab.publish();
    const [, address, digest] = /src="([^"]+)" integrity="sha384-([^"]+)"/.exec(publication.pinned["fr-CA"]!)!;
    const loader = Buffer.from(await (await fetch(address!)).arrayBuffer());
    expect(createHash("sha384").update(loader).digest("base64")).toBe(digest);
    await open(lab, publication);
    await visitor.accept();
    const { id } = await visitor.receipt();
    expect(await lab.auditor.record(id)).toMatchObject({ method: "accept_all", language: "fr-CA" });
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    await expect.poll(() => [...lab.hits].sort()).toEqual(["https://film.example/film", TAG, "https://pub.example/pixel.gif"]);
  });

  laboratory("follows no later publication", async ({ lab, visitor }) => {
    const publication = await lab.publish();
    await lab.publish({ name: "Un autre nom" });
    await open(lab, publication);
    await expect(visitor.banner).toContainText("Laboratoire");
    await lab.open("");
    await expect(visitor.banner).toContainText("Un autre nom");
  });

  laboratory("with one byte altered is refused by the browser, and nothing that waits runs", async ({ lab, visitor }) => {
    const publication = await lab.publish();
    const said: string[] = [];
    lab.page.on("console", (message) => said.push(message.text()));
    await open(lab, publication, (loader) => {
      const altered = Buffer.from(loader);
      altered[altered.indexOf("Tout refuser")] = "t".charCodeAt(0);
      expect(altered.equals(loader)).toBe(false);
      return altered;
    });
    await lab.atRest();
    await expect.poll(() => said.join()).toMatch(/integrity/);
    expect(await lab.page.evaluate(() => "Temoin" in window)).toBe(false);
    await expect(visitor.banner).toHaveCount(0);
    expect(lab.hits).toEqual([]);
    expect(await lab.auditor.records()).toEqual([]);
  });
});
