/** A WordPress with the plugin, and a site of its own on the consent server. */
import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { CONSENT } from "../browser/support/environment";
import { publishSite, service, siteConfig } from "../browser/support/lab";
import { Visitor } from "../browser/support/visitor";

export const PORT = process.env["TEMOIN_WORDPRESS_PORT"]!;
export const ORIGIN = `http://localhost:${PORT}`;
export const SITE = "atelier-wordpress";
export const TAG = `${CONSENT}/t/${SITE}.js`;

/** The services of the site: a film that waits for marketing, a map that is necessary to nobody, and a measure. */
const SERVICES = [
  service("youtube", "marketing", { name: "YouTube", hosts: ["www.youtube.com", "www.youtube-nocookie.com"], cookies: [{ name: "VISITOR_*", lifetime: "P6M" }], policy_url: "https://policies.google.com/privacy" }),
  service("mesure", "statistics", { name: "Mesure <b>d’audience</b>", hosts: ["mesure.example"] }),
  service("rendez-vous", "necessary", { hosts: ["rendez-vous.example"] }),
];

/** Publishes the site, with these fields changed. */
export const publish = (changes: Record<string, unknown> = {}): Promise<unknown> =>
  publishSite(SITE, { ...siteConfig(ORIGIN, SERVICES), signals: { wp_consent_api: true }, ...changes });

/** Asks the tests' own plugin (mu-plugins/temoin-test.php). */
export async function ask<T>(route: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(`${ORIGIN}/index.php?rest_route=/temoin-test/v1/${route}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  expect(answer.ok, text).toBe(true);
  return JSON.parse(text) as T;
}

export const settings = (values: Record<string, unknown> = {}): Promise<unknown> =>
  ask("option", { name: "temoin_settings", value: { server: CONSENT, site: SITE, embeds: true, ...values } });

/** The cookies of the owner's session, once somebody has logged in. */
let session: Awaited<ReturnType<BrowserContext["cookies"]>> | undefined;

/** Logs in as the owner; the form is filled once for all tests. */
export async function logIn(page: Page): Promise<void> {
  if (!session) {
    await page.goto("/wp-login.php", { waitUntil: "domcontentloaded" });
    await page.locator("#user_login").fill("admin");
    await page.locator("#user_pass").fill("password");
    await page.locator("#wp-submit").click();
    await expect(page.locator("#wpadminbar")).toBeVisible();
    // All of them: some are for the dashboard's paths only.
    session = await page.context().cookies();
  }
  await page.context().addCookies(session);
}

/** Opens a page of the dashboard: its scripts may come later. */
export const dashboard = (page: Page, path: string): Promise<unknown> => page.goto(`/wp-admin/${path}`, { waitUntil: "domcontentloaded" });

/** Writes a post, and says its address. */
export async function write(content: string): Promise<{ id: number; path: string }> {
  const id = await ask<number>("post", { content });
  return { id, path: `/?p=${id}` };
}

export const test = base.extend<{ visitor: Visitor; embeds: string[] }, { ready: void }>({
  /** The plugin is active and set, and the site published. Tests that change that put it back. */
  ready: [
    async ({}, use) => {
      await publish();
      expect(await ask("plugin", { active: true })).toBe(true);
      await settings();
      await use();
    },
    { scope: "worker", auto: true },
  ],
  visitor: async ({ page }, use) => use(new Visitor(page)),
  /** What was asked of others, who are not there: each answers with a page that says its host. */
  embeds: [
    async ({ context }, use) => {
      const asked: string[] = [];
      const isOther = ({ hostname }: URL) => !["localhost", "127.0.0.1"].includes(hostname);
      await context.route(isOther, (route) => {
        const url = new URL(route.request().url());
        if (route.request().resourceType() !== "document") return route.abort();
        asked.push(url.href);
        return route.fulfill({ contentType: "text/html", body: `<!doctype html><p>${url.hostname}</p>` });
      });
      await use(asked);
    },
    { auto: true },
  ],
});

export { expect };
