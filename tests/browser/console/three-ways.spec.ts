/** One question of an auditor, asked in the console, by the API, and by `temoin`: the same answer, and the proof that it is complete. */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { AUDITOR, CONSENT } from "../support/environment";
import { Auditor } from "../support/auditor";
import { expectFit } from "../support/accessibility";
import { expect, test, type Lab } from "../support/lab";
import type { Visitor } from "../support/visitor";
import { Console } from "./console";

const PROGRAM = process.env["TEMOIN_PROGRAM"] ?? "";

async function answer(lab: Lab, visitor: Visitor, action: string): Promise<void> {
  await lab.page.context().clearCookies();
  await lab.open("<h1>Accueil</h1>");
  await visitor.button(action).click();
  await visitor.receipt();
  await lab.page.evaluate(() => localStorage.clear());
}

/** Runs `temoin`: how it ends, and what it says. */
async function temoin(...words: string[]): Promise<{ code: number; said: string }> {
  try {
    const { stdout } = await promisify(execFile)(PROGRAM, words, { maxBuffer: 1 << 26 });
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, said: stdout };
  }
}

test("every refusal of marketing between two dates under a notice, the same three ways, and complete", async ({ page, lab, visitor }, info) => {
  test.slow();
  await lab.publish();
  await answer(lab, visitor, "reject_all");
  const { notice } = await lab.publish({ policy: { version: "2", url: "/confidentialite" } });
  for (const action of ["reject_all", "accept_all", "reject_all"]) await answer(lab, visitor, action);
  const today = new Date().toISOString().slice(0, 10);

  // In the console.
  const console = new Console(page);
  await console.enter(AUDITOR, `#/sites/${lab.site}/proofs?from=${today}&to=${today}&notice=${notice}&purpose=marketing&decision=denied`);
  await expect(console.records).toHaveCount(2);
  const links = await console.records.getByRole("link").evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  const inConsole = links.map((href) => /proofs\/([^?]+)/.exec(href)?.[1]);

  // By the API.
  const records = await new Auditor(lab.site).records(`&from=${today}&to=${today}&notice=${notice}&purpose=marketing&decision=denied`);
  expect(records.map(({ receipt }) => receipt)).toEqual(inConsole);

  // By `temoin`, which also verifies that none is missing.
  const target = [CONSENT, "--site", lab.site, "--token", AUDITOR];
  const filters = ["--from", today, "--to", today, "--notice", notice, "--purpose", "marketing", "--decision", "denied"];
  const asked = await temoin("query", ...target, ...filters, "--json");
  expect(asked.code).toBe(0);
  const answered = JSON.parse(asked.said) as { records: { receipt: string }[]; complete: unknown[] };
  expect(answered.records.map(({ receipt }) => receipt)).toEqual(inConsole);
  expect(answered.complete).not.toHaveLength(0);

  // As a file of the console's, which verifies by itself.
  await console.main.locator("details.export summary").click();
  const coming = page.waitForEvent("download");
  await console.button("Download: With the proof").click();
  const file = info.outputPath("export.ndjson");
  const download = await coming;
  expect(download.suggestedFilename()).toBe(`${lab.site}-consents-${today}.ndjson`);
  await download.saveAs(file);
  await expect(console.main.locator("details.export")).toContainText("Downloaded");
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  const exported = lines.map((line) => JSON.parse(line) as { receipt?: string }).flatMap(({ receipt }) => receipt ?? []);
  expect(exported).toEqual(inConsole);
  const check = async (file: string) => (await temoin("verify-export", file, CONSENT, "--site", lab.site, "--evidence", info.outputPath("evidence"))).code;
  expect(await check(file)).toBe(0);
  const row = lines.findIndex((line) => line.includes(inConsole[0]!));
  const without = info.outputPath("without.ndjson");
  await writeFile(without, `${lines.filter((_, at) => at !== row).join("\n")}\n`);
  expect(await check(without)).toBe(1);

  // All of that was read, and the log says so.
  const reads = await temoin("reads", ...target, "--json");
  expect(reads.code).toBe(0);
  const kinds = (JSON.parse(reads.said) as { reads: { read: { request: string } }[] }).reads.map(({ read }) => read.request);
  expect(kinds).toContain("export");
  expect(kinds.filter((kind) => kind === "page").length).toBeGreaterThan(2);
});

for (const [form, name, begins] of [
  ["For a spreadsheet", "csv", "\ufeff"],
  ["For another system", "jsonld", "{"],
] as const) {
  test(`an auditor downloads the records: ${name}`, async ({ page, lab, visitor }, info) => {
    await lab.publish();
    await answer(lab, visitor, "accept_all");
    const console = new Console(page);
    await console.enter(AUDITOR, `#/sites/${lab.site}/proofs`);
    await console.main.locator("details.export summary").click();
    await expectFit(page, "export", "html");
    const coming = page.waitForEvent("download");
    await console.button(`Download: ${form}`).click();
    const download = await coming;
    expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${name}$`));
    const file = info.outputPath(`export.${name}`);
    await download.saveAs(file);
    const text = await readFile(file, "utf8");
    expect(text.startsWith(begins)).toBe(true);
    expect(text).toContain("accept_all");
  });
}
