/** A dossier opens without a network, shows what was shown, proves itself step by step, and says where it was altered. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Browser, Page } from "@playwright/test";
import { SIZES, violations } from "../support/accessibility";
import { AUDITOR, CONSENT, OWNER } from "../support/environment";
import { expect, test as labTest, type Lab } from "../support/lab";
import type { Visitor } from "../support/visitor";

const run = promisify(execFile);
const PROGRAM = process.env["TEMOIN_PROGRAM"] ?? "target/debug/temoin";

/** A site where a visitor refused, then accepted, and the owner entered a scan. */
async function answer(lab: Lab, visitor: Visitor): Promise<void> {
  await lab.publish();
  await lab.open("<h1>Laboratoire</h1>");
  await visitor.refuse();
  const { id } = await visitor.receipt();
  await visitor.reopenDialog();
  await visitor.button("accept_all", visitor.dialog).click();
  await expect.poll(async () => (await visitor.receipt()).id).not.toBe(id);
  await fetch(`${CONSENT}/v1/sites/${lab.site}/evidence`, {
    method: "POST",
    headers: { authorization: `Bearer ${OWNER}` },
    body: JSON.stringify({ sha256: createHash("sha256").update("a report").digest("hex") }),
  });
}

class Dossiers {
  constructor(
    private readonly folder: string,
    private readonly browser: Browser,
  ) {}

  /** Makes a dossier of the lab's site. */
  async make(lab: Lab, name: string, ...more: string[]): Promise<string> {
    const out = join(this.folder, name);
    await run(PROGRAM, ["dossier", CONSENT, "--site", lab.site, "--out", out, ...more], { env: { ...process.env, TEMOIN_TOKEN: AUDITOR } });
    return out;
  }

  /** Opens a file in a browser that has no network; gives the page, and whatever it asked for. */
  async open(file: string): Promise<{ page: Page; asked: string[]; said: string[] }> {
    const context = await this.browser.newContext({ offline: true, viewport: SIZES[0]! });
    const page = await context.newPage();
    const [asked, said] = [[] as string[], [] as string[]];
    page.on("request", (request) => asked.push(request.url()));
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    await page.goto(pathToFileURL(file).href);
    await expect(page.locator("#verdict")).not.toHaveAttribute("data-outcome", "waiting");
    return { page, asked: asked.filter((url) => !url.startsWith("file:") && !url.startsWith("about:")), said };
  }

  /** A copy of a file in which a text, that is there, is another one. */
  async altered(file: string, name: string, change: (text: string) => string): Promise<string> {
    const text = await readFile(file, "utf8");
    const changed = change(text);
    expect(changed).not.toBe(text);
    const out = join(this.folder, name);
    await writeFile(out, changed);
    return out;
  }
}

const test = labTest.extend<{ dossiers: Dossiers }>({
  dossiers: async ({ browser }, use) => {
    const folder = await mkdtemp(join(tmpdir(), "temoin-dossier-"));
    await use(new Dossiers(folder, browser));
    await rm(folder, { recursive: true });
  },
});

/** How many of each step hold, fail, are undecided. */
const sums = (page: Page): Promise<Record<string, string[]>> =>
  page.locator("[data-sum]").evaluateAll((rows) =>
    Object.fromEntries(rows.map((row) => [(row as HTMLElement).dataset["sum"], [...row.querySelectorAll("td")].map((cell) => cell.textContent)])),
  );

test("it opens offline, asks nobody, and every step that can be made holds", async ({ lab, visitor, dossiers }) => {
  await answer(lab, visitor);
  const { page, asked, said } = await dossiers.open(await dossiers.make(lab, "fr.html", "--in", "fr"));
  await expect(page.locator("#verdict-text")).toHaveText("Tout tient : chaque étape recalculée dans ce fichier est juste.");
  expect(asked).toEqual([]);
  expect(said).toEqual([]);
  const { shown, texts, log, signature, notice, digest, whole } = await sums(page);
  expect({ texts, notice, digest, whole }).toEqual({
    texts: ["2", "0", "0"],
    notice: ["1", "0", "0"],
    digest: ["4", "0", "0"],
    whole: ["1", "0", "0"],
  });
  // Two records, a publication, a scan.
  for (const step of [shown, log, signature]) expect(step).toEqual(["4", "0", "0"]);
  await expect(page.locator("details.record")).toHaveCount(2);
  await expect(page.locator("#record-1 [data-step=texts]")).toContainText("✓");
  // The banner is there as it was shown, and nothing runs in its frame.
  const banner = page.frameLocator("iframe[data-shown=layer]").first();
  await expect(banner.getByRole("button", { name: "Tout refuser" })).toBeVisible();
  const dialog = page.frameLocator("iframe[data-shown=dialog]").first();
  await expect(dialog.getByRole("button", { name: "Enregistrer mon choix" })).toBeVisible();
});

