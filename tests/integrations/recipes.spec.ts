/** Each recipe, as it stands in its folder, with the server and the site of the test in the place of `HOST` and `SITE`. */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { extname, join } from "node:path";
import { CONSENT } from "../browser/support/environment";
import type { Lab } from "../browser/support/lab";
import { PACKAGE, ROOT } from "./bundle";
import { expect, test as base } from "./site";

const RECIPES = join(ROOT, "integrations/recipes");
/** Where recipes are built: below the packages that they need, and outside of what is committed. */
const BUILT = join(import.meta.dirname, "built");
const BIN = join(import.meta.dirname, "node_modules/.bin");
/** Nobody outside is told of what is built here. */
const QUIET = { NEXT_TELEMETRY_DISABLED: "1", NUXT_TELEMETRY_DISABLED: "1", ASTRO_TELEMETRY_DISABLED: "1" };

const filled = (text: string, site: string): string => text.replaceAll("https://HOST", CONSENT).replaceAll("SITE", site);

/** Puts the static pages of a folder at the site's addresses. */
function serveFolder(lab: Lab, folder: string, below = ""): void {
  const types: Record<string, string> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css" };
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) serveFolder(lab, path, `${below}/${name}`);
    else {
      const headers = { "content-type": types[extname(name)] ?? "application/octet-stream" };
      const text = filled(readFileSync(path, "utf8"), lab.site);
      lab.serve(`${below}/${name}`, text, headers);
      if (name === "index.html") lab.serve(`${below}/`, text, headers);
    }
  }
}

const test = base.extend<{ project: (name: string, build: string[]) => string; start: (command: string[], folder: string) => Promise<void> }>({
  /** Copies a recipe, completes it, and has it built by its framework; returns the folder. */
  project: async ({ lab }, use) => {
    const made: string[] = [];
    await use((name, [program, ...options]) => {
      const folder = join(BUILT, `${name}-${lab.site}`);
      made.push(folder);
      cpSync(join(RECIPES, name), folder, { recursive: true });
      for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        const path = join(folder, file);
        if (statSync(path).isFile()) writeFileSync(path, filled(readFileSync(path, "utf8"), lab.site));
      }
      // The package as it is installed; the frameworks come from the folders above.
      for (const part of ["package.json", "dist"]) cpSync(join(PACKAGE, part), join(folder, "node_modules/@temoin/web", part), { recursive: true });
      execFileSync(join(BIN, program!), options, { cwd: folder, env: { ...process.env, ...QUIET }, stdio: ["ignore", "pipe", "pipe"] });
      return folder;
    });
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  },
  /** Starts a built site's own server, and has the site's address answered by it. */
  start: async ({ lab, context }, use) => {
    const started: { kill(): boolean }[] = [];
    await use(async ([program, ...options], folder) => {
      const port = await freePort();
      const env = { ...process.env, ...QUIET, PORT: String(port), HOST: "127.0.0.1", HOSTNAME: "127.0.0.1", NITRO_HOST: "127.0.0.1", ORIGIN: lab.origin };
      started.push(spawn(program!, options, { cwd: folder, env, stdio: "ignore" }));
      const server = `http://127.0.0.1:${port}`;
      await expect.poll(() => fetch(server).then((answer) => answer.status, () => 0), { timeout: 30_000 }).toBe(200);
      await context.route((url) => url.origin === lab.origin, async (route) => {
        const { pathname, search } = new URL(route.request().url());
        const answer = await fetch(server + pathname + search);
        const type = answer.headers.get("content-type") ?? "text/plain";
        await route.fulfill({ status: answer.status, contentType: type, body: Buffer.from(await answer.arrayBuffer()) });
      });
    });
    for (const server of started) server.kill();
  },
});

/** A port that is free now. */
const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    });
  });

