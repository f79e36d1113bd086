/** The demo sites behind the edge: their pages as their owners had them before, without a tag or a mark. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { CONSENT, OWNER } from "../support/environment";
import { Visitor, anywhere, expect } from "../support/visitor";
import type { BrowserContext, Page } from "@playwright/test";

const DEMO = new URL("../../../demo-site", import.meta.url).pathname;
const KINDS: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".gif": "image/gif",
};

interface Config {
  origins: string[];
  services: { id: string; purpose: string; hosts?: string[] }[];
  [field: string]: unknown;
}

/** One demo site, published for a host of its own, and its own server. */
class Behind {
  readonly id: string;
  readonly origin: string;
  readonly config: Config;
  /** What third parties were asked for. */
  readonly hits: string[] = [];
  /** What the site's own server says besides. */
  readonly headers: Record<string, string> = {};
  private server?: Server;

  constructor(site: string) {
    this.id = `${site}-${randomBytes(4).toString("hex")}`;
    this.origin = `http://${this.id}.localhost:${new URL(CONSENT).port}`;
    this.config = JSON.parse(readFileSync(join(DEMO, "sites", `${site}.json`), "utf8")) as Config;
  }

  async start(): Promise<void> {
    this.server = createServer((request, answer) => {
      const path = new URL(request.url!, this.origin).pathname;
      const file = join(DEMO, path.startsWith("/standin/") ? "" : "pages", path.endsWith("/") ? path + "index.html" : path);
      if (!existsSync(file) || !statSync(file).isFile()) return void answer.writeHead(404).end();
      const kind = KINDS[extname(file)] ?? "application/octet-stream";
      const body = extname(file) === ".html" ? this.plain(readFileSync(file, "utf8")) : readFileSync(file);
      answer.writeHead(200, { "content-type": kind, "set-cookie": "_ga=of-the-server; Path=/", ...this.headers }).end(body);
    });
    await new Promise<void>((done) => this.server!.listen(0, "127.0.0.1", done));
    const { port } = this.server.address() as AddressInfo;
    const config = { ...this.config, origins: [this.origin], edge: { origin_server: `http://127.0.0.1:${port}` } };
    for (const field of ["cookie_domain", "hand_over", "blocking"]) delete (config as Config)[field];
    const answer = await fetch(`${CONSENT}/v1/sites/${this.id}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${OWNER}` },
      body: JSON.stringify(config),
    });
    expect(answer.ok, await answer.text()).toBe(true);
  }

  stop(): void {
    this.server?.close();
  }

  /** A page without our tag and without a mark: third parties' things are theirs again. */
  plain(page: string): string {
    const plain = page
      .replace(/<script src="[^"]*\/t\/[^"]*"[^>]*><\/script>/g, "")
      .replace(/<(script|iframe|img)\b[^>]*\bdata-category=[^>]*>/g, (tag) => {
        const service = this.config.services.find(({ id }) => id === /data-service="([^"]*)"/.exec(tag)?.[1]);
        const host = service?.hosts?.[0];
        return tag
          .replace(/ type="text\/plain"| data-category="[^"]*"| data-service="[^"]*"| nonce="[^"]*"/g, "")
          .replace(/ data-src="\/standin\//, host ? ` src="https://${host}/standin/` : ' src="/standin/')
          .replace(/ data-(type|src)=/g, " $1=");
      });
    expect(plain).not.toMatch(/data-(category|service|src)|text\/plain|\/t\//);
    return plain;
  }

  /** Third parties are played by the stand-ins, at their own addresses. */
  async connect(context: BrowserContext): Promise<void> {
    await context.route(
      (url) => ![new URL(this.origin).host, new URL(CONSENT).host].includes(url.host),
      (route) => {
        const { host, pathname } = new URL(route.request().url());
        this.hits.push(host + pathname);
        const file = join(DEMO, pathname);
        const known = existsSync(file) && statSync(file).isFile();
        return route.fulfill({
          status: 200,
          contentType: KINDS[extname(file)] ?? "text/plain",
          body: known ? readFileSync(file) : "",
        });
      },
    );
  }
}

const test = anywhere.extend<{ behind: (site: string) => Promise<Behind> }>({
  behind: async ({ context }, use) => {
    const started: Behind[] = [];
    await use(async (site) => {
      const behind = new Behind(site);
      started.push(behind);
      await behind.start();
      await behind.connect(context);
      return behind;
    });
    for (const behind of started) behind.stop();
  },
});

const kept = async (page: Page) => (await page.context().cookies()).map(({ name }) => name).filter((name) => name !== "consent_temoin");

/** A page of each site that has something of a third party's. */
const PAGES = {
  communautaire: "/communautaire/atelier.html",
  boutique: "/boutique/produit.html",
  formation: "/formation/cours.html",
  atelier: "/atelier/",
};

for (const [site, path] of Object.entries(PAGES)) {
  test(`${site}: nothing of a third party's before a choice, all of it after a yes, nothing again after a withdrawal`, async ({
    behind,
    page,
    visitor,
  }) => {
    const { origin, hits } = await behind(site);
    await visitor.visit(origin + path);
    await expect(visitor.banner).toBeVisible();
    await visitor.atRest();
    expect(hits).toEqual([]);
    expect(await kept(page)).toEqual([]);

    await visitor.accept();
    await visitor.receipt();
    await expect.poll(() => hits.length).toBeGreaterThan(0);
    await visitor.atRest();
    const once = hits.length;

    // With the choice in the request, the page comes as its owner has written it.
    await page.reload();
    await visitor.atRest();
    expect(hits.length).toBeGreaterThan(once);
    await expect(visitor.banner).toBeHidden();

    await page.evaluate(() => window.Temoin.withdraw());
    await expect.poll(() => visitor.consentStatus()).toBe("withdrawn");
    await visitor.atRest();
    hits.length = 0;
    await page.reload();
    await visitor.atRest();
    expect(hits).toEqual([]);
    expect(await kept(page)).toEqual([]);
  });

  test(`${site}: nothing of a third party's after a no, on this page and the next`, async ({ behind, page, visitor }) => {
    const { origin, hits } = await behind(site);
    await visitor.visit(origin + path);
    await visitor.refuse();
    await visitor.receipt();
    await page.reload();
    await visitor.atRest();
    await visitor.visit(`${origin}/${site}/confidentialite.html`);
    await visitor.atRest();
    expect(hits).toEqual([]);
    expect(await kept(page)).toEqual([]);
  });
}

