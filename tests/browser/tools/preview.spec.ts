/** The page that shows the banner of a draft: the real one, which keeps and sends nothing. */
import { Lab, expect, test } from "../support/lab";
import { CONSENT } from "../support/environment";
import type { Frame, Request } from "@playwright/test";

/** Opens the page of a draft. */
async function preview(lab: Lab): Promise<{ frame: Frame; requests: Request[] }> {
  const draft = await lab.draft();
  const requests: Request[] = [];
  lab.page.on("request", (request) => request.url().startsWith(CONSENT) && requests.push(request));
  await lab.page.goto(draft.preview["fr-CA"] ?? "");
  return { frame: lab.page.mainFrame(), requests };
}

test("shows the banner and the dialog of the draft", async ({ lab }) => {
  const { frame } = await preview(lab);
  const banner = frame.locator("#cookie-consent .temoin-banner");
  await expect(banner).toBeVisible();
  // With its own style: no policy of the page stands in its way.
  const refuse = await banner.locator('[data-action="reject_all"]').boundingBox();
  expect(refuse?.height).toBeGreaterThanOrEqual(44);
  await frame.locator('[data-action="customize"]').click();
  const dialog = frame.locator("#cookie-consent").getByRole("dialog");
  await expect(dialog).toBeVisible();
  await dialog.locator('[data-action="save"]').click();
  await expect(dialog).toBeHidden();
});

test("keeps nothing, and sends no report", async ({ lab }) => {
  const { frame, requests } = await preview(lab);
  const banner = frame.locator("#cookie-consent .temoin-banner");
  await frame.locator('[data-action="accept_all"]').click();
  await expect(banner).toBeHidden();
  await lab.page.reload();
  // The choice is forgotten: the page asks again.
  await expect(banner).toBeVisible();
  expect(await lab.page.context().cookies()).toEqual([]);
  const sent = requests.filter((request) => request.url().includes("/v1/"));
  for (const request of sent) {
    expect(await request.response().catch(() => null)).toBeNull();
  }
});