/** The tag is the first script of the page's HTML that a browser runs at once. */
function expectTagFirst(html: string, site: string): void {
  const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
  const atOnce = scripts.filter((tag) => !/\b(async|defer)\b|type="?(module|application\/json|text\/plain)/.test(tag));
  expect(atOnce[0]).toContain(`${CONSENT}/t/${site}.js`);
  const head = html.slice(0, html.indexOf("</head>"));
  expect(head).toContain(atOnce[0]);
}

test("plain HTML: what is marked waits, and runs with the purpose that the visitor grants", async ({ lab, page, visitor, heard }) => {
  await lab.publish();
  serveFolder(lab, join(RECIPES, "plain-html"));
  await page.goto(lab.origin + "/");
  expectTagFirst(await page.content(), lab.site);
  await expect(visitor.banner).toBeVisible();
  await lab.atRest();
  expect(lab.hits).toEqual([]);
  await page.getByRole("button", { name: "My cookies" }).click();
  await visitor.box("statistics").check();
  await visitor.button("save", visitor.dialog).click();
  await expect(page.locator("#said")).toHaveText("Statistics may run");
  await expect.poll(() => lab.hits).toEqual(["https://stats.example/stats.js"]);
  await expect(page.locator("#pub")).toHaveText("Marketing waits");
  await page.evaluate(() => window.Temoin.acceptAll());
  await expect(page.locator("#pub")).toHaveText("Marketing may run");
  await expect.poll(() => lab.hits).toEqual(["https://stats.example/stats.js", "https://film.example/film"]);
  expect(heard).toEqual([]);
});

for (const [name, library] of [
  ["htmx", "htmx.org/dist/htmx.min.js"],
  ["turbo", "@hotwired/turbo/dist/turbo.es2017-umd.js"],
] as const) {
  test(`${name}: each page asks until the visitor answers, and then releases what is its own`, async ({ lab, page, visitor, heard }) => {
    await lab.publish();
    const script = name === "htmx" ? "/htmx.min.js" : "/turbo.js";
    lab.serve(script, readFileSync(join(ROOT, "node_modules", library), "utf8"), { "content-type": "text/javascript" });
    serveFolder(lab, join(RECIPES, name));
    await page.goto(lab.origin + "/index.html");
    expectTagFirst(await page.content(), lab.site);
    await page.evaluate(() => ((window as any).same = true));
    await page.locator("#next").click();
    await expect(page.locator("h1")).toHaveText("Second page");
    await expect(visitor.banner).toBeVisible();
    expect(lab.hits).toEqual([]);
    await visitor.accept();
    await expect.poll(() => lab.hits).toEqual(["https://stats.example/second.js"]);
    await page.locator("#next").click();
    await expect(page.locator("h1")).toHaveText("First page");
    await expect.poll(() => lab.hits).toEqual(["https://stats.example/second.js", "https://stats.example/index.js"]);
    await expect(visitor.banner).toBeHidden();
    // All of it was one page for the browser: the library did what it is for.
    expect(await page.evaluate(() => (window as any).same)).toBe(true);
    expect(heard).toEqual([]);
  });
}

test("Astro: its build keeps the tag first, and a script of the page follows the choice", async ({ lab, page, visitor, heard, project }) => {
  test.setTimeout(180_000);
  await lab.publish();
  serveFolder(lab, join(project("astro", ["astro", "build"]), "dist"));
  const html = (await (await page.goto(lab.origin + "/"))!.text()) as string;
  expectTagFirst(html, lab.site);
  await expect(visitor.banner).toBeVisible();
  await expect(page.locator("#said")).toHaveText("Nobody has chosen");
  await visitor.accept();
  await expect(page.locator("#said")).toHaveText("Statistics may run");
  await expect.poll(() => lab.hits).toEqual(["https://stats.example/stats.js"]);
  await page.evaluate(() => window.Temoin.withdraw());
  await expect(page.locator("#said")).toHaveText("Statistics may not run");
  expect(heard).toEqual([]);
});

const SERVED: [title: string, name: string, build: string[], start: string[]][] = [
  ["Next", "next", ["next", "build"], [process.execPath, join(import.meta.dirname, "node_modules/next/dist/bin/next"), "start"]],
  ["SvelteKit", "sveltekit", ["vite", "build"], [process.execPath, "build"]],
  ["Nuxt", "nuxt", ["nuxt", "build"], [process.execPath, ".output/server/index.mjs"]],
];

for (const [title, name, build, command] of SERVED) {
  test(`${title}: its server sends one HTML with the tag first; what needs consent comes and goes with it, without a warning`, async ({
    lab,
    page,
    visitor,
    heard,
    project,
    start,
  }) => {
    test.setTimeout(240_000);
    await lab.publish();
    await start(command, project(name, build));
    const html = await (await page.goto(lab.origin + "/"))!.text();
    expectTagFirst(html, lab.site);
    expect(html).toContain("No film without consent");
    expect(html).not.toContain("The film");
    await expect(visitor.banner).toBeVisible();
    await visitor.accept();
    await expect(page.locator("#film")).toHaveText("The film");
    await visitor.receipt();
    await page.reload();
    await expect(page.locator("#film")).toHaveText("The film");
    await expect(visitor.banner).toBeHidden();
    await page.evaluate(() => window.Temoin.withdraw());
    await expect(page.locator("#film")).toHaveText("No film without consent");
    expect(heard).toEqual([]);
  });
}
