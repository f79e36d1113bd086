/** What an owner does: a site from nothing, a change, the way back. */
import { OWNER } from "../support/environment";
import { expect, test } from "../support/lab";
import { Console } from "./console";

test("an owner goes from a token to a banner on a page", async ({ page, lab, visitor }) => {
  const console = new Console(page);
  await console.enter(OWNER);
  await console.link("New site").click();
  await page.locator("#site-id").fill("Not A Name");
  await console.button("Continue").click();
  await expect(page.locator("#site-id-error")).toContainText("Only lower-case letters");
  await page.locator("#site-id").fill(lab.site);
  await console.button("Continue").click();
  await expect(console.title).toHaveText("Configuration");

  // Everything that is missing is said at once, each at its field.
  await console.button("Check").click();
  await expect(console.alert).toContainText("6 fields to correct");
  await expect(console.errorOf("name")).toHaveText("must not be empty");
  await expect(console.errorOf("origins")).toContainText("from 1 to 50 are allowed");
  await console.button("policy.url").click();
  await expect(console.field("policy.url")).toBeFocused();

  await console.field("name").fill("Laboratoire");
  await console.field("origins").fill(lab.origin);
  await console.field("controller.name").fill("Laboratoire");
  await console.field("controller.person_in_charge").fill("Camille Roy");
  await console.field("controller.contact").fill("vie-privee@laboratoire.example");
  await console.field("policy.url").fill("/privacy");
  await console.field("languages").selectOption("fr-CA");
  await console.button("Add a service").click();
  const service = (name: string) => console.field(`services[0].${name}`);
  await service("name").fill("Mesure");
  await service("id").fill("mesure");
  await service("recipient").fill("Mesure inc.");
  await service("country").fill("US");
  await service("description.en").fill("Counts visits.");
  await service("description.fr-CA").fill("Compte les visites.");
  await service("cookies").fill("_mesure P2Y");
  await console.button("Check").click();
  await expect(console.main).toContainText("It can be published");
  // What is only worth a look, with the reason and its source.
  await expect(console.main).toContainText("A tracker should stay thirteen months at most.");
  await expect(console.link("CNIL, guidelines on cookies, 17 September 2020")).toBeVisible();

  await console.button("Review and publish").click();
  await expect(console.main).toContainText("It is the first edition of the site.");
  await console.button("Publish").click();
  await expect(console.title).toHaveText("Install");
  await expect(console.main.locator("pre").first()).toHaveText(lab.tag);

  await lab.open("<h1>Bonjour</h1>");
  await expect(visitor.banner).toBeVisible();
});

test("a change is compared before it is published, and an earlier edition is published again", async ({ page, lab }) => {
  await lab.publish();
  const console = new Console(page);
  await console.enter(OWNER, `#/sites/${lab.site}/configuration`);
  await console.field("policy.version").fill("2");
  await console.button("Review and publish").click();
  const review = console.main.getByRole("region", { name: "Publish this?" });
  await expect(review).toContainText("Visitors are asked again");
  await expect(review.locator(".change")).toHaveCount(1);
  await expect(review.locator(".change")).toContainText(/policy\.version.*Before1After2/);
  await console.button("Publish").click();
  await expect(console.title).toHaveText("Editions");
  const editions = console.main.locator(".timeline > li");
  await expect(editions).toHaveCount(2);
  await expect(editions.first()).toContainText("Edition 2In force");

  await console.button("Compare").click();
  const comparison = console.main.getByRole("region", { name: "What differs" });
  await expect(comparison).toContainText("Visitors are asked again");

  await editions.nth(1).getByRole("button").click();
  const panel = console.main.getByRole("group", { name: "Go back to edition 1?" });
  await expect(panel).toContainText("Visitors are asked again");
  await expect(panel.locator(".change")).toContainText(/policy\.version.*Before2After1/);
  await console.button("Publish edition 1 again").click();
  await expect(console.main).toContainText("Edition 1 is in force again.");
  await expect(editions).toHaveCount(3);
  await expect(editions.first()).toContainText("Edition 3In force");
});

test("the form and the text are two views of one configuration", async ({ page, lab }) => {
  await lab.publish({ proof_months: 12 });
  const console = new Console(page);
  await console.enter(OWNER, `#/sites/${lab.site}/configuration`);
  await console.field("name").fill("Autre nom");
  await console.button("Text (JSON)").click();
  const text = page.locator("#configuration-text");
  const config = JSON.parse(await text.inputValue()) as Record<string, unknown>;
  // What the form does not know stays.
  expect(config).toMatchObject({ name: "Autre nom", proof_months: 12 });
  await text.fill("{");
  await console.button("Form").click();
  await expect(console.alert).toContainText("not JSON");
  await text.fill(JSON.stringify({ ...config, name: "Troisième nom" }));
  await console.button("Form").click();
  await expect(console.field("name")).toHaveValue("Troisième nom");
});
