/** The elements that a page names decide nothing (HTML, "named access on the Window object", "DOM clobbering"). */
import { expect, service, test, waitingScript } from "../support/lab";

const ADS = "https://pub.example";
const waits = `${waitingScript("marketing", `${ADS}/waits.js`)}<img alt="" data-category="marketing" data-src="${ADS}/waits.gif">`;

for (const named of ['<html lang="fr" id="Temoin">', '<html lang="fr"><a id="Temoin"></a><a id="Temoin"></a>', '<html lang="fr"><iframe name="Temoin"></iframe>']) {
  for (const blocking of ["marked", "automatic"]) {
    test(`a page with ${named} has its banner and its gate, ${blocking}`, async ({ lab, visitor }) => {
      await lab.publish({ blocking, signals: { google: {} }, services: [service("pub", "marketing", { hosts: ["pub.example"] })] });
      lab.serve("/", `<!doctype html>${named}<head><title>Laboratoire</title>${lab.tag}</head><body>${waits}</body></html>`);
      await lab.page.goto(lab.origin + "/");
      await expect(visitor.banner).toBeVisible();
      await lab.atRest();
      expect(lab.hits).toEqual([]);
      await visitor.accept();
      await expect.poll(() => [...lab.hits].sort()).toEqual([`${ADS}/waits.gif`, `${ADS}/waits.js`]);
      expect(await lab.page.evaluate(() => window.Temoin.status)).toBe("given");
    });
  }
}

test("elements with the names of the document's properties, of the page's lists and of a form's methods change nothing", async ({ lab, visitor }) => {
  await lab.publish({
    blocking: "automatic",
    signals: { google: {}, microsoft_uet: true, clarity: true },
    services: [service("pub", "marketing", { hosts: ["pub.example"], cookies: [{ name: "_pub", lifetime: "P13M" }] })],
  });
  lab.serve("/plain", "<!doctype html><html lang=fr><title>Laboratoire</title>");
  await lab.page.goto(lab.origin + "/plain");
  const names = await lab.page.evaluate(() => {
    const all = (prototype: object | null): string[] => (prototype ? [...Object.getOwnPropertyNames(prototype), ...all(Object.getPrototypeOf(prototype))] : []);
    return { document: [...new Set(all(Document.prototype))], form: [...new Set(all(HTMLFormElement.prototype))] };
  });
  expect(names.document).toContain("createElement");
  expect(names.form).toContain("querySelectorAll");
  const images = names.document.map((name) => `<img alt="" name="${name}">`).join("");
  const inputs = names.form.map((name) => `<input name="${name}">`).join("");
  const lists = ["dataLayer", "uetq", "clarity", "CookiebotCallback_OnLoad", "requestIdleCallback"].map((name) => `<a id="${name}"></a>`).join("");
  lab.serve(
    "/",
    `<!doctype html><html lang="fr" id="Temoin"><title>Laboratoire</title>${images}${lists}${lab.tag}<body>${images}<form>${inputs}${waits}</form></body></html>`,
  );
  await lab.page.goto(lab.origin + "/");
  // The page's own names would confuse the test too: it asks as the loader does.
  const shown = () =>
    lab.page.evaluate(() => (Document.prototype.querySelector.call(document, ".temoin-banner") as HTMLElement).getBoundingClientRect().height > 0);
  await expect.poll(shown).toBe(true);
  await lab.page.evaluate((origin) => {
    const template = Document.prototype.createElement.call(document, "template") as HTMLTemplateElement;
    template.innerHTML = `<form><input name="matches"><input name="querySelectorAll"><input name="nodeType"><input name="isConnected"><input name="ownerDocument"><script src="${origin}/form.js"></` + `script></form>`;
    const body = Reflect.get(Document.prototype, "body", document) as HTMLElement;
    body.append(template.content.cloneNode(true));
    Reflect.set(Document.prototype, "cookie", "_pub=1", document);
  }, ADS);
  await lab.atRest();
  expect(lab.hits).toEqual([]);
  expect((await lab.page.context().cookies()).filter(({ name }) => name === "_pub")).toEqual([]);
  expect(visitor.complaints).toEqual([]);
  await lab.page.evaluate(() => (Document.prototype.querySelector.call(document, '[data-action="accept_all"]') as HTMLElement).click());
  await expect.poll(shown).toBe(false);
  await expect.poll(() => [...lab.hits].sort()).toEqual(["form.js", "waits.gif", "waits.js"].map((name) => `${ADS}/${name}`));
});