test("the anchor joins once it has the log's state", async ({ lab, visitor, dossiers }) => {
  await answer(lab, visitor);
  let nth = 0;
  await expect
    .poll(
      async () => {
        const { page } = await dossiers.open(await dossiers.make(lab, `${nth++}.html`, "--in", "en"));
        const { anchor } = await sums(page);
        await page.context().close();
        return anchor;
      },
      { timeout: 30_000 },
    )
    .toEqual(["4", "0", "0"]);
});

test.describe("what was altered is crossed, and only that", () => {
  test("a byte of a salt, of a hash, of an entry, of a signature", async ({ lab, visitor, dossiers }) => {
    await answer(lab, visitor);
    const file = await dossiers.make(lab, "en.html", "--in", "en");
    const flip = (pattern: RegExp) => (text: string) =>
      text.replace(pattern, (found) => found.slice(0, -1) + (found.endsWith("0") ? "1" : "0"));
    const cases: [string, RegExp, string[], string[]][] = [
      ["salt", /"decision_salt":"[\da-f]{64}/, ["log"], ["1"]],
      ["entry", /"entry":"[\da-f]{110}/, ["log", "shown"], ["1", "1"]],
      ["notice", /"policy\\":\{\\"version\\":\\"1/, ["notice", "digest"], ["1", "4"]],
    ];
    for (const [name, pattern, steps, failed] of cases) {
      const { page } = await dossiers.open(await dossiers.altered(file, name + ".html", flip(pattern)));
      await expect(page.locator("#verdict"), name).toHaveAttribute("data-outcome", "failed");
      const found = await sums(page);
      expect(steps.map((step) => found[step]![1]), name).toEqual(failed);
      if (name === "salt") {
        await expect(page.locator("#record-1 [data-step=log] .mark")).toHaveAttribute("data-outcome", "failed");
        await expect(page.locator("#record-2 [data-step=log] .mark")).toHaveAttribute("data-outcome", "passed");
        await expect(page.locator("#record-2 summary .mark")).toContainText("✓");
      }
      await page.context().close();
    }
    const signature = (text: string) => text.replace(/(\\n— [^ ]+ [\w+/]{20})([\w+/])/, (_, before: string, one: string) => before + (one === "A" ? "B" : "A"));
    const { page } = await dossiers.open(await dossiers.altered(file, "signature.html", signature));
    expect((await sums(page))["signature"]![1]).not.toBe("0");
    await expect(page.locator("#verdict")).toHaveAttribute("data-outcome", "failed");
  });

  test("a word in the page, a committed text, a picture, a record that was taken out", async ({ lab, visitor, dossiers }) => {
    await answer(lab, visitor);
    const file = await dossiers.make(lab, "en.html", "--in", "en");
    const cases: [string, (text: string) => string, string][] = [
      ["word", (text) => text.replace('data-member="status">consent refused', 'data-member="status">consent given'), "shown"],
      ["text", (text) => text.replace(/(data-text="decision"[^>]*>[^<]*"marketing":")denied/, "$1granted"), "log"],
      ["picture", (text) => text.replace("Tout refuser&lt;/button", "Tout refusez&lt;/button"), "digest"],
      ["salt", (text) => text.replace(/(data-member="decision_salt">[\da-f]{63})([\da-f])/, (_, before: string, one: string) => before + (one === "0" ? "1" : "0")), "shown"],
      ["key", (text) => text.replace(/(<li data-key><code>[^+]+\+)([\da-f])/, (_, before: string, one: string) => before + (one === "0" ? "1" : "0")), "whole"],
      ["record", (text) => text.replace(/<details class="record" id="record-2".*?<\/details>/s, ""), "whole"],
    ];
    for (const [name, change, step] of cases) {
      const { page } = await dossiers.open(await dossiers.altered(file, name + ".html", change));
      await expect(page.locator("#verdict"), name).toHaveAttribute("data-outcome", "failed");
      expect((await sums(page))[step]![1], name).not.toBe("0");
      await page.context().close();
    }
  });
});

test("axe finds nothing, at no width does the page scroll sideways, and paper has every record", async ({ lab, visitor, dossiers }) => {
  await answer(lab, visitor);
  // The two languages have the same markup, so each is looked at in one scheme.
  for (const [language, colorScheme] of [["fr", "light"], ["en", "dark"]] as const) {
    const { page } = await dossiers.open(await dossiers.make(lab, language + ".html", "--in", language));
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await page.emulateMedia({ colorScheme });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      if (size !== SIZES[1]) expect(await violations(page, "body"), `${language}, ${size.width} px, ${colorScheme}`).toEqual([]);
      const [inner, wide] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
      expect(wide, `${size.width} px`).toBe(inner);
    }
    const { length } = await page.pdf({ preferCSSPageSize: true });
    expect(length).toBeGreaterThan(20_000);
    await page.context().close();
  }
});
