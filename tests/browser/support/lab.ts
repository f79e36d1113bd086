/**
 * A site of one test's own: its configuration, really published; its pages; and a network that
 * writes down what they ask of third parties, and answers as those would.
 */
import { randomBytes } from "node:crypto";
import type { BrowserContext, Frame, Page, Response } from "@playwright/test";
import { Auditor } from "./auditor";
import { CONSENT, OWNER } from "./environment";
import { atRest, followTraffic } from "./traffic";
import { anywhere, expect } from "./visitor";

/** What `PUT /v1/sites/SITE` answers. */
export interface Publication {
  notice: string;
  asks_anew: boolean;
  material_changes: string[];
  findings: unknown[];
  /** By language, the tag that names this very loader. */
  pinned: Record<string, string>;
  embed: string;
  /** The bookmark that starts the inspector. */
  inspector: string;
  /** By language, the page that shows this banner. */
  preview: Record<string, string>;
}

export interface Answer {
  contentType: string;
  body: string | Buffer;
  headers?: Record<string, string>;
}

/** What a visitor's browser has kept, and its clock; `MATERIAL` stands for the site's own digest. */
export interface BrowserState {
  local?: Record<string, string>;
  cookies?: Record<string, string>;
  now?: string;
}

/** What the loader makes of it. */
export interface Reading {
  state: "chosen" | "pending" | "unasked";
  /** Whether the banner is there. */
  asked: boolean;
  granted: string[];
}

/** Stands for the digest of what the site asks, as in `crates/consent-core/tests/stored-choice.json`. */
export const MATERIAL = "0123456789ab";

/** A service of the lab's site, with what every service must say. */
export function service(id: string, purpose: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const description = { "fr-CA": `Le service ${id}.`, en: `The service ${id}.` };
  return { id, name: id, purpose, recipient: "Tiers inc.", country: "CA", description, ...more };
}

/** A script at this address that waits for a purpose, and for a service where one is named. */
export function waitingScript(purpose: string, address: string, service?: string): string {
  const named = service ? ` data-service="${service}"` : "";
  return `<script type="text/plain" data-category="${purpose}"${named} data-src="${address}"></script>`;
}

export const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/** The configuration of a site of a test's own. */
export function siteConfig(origin: string, services: Record<string, unknown>[]): Record<string, unknown> {
  return {
    name: "Laboratoire",
    origins: [origin],
    jurisdiction: "CA-QC",
    languages: ["fr-CA", "en"],
    controller: { name: "Laboratoire", person_in_charge: "Camille Roy", contact: "vie-privee@laboratoire.example" },
    policy: { version: "1", url: "/confidentialite" },
    purposes: ["preferences", "statistics", "marketing"],
    services,
  };
}

/** Publishes a configuration, or with `?dry_run` asks what that would do. */
export async function publishSite(site: string, config: Record<string, unknown>, query = ""): Promise<Publication> {
  const answer = await fetch(`${CONSENT}/v1/sites/${site}${query}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${OWNER}` },
    body: JSON.stringify(config),
  });
  const text = await answer.text();
  expect(answer.ok, text).toBe(true);
  return JSON.parse(text) as Publication;
}

/** The script tag that the owner pastes. */
export const siteTag = (site: string): string => `<script src="${CONSENT}/t/${site}.js"></script>`;

export class Lab {
  readonly site = "lab-" + randomBytes(6).toString("hex");
  /** Where its pages are. No server is there: the browser's requests are answered here. */
  readonly origin = `http://${this.site}.localhost`;
  readonly auditor = new Auditor(this.site);
  /** Every request to a third party, in order. */
  readonly hits: string[] = [];
  private readonly pages = new Map<string, Answer>();
  private readonly others = new Map<string, Answer>();
  private readonly late = new Map<string, Promise<void>>();
  private config = siteConfig(this.origin, [service("mesure", "statistics"), service("pub", "marketing")]);

  constructor(readonly page: Page) {
    followTraffic(page);
  }

  /** Waits until the page has done all that it does by itself. */
  async atRest(): Promise<void> {
    await atRest(this.page);
  }

  /** Publishes the configuration so far, with these fields changed. */
  async publish(changes: Record<string, unknown> = {}): Promise<Publication> {
    this.config = { ...this.config, ...changes };
    return publishSite(this.site, this.config);
  }

  /** What publishing these changes would do. */
  async dryRun(changes: Record<string, unknown>): Promise<Publication> {
    return publishSite(this.site, { ...this.config, ...changes }, "?dry_run");
  }

  /** Has these changes kept as a draft, to look at. */
  async draft(changes: Record<string, unknown> = {}): Promise<Publication> {
    return publishSite(this.site, { ...this.config, ...changes }, "?draft");
  }

  /** The script tag that the owner pastes. */
  get tag(): string {
    return siteTag(this.site);
  }

  /** A whole page, with the tag in its head; it names no language, so that the browser's counts. */
  html(body: string, head = ""): string {
    return `<!doctype html><html><head><meta charset="utf-8"><title>Laboratoire</title>${this.tag}${head}</head><body><main>${body}</main></body></html>`;
  }

