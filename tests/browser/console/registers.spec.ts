/** The registers of a site: visitors' requests, and incidents. */
import { readFile } from "node:fs/promises";
import { expectFit } from "../support/accessibility";
import { AUDITOR, OWNER } from "../support/environment";
import { expect, test } from "../support/lab";
import { Console } from "./console";

const DAY_MS = 86_400_000;

/** A day so many days from today, as a field has it. */
const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

for (const language of ["en", "fr"]) {
  test(`a request is noted, late, answered and erased: ${language}`, async ({ page, lab }) => {
    await lab.publish();
    const console = new Console(page);
    await console.enter(OWNER, `#/sites/${lab.site}/requests`, language);
    await expect(console.main.locator(".empty")).toBeVisible();
    const make = console.main.locator("form.card");
    const cases = console.main.locator(".token-list > li");
    // What is missing is said, and nothing is noted.
    await make.getByRole("button").click();
    await expect(console.alert).toContainText("who");
    await expect(cases).toHaveCount(0);
    await page.locator("#request-kind").selectOption("erasure");
    await page.locator("#request-received_on").fill(day(-31));
    await page.locator("#request-who").fill("Camille Roy");
    await page.locator("#request-about").fill("<b>Tout</b>");
    await make.getByRole("button").click();
    await expect(cases).toHaveCount(1);
    await expect(console.alert).toHaveCount(0);
    await expect(cases).toContainText("Camille Roy");
    await expect(cases).toContainText("<b>Tout</b>");
    await expect(cases.locator(".tag.warn")).toBeVisible();
    await console.go(`#/sites/${lab.site}/requests?status=closed`);
    await expect(console.main.locator(".empty")).toBeVisible();
    await console.go(`#/sites/${lab.site}/requests?status=late`);
    await cases.locator("summary").click();
    await expectFit(page, "requests", "html");
    await page.locator("#note-1-text").fill("Copie envoyée");
    await page.locator("#note-1-outcome").selectOption("answered");
    await cases.locator("form button").first().click();
    // It is late no more.
    await expect(console.main.locator(".empty")).toBeVisible();
    await console.go(`#/sites/${lab.site}/requests`);
    await expect(cases.locator(".tag.good")).toBeVisible();
    const download = page.waitForEvent("download");
    await console.main.locator(".section-head button").click();
    const file = await download;
    expect(file.suggestedFilename()).toBe(`${lab.site}-requests-${day(0)}.csv`);
    expect(await readFile(await file.path(), "utf8")).toContain("Camille Roy");
    await cases.locator("summary").click();
    await expect(cases.locator(".timeline > li")).toHaveCount(2);
    await cases.locator("form .buttons button").last().click();
    await cases.locator("form .buttons button.main").click();
    await expect(cases).not.toContainText("Camille");
    await expect(cases).toHaveCount(1);
  });

  test(`an incident says what its register lacks, and an auditor only reads: ${language}`, async ({ page, lab }) => {
    await lab.publish();
    const console = new Console(page);
    await console.enter(OWNER, `#/sites/${lab.site}/incidents`, language);
    const cases = console.main.locator(".token-list > li");
    await page.locator("#incident-occurred").fill("2026-11");
    await page.locator("#incident-information").fill("Des adresses");
    await page.locator("#incident-circumstances").fill("Un envoi à une mauvaise adresse");
    await console.main.locator("form.card > .buttons button").click();
    await expect(cases).toHaveCount(1);
    await expect(cases.locator(".tag.warn")).toBeVisible();
    await cases.locator("details > summary").first().click();
    await page.locator("#note-1-text").fill("Vérifié");
    await cases.locator("form summary").click();
    await page.locator("#note-1-persons").fill("12");
    await page.locator("#note-1-serious_risk").selectOption("false");
    await page.locator("#note-1-risk_reasons").fill("Rien de sensible");
    await page.locator("#note-1-measures").fill("Deux personnes relisent");
    await expectFit(page, "incidents", "html");
    await cases.locator("form .buttons button").click();
    await expect(cases.locator(".tag.good")).toBeVisible();
    await expect(cases).toContainText("12");
    await page.evaluate(() => sessionStorage.clear());
    await console.enter(AUDITOR, `#/sites/${lab.site}/incidents`, language);
    await expect(cases).toHaveCount(1);
    await expect(console.main.locator("form")).toHaveCount(0);
    await cases.locator("summary").click();
    await expect(cases.locator(".timeline > li")).toHaveCount(2);
    await expectFit(page, "incidents, read", "html");
  });
}
