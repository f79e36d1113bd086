/** A visit of a site of a test's own, in an engine that Playwright cannot drive. */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test as base } from "@playwright/test";
import { Auditor } from "../support/auditor";
import { CONSENT } from "../support/environment";
import { PIXEL, publishSite, service, siteConfig, siteTag } from "../support/lab";
import type { Engine, Tab } from "./engine";
import { startFirefox } from "./firefox";
import { startWebKit } from "./webkit";

const named = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the tests with \`cargo xtask test engines\``);
  return value;
};

const listen = async (server: Server, host: string): Promise<number> => {
  await new Promise<void>((done) => server.listen(0, host, done));
  return (server.address() as AddressInfo).port;
};

/** What a third party answers: a script or a frame that says its own name, or an image. */
function answerOfThirdParty(request: IncomingMessage, answer: ServerResponse): void {
  const path = new URL(request.url!, "http://any").pathname;
  const name = path.slice(1).replace(/\..*/, "");
  const headers = { "access-control-allow-origin": "*", "cache-control": "no-store" };
  if (path.endsWith(".js")) answer.writeHead(200, { ...headers, "content-type": "text/javascript" }).end(`(window.ran ??= []).push(${JSON.stringify(name)})`);
  else if (path.endsWith(".gif")) answer.writeHead(200, { ...headers, "content-type": "image/gif" }).end(PIXEL);
  else answer.writeHead(200, { ...headers, "content-type": "text/html; charset=utf-8" }).end(`<!doctype html><title>${name}</title><p>${name}`);
}

export class Visit {
  readonly site = "moteur-" + randomBytes(6).toString("hex");
  readonly auditor = new Auditor(this.site);
  /** The paths that a third party was asked for, in order. */
  readonly hits: string[] = [];
  private readonly pages = new Map<string, string>();
  private readonly servers = [
    createServer((request, answer) => {
      const page = this.pages.get(request.url!.split("?")[0]!);
      answer.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" }).end(page);
    }),
    createServer((request, answer) => {
      this.hits.push(request.url!.slice(1));
      answerOfThirdParty(request, answer);
    }),
  ] as const;
  /** Where the site's pages are. */
  origin = "";
  /** Where the third party is. */
  them = "";
  private own = 0;

  constructor(readonly tab: Tab) {}

  async start(): Promise<void> {
    this.own = await listen(this.servers[0], "127.0.0.1");
    this.origin = `http://localhost:${this.own}`;
    // Another host than the pages' and the consent server's, which are the site's own.
    this.them = `http://127.0.0.2:${await listen(this.servers[1], "127.0.0.2")}`;
  }

  stop(): void {
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  async publish(changes: Record<string, unknown> = {}): Promise<void> {
    const services = [
      service("mesure", "statistics", { cookies: [{ name: "_m*", lifetime: "P1M" }] }),
      service("video", "marketing", { name: "Cinéclub" }),
    ];
    await publishSite(this.site, { ...siteConfig(this.origin, services), ...changes });
  }

  /** Publishes the site behind the edge, and says where its pages are then. */
  async publishBehindTheEdge(): Promise<string> {
    const origin = `http://${this.site}.localhost:${new URL(CONSENT).port}`;
    await this.publish({ origins: [origin], edge: { origin_server: `http://127.0.0.1:${this.own}` } });
    return origin;
  }

  /** Puts a page at `/`, with the tag unless the edge brings it; errors of the page are kept in `window.complaints`. */
  serve(body: string, { head = "", html = 'lang="fr-CA"', tag = siteTag(this.site) } = {}): void {
    const listener = `<script>complaints = []; for (const name of ["error", "unhandledrejection"]) addEventListener(name, (event) => complaints.push(String(event.message ?? event.reason)))</script>`;
    this.pages.set("/", `<!doctype html><html ${html}><head><meta charset="utf-8"><title>Laboratoire</title>${listener}${tag}${head}</head><body><main>${body}</main></body></html>`);
  }

  /** Serves a page with this body, and goes there. */
  async open(body: string, more: Parameters<Visit["serve"]>[1] = {}): Promise<void> {
    this.serve(body, more);
    await this.tab.goto(this.origin + "/");
  }

  /** Whether a mouse that points at the middle of the element would hit it. */
  isShown(selector: string): Promise<boolean> {
    return this.tab.evaluate((selector) => {
      const element = document.querySelector(selector);
      if (!element) return false;
      const { x, y, width, height } = element.getBoundingClientRect();
      return width > 0 && element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    }, selector);
  }

  async shows(selector: string, shown = true): Promise<void> {
    await expect.poll(() => this.isShown(selector), selector).toBe(shown);
  }

  /** Presses a button of ours, once it is there and no press is the second half of another. */
  async press(selector: string): Promise<void> {
    await this.shows(selector);
    await expect.poll(() => this.tab.evaluate(() => document.documentElement.hasAttribute("data-temoin-pause"))).toBe(false);
    await this.tab.click(selector);
  }

  answer(action: "accept_all" | "reject_all" | "customize"): Promise<void> {
    return this.press(`.temoin-banner [data-action=${action}]`);
  }

  ran(): Promise<string[]> {
    return this.tab.evaluate(() => (window as any).ran ?? []);
  }

  status(): Promise<string | null> {
    return this.tab.evaluate(() => window.Temoin.status);
  }

  consent(): Promise<Record<string, boolean>> {
    return this.tab.evaluate(() => ({ ...window.Temoin.consent }));
  }

  async receipt(): Promise<{ id: string }> {
    await expect.poll(() => this.tab.evaluate(() => window.Temoin.receipt()?.id ?? null)).not.toBeNull();
    return this.tab.evaluate(() => window.Temoin.receipt() as { id: string });
  }

  /** Waits until what a page does by itself is done: two frames, and a while in which nothing is asked for. */
  async atRest(): Promise<void> {
    let before = -1;
    while (before !== this.hits.length) {
      before = this.hits.length;
      await this.tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300))));
    }
  }
}

export const test = base.extend<{ visit: Visit }, { engine: Engine }>({
  engine: [
    async ({}, use, { project }) => {
      const engine =
        project.name === "firefox" ? await startFirefox(named("FIREFOX")) : await startWebKit(named("WEBKIT_DRIVER"), named("WEBKIT_BROWSER"));
      await use(engine);
      await engine.close();
    },
    { scope: "worker" },
  ],
  visit: async ({ engine }, use) => {
    const visit = new Visit(await engine.open());
    await visit.start();
    await use(visit);
    const complaints = await visit.tab.evaluate(() => (window as any).complaints as string[]);
    await visit.tab.close();
    visit.stop();
    // Whatever a test is about, the product never throws into the page.
    expect(complaints).toEqual([]);
  },
});
export { expect };
