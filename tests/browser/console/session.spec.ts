/** Who is let in, and what the browser keeps of it. */
import { AUDITOR, CONSENT, OWNER } from "../support/environment";
import { expect, test } from "../support/lab";
import { CONSOLE, Console } from "./console";

test("the server's own address leads to the console, which asks for a token", async ({ page }) => {
  const console = new Console(page);
  await page.goto(`${CONSENT}/`);
  await expect(page).toHaveURL(CONSOLE);
  await expect(console.title).toHaveText("Connexion");
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
});

test("a wrong token is refused in words, and none is sent without one", async ({ page }) => {
  const console = new Console(page);
  await console.open();
  await console.signIn("");
  await expect(page.locator("#token-error")).toHaveText("Paste a token first.");
  await console.signIn("temoin_owner_wrong");
  await expect(page.locator("#token-error")).toContainText("The server does not know this token.");
  await expect(page.locator("#token")).toBeFocused();
  expect((await console.kept()).session).toEqual({});
});

test("the tab keeps the token and nothing else, until its user signs out", async ({ page }) => {
  const console = new Console(page);
  await console.enter(AUDITOR);
  await page.reload();
  await console.settled();
  await expect(console.title).toHaveText("Sites");
  expect(await console.kept()).toEqual({ session: { temoin_console_token: AUDITOR }, local: 0, cookies: "" });
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(console.title).toHaveText("Sign in");
  expect(await console.kept()).toEqual({ session: {}, local: 0, cookies: "" });
});

test("a token that the server no longer accepts ends the session, and the page says so", async ({ page }) => {
  const console = new Console(page);
  await console.enter(OWNER);
  await page.route("**/v1/sites", (route) =>
    route.fulfill({
      status: 401,
      contentType: "application/problem+json",
      json: { type: "urn:temoin:problem:wrong-token", title: "Wrong token", status: 401, detail: "the token is not valid" },
    }),
  );
  await console.go("#/new");
  await console.go("#/");
  await expect(console.title).toHaveText("Sign in");
  await expect(page.getByRole("alert").first()).toContainText("The server no longer accepts your token");
  expect((await console.kept()).session).toEqual({});
});

test("an owner's token opens no proof, and the page says which token does", async ({ page, lab }) => {
  await lab.publish();
  const console = new Console(page);
  await console.enter(OWNER, `#/sites/${lab.site}/proofs`);
  await expect(console.alert).toContainText("Your token does not allow this");
  await expect(console.alert).toContainText("Proofs take an auditor’s token");
});

test("a server that does not answer is said to be silent", async ({ page, context }) => {
  const console = new Console(page);
  await console.enter(OWNER);
  await context.route("**/v1/sites/**", (route) => route.abort());
  await console.go("#/sites/nowhere");
  await expect(console.alert).toContainText("The server does not answer");
});

test("the other language is a link away, at the same address", async ({ page, lab }) => {
  await lab.publish();
  const console = new Console(page);
  await console.enter(OWNER, `#/sites/${lab.site}/editions`);
  await page.getByRole("link", { name: "Français" }).click();
  await expect(console.title).toHaveText("Éditions");
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  await expect(page).toHaveTitle("Éditions · Témoin");
});
