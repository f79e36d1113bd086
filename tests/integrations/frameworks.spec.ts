/** The package in React 18, React 19 and Vue 3, rendered in the browser, and rendered on a server and hydrated. */
import type { Page } from "@playwright/test";
import { bundle, run, type ReactVersion } from "./bundle";
import { expect, html, serveScript, test } from "./site";

const FRAMEWORKS: [name: string, app: string, version?: ReactVersion][] = [
  ["React 18", "react", 18],
  ["React 19", "react", 19],
  ["Vue 3", "vue"],
];
const source = (app: string, part: string): string => `${app}-${part}.${app === "vue" ? "js" : "jsx"}`;

/** Notes at each frame of every page from now on whether the banner is seen, and what is said about the film. */
async function film(page: Page): Promise<() => Promise<{ banner: boolean; film: string | null }[]>> {
  await page.addInitScript(() => {
    const frames: { banner: boolean; film: string | null }[] = [];
    Object.assign(window, { frames_: frames });
    const look = () => {
      const banner = document.querySelector(".temoin-banner")?.checkVisibility() ?? false;
      frames.push({ banner, film: document.querySelector("#film")?.textContent ?? null });
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  return () => page.evaluate(() => (window as any).frames_);
}

for (const [name, app, version] of FRAMEWORKS) {
  test(`${name}, in the browser: what needs consent comes with it and goes with it, live`, async ({ lab, page, visitor, heard }) => {
    await lab.publish();
    serveScript(lab, "/app.js", await bundle(source(app, "client"), "browser", version));
    lab.serve("/", html(lab.tag, ""));
    await page.goto(lab.origin + "/");
    const [shown, state] = [page.locator("#film"), page.locator("#state")];
    await expect(shown).toHaveText("No film without consent");
    await expect(state).toHaveText("not asked, mesure: false, pub: false");
    await expect(visitor.banner).toBeVisible();

    await visitor.refuse();
    await expect(state).toHaveText("refused, mesure: false, pub: false");
    await expect(shown).toHaveText("No film without consent");

    await page.getByRole("button", { name: "Mes témoins" }).click();
    await visitor.box("marketing").check();
    await visitor.button("save", visitor.dialog).click();
    await expect(shown).toHaveText("The film");
    await expect(state).toHaveText("given, mesure: false, pub: true");

    // An answer about a service alone changes no purpose, and is seen all the same.
    await page.evaluate(() => window.Temoin.set({ services: { mesure: true } }));
    await expect(state).toHaveText("given, mesure: true, pub: true");

    await page.evaluate(() => window.Temoin.withdraw());
    await expect(shown).toHaveText("No film without consent");
    await expect(state).toHaveText("withdrawn, mesure: false, pub: false");
    expect(heard).toEqual([]);
  });

  test(`${name}, from a server: one HTML for everyone, hydrated without a warning, and no banner for who has chosen`, async ({ lab, page, visitor, heard }) => {
    await lab.publish();
    const rendered = await run<{ render(): string | Promise<string> }>(await bundle(source(app, "server"), "node", version)).render();
    expect(rendered).toContain("No film without consent");
    expect(rendered).toContain("not asked, mesure: false, pub: false");
    serveScript(lab, "/app.js", await bundle(source(app, "hydrated"), "browser", version));
    lab.serve("/", html(lab.tag, rendered));
    const frames = await film(page);

    await page.goto(lab.origin + "/");
    await page.waitForFunction(() => (window as any).hydrated);
    await expect(visitor.banner).toBeVisible();
    await expect(page.locator("#film")).toHaveText("No film without consent");
    await visitor.accept();
    await expect(page.locator("#film")).toHaveText("The film");
    await expect(page.locator("#state")).toHaveText("given, mesure: true, pub: true");
    await visitor.receipt();

    await page.reload();
    await page.waitForFunction(() => (window as any).hydrated);
    await expect(page.locator("#film")).toHaveText("The film");
    const seen = await frames();
    expect(seen.filter(({ banner }) => banner)).toEqual([]);
    // The HTML of the server comes first, then what holds, and never back.
    const films = seen.map(({ film }) => film).filter((text) => text !== null);
    expect(films.lastIndexOf("No film without consent")).toBeLessThan(films.indexOf("The film"));
    expect(await page.evaluate(() => document.querySelectorAll("#root main").length)).toBe(1);
    expect(heard).toEqual([]);
  });

  test(`${name}: HTML that is not what the app draws is heard of, so the silence of the other tests means something`, async ({ lab, page, heard }) => {
    await lab.publish();
    const rendered = await run<{ render(): string | Promise<string> }>(await bundle(source(app, "server"), "node", version)).render();
    serveScript(lab, "/app.js", await bundle(source(app, "hydrated"), "browser", version));
    lab.serve("/", html(lab.tag, rendered.replace("No film without consent", "The film")));
    await page.goto(lab.origin + "/");
    await page.waitForFunction(() => (window as any).hydrated);
    await expect.poll(() => heard.join("\n")).toMatch(/hydrat/i);
  });
}

test("Vue 3: a component that is gone is told no more, and one that comes back knows what holds", async ({ lab, page, visitor, heard }) => {
  await lab.publish();
  serveScript(lab, "/app.js", await bundle("vue-client.js", "browser"));
  lab.serve("/", html(lab.tag, ""));
  await page.goto(lab.origin + "/");
  await page.locator("#toggle").click();
  await expect(page.locator("#film")).toHaveCount(0);
  await visitor.accept();
  await expect(page.locator("#state")).toHaveText("given, mesure: true, pub: true");
  await page.locator("#toggle").click();
  await expect(page.locator("#film")).toHaveText("The film");
  expect(heard).toEqual([]);
});

test("React 19: a whole document that React renders keeps the banner, and hydrates without a warning", async ({ lab, page, visitor, heard }) => {
  await lab.publish();
  const { renderPage } = run<{ renderPage(tag: string): string }>(await bundle("react-server.jsx", "node", 19));
  serveScript(lab, "/app.js", await bundle("react-document.jsx", "browser", 19));
  lab.serve("/", renderPage(/src="([^"]+)"/.exec(lab.tag)![1]!));
  await page.goto(lab.origin + "/");
  await expect(visitor.banner).toBeVisible();
  await visitor.accept();
  await expect(page.locator("#film")).toHaveText("The film");
  expect(heard).toEqual([]);
});

test("React 18: a whole document is drawn anew because of the banner in it, as the README says, and the visitor is asked all the same", async ({ lab, page, visitor, heard }) => {
  await lab.publish();
  const { renderPage } = run<{ renderPage(tag: string): string }>(await bundle("react-server.jsx", "node", 18));
  serveScript(lab, "/app.js", await bundle("react-document.jsx", "browser", 18));
  lab.serve("/", renderPage(/src="([^"]+)"/.exec(lab.tag)![1]!));
  await page.goto(lab.origin + "/");
  await expect(visitor.banner).toBeVisible();
  await visitor.accept();
  await expect(page.locator("#film")).toHaveText("The film");
  expect(heard.join("\n")).toContain("Hydration failed");
  expect(visitor.complaints.splice(0).join()).toContain("Hydration failed");
});