test("after a withdrawal the next page deletes what only a server can delete, wherever it was set", async ({ behind, page, context, visitor }) => {
  const site = await behind("boutique");
  site.headers["set-cookie"] = "_ga=of-the-server; Path=/; HttpOnly";
  const address = site.origin + PAGES.boutique;
  await visitor.visit(address);
  await visitor.accept();
  await visitor.receipt();
  await page.reload();
  const { hostname } = new URL(address);
  const more = { name: "_ga", value: "x", httpOnly: true, domain: hostname };
  await context.addCookies([{ ...more, path: "/boutique/" }, { ...more, domain: "." + hostname, path: "/" }, { ...more, name: "session", path: "/" }]);
  const places = async () => (await context.cookies()).map(({ name, domain, path }) => `${name} ${domain}${path}`);
  const set = [`_ga .${hostname}/`, `_ga ${hostname}/`, `_ga ${hostname}/boutique/`];
  expect(await places()).toEqual(expect.arrayContaining(set));
  await page.evaluate(() => window.Temoin.withdraw());
  await expect.poll(() => visitor.consentStatus()).toBe("withdrawn");
  // No script can delete these.
  expect(await places()).toEqual(expect.arrayContaining(set));
  await page.reload();
  expect((await places()).sort()).toEqual([`consent_temoin ${hostname}/`, `session ${hostname}/`]);
});

test("garderie, which has nothing of a third party's, works as it did", async ({ behind, page, visitor }) => {
  const { origin, hits } = await behind("garderie");
  await visitor.visit(origin + "/garderie/");
  await visitor.atRest();
  expect(await page.evaluate(() => window.Temoin.consent.necessary)).toBe(true);
  expect(hits).toEqual([]);
});

test("the banner needs no request of its own, and the API is on the site's own host", async ({ behind, page, visitor }) => {
  const { origin, id } = await behind("communautaire");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await visitor.visit(origin + "/communautaire/");
  await expect(visitor.banner).toBeVisible();
  expect(asked.filter((url) => new URL(url).pathname.startsWith("/t/"))).toEqual([]);
  await visitor.refuse();
  await visitor.receipt();
  expect(asked).toContain(`${origin}/v1/sites/${id}/consents`);
  expect(asked.filter((url) => url.startsWith(CONSENT))).toEqual([]);
  // From the next page on it is the server that keeps it, for as long as it lasts.
  await page.reload();
  const { cookie } = await visitor.stored();
  expect(cookie).toMatch(/^c1\.gddd\./);
});

test("the same browser without scripts asks nothing of a third party", async ({ behind, browser }) => {
  const site = await behind("communautaire");
  const context = await browser.newContext({ javaScriptEnabled: false });
  await site.connect(context);
  const page = await context.newPage();
  // Without scripts, a page has asked for everything once it is loaded.
  await page.goto(site.origin + PAGES.communautaire);
  expect(site.hits).toEqual([]);
  await context.close();
});

test("in a frame of the site's own the page asks, and the frame waits with it", async ({ behind, page }) => {
  const site = await behind("communautaire");
  const visitor = new Visitor(page);
  await visitor.visit(site.origin + "/communautaire/");
  await page.evaluate((path) => {
    const frame = document.createElement("iframe");
    frame.src = path;
    frame.id = "own";
    document.body.append(frame);
  }, PAGES.communautaire);
  const frame = page.frameLocator("#own");
  await expect(frame.locator("h1")).toBeVisible();
  await expect(frame.locator(".temoin-banner")).toBeHidden();
  await expect(visitor.banner).toBeVisible();
  await visitor.atRest();
  expect(site.hits).toEqual([]);
  await visitor.accept();
  await visitor.receipt();
  await expect.poll(() => site.hits.some((hit) => hit.endsWith("/standin/video.html"))).toBe(true);
});

test("a page that a script has asked for as data is never shown as it came", async ({ behind, page, visitor }) => {
  const { origin, hits, headers } = await behind("communautaire");
  headers["cache-control"] = "public, max-age=600";
  await visitor.visit(origin + "/communautaire/");
  await visitor.refuse();
  await visitor.receipt();
  const asked = (headers: Record<string, string>) =>
    page.evaluate(async ([path, headers]) => (await fetch(path, { headers })).text(), [PAGES.communautaire, headers] as const);
  const ways: Record<string, string>[] = [{}, { accept: "text/html" }, { range: "bytes=0-" }];
  for (const way of ways) {
    expect((await asked(way)).length).toBeGreaterThan(100);
    await page.evaluate((path) => location.assign(path), PAGES.communautaire);
    await expect(page.locator("h1")).toBeVisible();
    await visitor.atRest();
    await visitor.visit(origin + "/communautaire/");
    // A browser that goes back shows what it has kept, and asks nobody.
    await asked(way);
    await page.goBack();
    await expect(page.locator("h1")).toBeVisible();
    await visitor.atRest();
    await page.goForward();
    await visitor.atRest();
  }
  expect(hits).toEqual([]);
  expect(await kept(page)).toEqual([]);
});