  /** Puts a page at an address of the site: a path, or a whole address on another of its origins. */
  serve(address: string, html: string, headers: Record<string, string> = {}): void {
    this.pages.set(new URL(address, this.origin).href, { contentType: headers["content-type"] ?? "text/html; charset=utf-8", body: html, headers });
  }

  /** What a third party answers at this address, in place of the default. */
  answer(address: string, contentType: string, body: string): void {
    this.others.set(address, { contentType, body });
  }

  /** Makes a third party answer at this address only once the function returned is called. */
  keepWaiting(address: string): () => void {
    let answer = () => {};
    this.late.set(address, new Promise((resolve) => (answer = resolve)));
    return () => answer();
  }

  /** Serves a page with this body, and goes there. */
  async open(body: string, head = ""): Promise<Response | null> {
    this.serve("/", this.html(body, head));
    return this.page.goto(this.origin + "/");
  }

  /** What third parties' scripts did in the page, in order: by default each says its own path. */
  async ran(page: Page | Frame = this.page): Promise<string[]> {
    return page.evaluate(() => (window as unknown as { ran?: string[] }).ran ?? []);
  }

  /**
   * What the loader makes of a visitor's storage: for each case it is run anew, in a frame of its own
   * below a page of the site, by the clock of the case. The widget never comes, so a click that waits
   * for it goes on waiting.
   */
  async read(cases: BrowserState[], place?: string): Promise<Reading[]> {
    const loader = await this.loader(place);
    const material = await this.material();
    const texts = (text: string) => text.replaceAll(MATERIAL, material).replaceAll(MATERIAL.toUpperCase(), material.toUpperCase());
    const named = cases.map(({ local, cookies, now }) => ({
      local: Object.entries(local ?? {}).map(([key, text]) => [key, texts(text)] as const),
      cookies: Object.entries(cookies ?? {}).map(([key, text]) => [key, texts(text)] as const),
      now: new Date(now ?? Date.now()).getTime(),
    }));
    await this.page.route("**/w/**", (route) => route.abort());
    this.serve("/storage", "<!doctype html><title>Storage</title><body>");
    await this.page.goto(this.origin + "/storage");
    return this.page.evaluate(
      ([loader, cases]) =>
        cases.map(({ local, cookies, now }) => {
          localStorage.clear();
          for (const [key, text] of local) localStorage.setItem(key, text);
          for (const [key, text] of cookies) document.cookie = `${key}=${text};Path=/`;
          const frame = document.createElement("iframe");
          document.body.append(frame);
          const inside = frame.contentWindow as Window & typeof globalThis;
          inside.Date.now = () => now;
          inside.eval(loader);
          const { status, consent } = inside.Temoin;
          const asked = !inside.document.querySelector<HTMLElement>(".temoin-banner")!.hidden;
          frame.remove();
          for (const [key] of cookies) document.cookie = `${key}=;Path=/;Max-Age=0`;
          const state = status ? "chosen" : asked ? "unasked" : "pending";
          return { state, asked, granted: Object.entries(consent).filter(([, granted]) => granted).map(([purpose]) => purpose) };
        }),
      [loader, named] as const,
    );
  }

  private async loader(place?: string): Promise<string> {
    return (await fetch(`${CONSENT}/t/${this.site}.js${place ? "?place=" + place : ""}`)).text();
  }

  /** The digest of what is material in the notice in force; at a site with several laws, in that of a place. */
  async material(place?: string): Promise<string> {
    return /"material":"([0-9a-f]{12})"/.exec(await this.loader(place))![1]!;
  }

  /** Stands between this browser and every server but the consent server. */
  async connect(context: BrowserContext): Promise<void> {
    await context.route(
      (url) => url.origin !== CONSENT,
      async (route) => {
        const url = route.request().url();
        const { origin, pathname } = new URL(url);
        const page = this.pages.get(origin + pathname);
        if (page) return route.fulfill({ status: 200, ...page });
        if (origin === this.origin) return route.fulfill({ status: 404, body: "" });
        this.hits.push(url);
        await this.late.get(url);
        const answer = this.others.get(url) ?? byKind(route.request().resourceType(), pathname);
        return route.fulfill({ status: 200, headers: { "access-control-allow-origin": "*", ...answer.headers }, ...answer });
      },
    );
  }
}

function byKind(kind: string, path: string): Answer {
  const name = JSON.stringify(path.slice(1).replace(/\.js$/, ""));
  if (kind === "script") return { contentType: "text/javascript", body: `(window.ran ??= []).push(${name})` };
  if (kind === "document") return { contentType: "text/html", body: `<!doctype html><p>${path.slice(1)}</p>` };
  if (kind === "image") return { contentType: "image/gif", body: PIXEL };
  return { contentType: "text/plain", body: "" };
}

export const test = anywhere.extend<{ lab: Lab }>({
  lab: async ({ page, context }, use) => {
    const lab = new Lab(page);
    await lab.connect(context);
    await use(lab);
  },
});

export { expect };
