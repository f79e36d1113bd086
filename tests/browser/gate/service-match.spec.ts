/** The loader decides whose something is as `consent-core` does (`classify/owner.rs`). */
import { readFileSync } from "node:fs";
import type { LoaderSite } from "../../../consent-widget/loader/generated/types";
import { serviceForHost, serviceForKey } from "../../../consent-widget/loader/state/service-match";
import { expect, service, test } from "../support/lab";

interface Cases {
  services: { id: string; purpose: string; cookies: string[]; hosts: string[] }[];
  keys: { why: string; key: string; service: string | null }[];
  hosts: { why: string; host: string; service: string | null }[];
}

const cookie = (name: string) => ({ name, lifetime: "P13M" });

test("the loader agrees with the shared list", () => {
  const file = new URL("../../../crates/consent-core/tests/service-matching.json", import.meta.url);
  const { services, keys, hosts } = JSON.parse(readFileSync(file, "utf8")) as Cases;
  // By id, as the edge writes them into the loader.
  const byId = [...services].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, ...rest }) => [id, rest] as const);
  const site = { services: Object.fromEntries(byId) } as unknown as LoaderSite;
  expect(keys.length).toBeGreaterThan(15);
  expect(hosts.length).toBeGreaterThan(10);
  expect(keys.map(({ why, key }) => [why, serviceForKey(site, key) ?? null])).toEqual(keys.map(({ why, service }) => [why, service]));
  expect(hosts.map(({ why, host }) => [why, serviceForHost(site, host) ?? null])).toEqual(hosts.map(({ why, service }) => [why, service]));
});

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
