import { expect, test } from "./lab";

const THEM = "https://tiers.example";

test("scripts, inline and not, run in document order once all their purposes are granted", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.open(`
    <script type="text/plain" data-category="statistics" data-src="${THEM}/a.js"></script>
    <script type="text/plain" data-category="statistics">(window.ran ??= []).push("inline")</script>
    <script type="text/plain" data-category="statistics, marketing" data-src="${THEM}/both.js"></script>
    <script type="text/plain" data-category="statistics" data-src="${THEM}/b.js"></script>`);
  await expect(visitor.banner).toBeVisible();
  expect(lab.hits).toEqual([]);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.ran()).toEqual(["a", "inline", "b"]);
  expect(lab.hits).toEqual([`${THEM}/a.js`, `${THEM}/b.js`]);
  await lab.page.evaluate(() => window.Temoin.set({ marketing: true }));
  await expect.poll(() => lab.ran()).toEqual(["a", "inline", "b", "both"]);
  const records = await lab.auditor.records();
  expect(records.map((record) => [record.method, record.decision["marketing"]])).toEqual([
    ["api", "denied"],
    ["api", "granted"],
  ]);
});
