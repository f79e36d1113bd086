/** The loader decides whose something is as `consent-core` does (`classify/owner.rs`). */
import { expect, service, test } from "../support/lab";

const cookie = (name: string) => ({ name, lifetime: "P13M" });

test("what a page keeps and asks for belongs to the service that fits best, or else to the stricter one", async ({ lab }) => {
  await lab.publish({
    blocking: "automatic",
    services: [
      service("a", "marketing", { cookies: [cookie("_essai*"), cookie("_long*")], hosts: ["tiers.example"] }),
      service("b", "statistics", { cookies: [cookie("_essai"), cookie("_long_name_*")], hosts: ["mesure.tiers.example"] }),
      service("c", "necessary", { cookies: [cookie("commun")], hosts: ["commun.example"] }),
      service("d", "marketing", { cookies: [cookie("commun")], hosts: ["commun.example"] }),
    ],
  });
  await lab.open("<p>Page</p>");
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.page.evaluate(() => window.Temoin.consent.statistics)).toBe(true);

  const kept = await lab.page.evaluate(() => {
    for (const name of ["_essai", "_essai_1", "_long_name_1", "_long_1", "commun", "inconnu"]) localStorage.setItem(name, "1");
    return Object.keys(localStorage).filter((name) => !name.startsWith("consent_")).sort();
  });
  expect(kept).toEqual(["_essai", "_long_name_1", "inconnu"]);

  const sent = await lab.page.evaluate(() =>
    Promise.all(
      ["mesure.tiers.example", "www.mesure.tiers.example", "tiers.example", "autre.tiers.example", "commun.example"].map((host) =>
        fetch(`https://${host}/`, { mode: "no-cors" }).then(
          () => true,
          (error: Error) => !error.message.startsWith("held"),
        ),
      ),
    ),
  );
  expect(sent).toEqual([true, true, false, false, false]);
});
