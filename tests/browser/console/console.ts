/** The console as its users see it: only this file knows its controls. */
import { expect, type Locator, type Page } from "@playwright/test";
import { CONSENT } from "../support/environment";

/** Where it is. */
export const CONSOLE = `${CONSENT}/console/`;

export class Console {
  readonly main: Locator;
  readonly title: Locator;
  /** What went wrong. */
  readonly alert: Locator;

  constructor(readonly page: Page) {
    this.main = page.getByRole("main");
    this.title = this.main.getByRole("heading", { level: 1 });
    this.alert = this.main.locator(".note.bad");
  }

  /** Opens a page of it, in a language. */
  async open(fragment = "", language = "en"): Promise<void> {
    await this.page.goto(`${CONSOLE}?lang=${language}${fragment}`);
    await this.settled();
  }

  /** Goes to another page of it, as a link does. */
  async go(fragment: string): Promise<void> {
    await this.page.evaluate((fragment) => (location.hash = fragment), fragment);
    await expect(this.page).toHaveURL((url) => url.hash === fragment);
    await this.settled();
  }

  /** Waits until nothing loads any more. */
  async settled(): Promise<void> {
    await expect(this.title).toBeVisible();
    await expect(this.page.locator(".skeleton")).toHaveCount(0);
  }

  async signIn(token: string): Promise<void> {
    await this.page.locator("#token").fill(token);
    await this.page.locator("form button").click();
  }

  /** Opens a page of it, signed in. */
  async enter(token: string, fragment = "#/", language = "en"): Promise<void> {
    await this.open("", language);
    await this.signIn(token);
    await expect(this.title).toHaveText("Sites");
    await this.go(fragment);
  }

  button(name: string, within: Locator = this.main): Locator {
    return within.getByRole("button", { name, exact: true });
  }

  link(name: string): Locator {
    return this.main.getByRole("link", { name, exact: true });
  }

  /** A field of the form of the configuration, by its path. */
  field(path: string): Locator {
    return this.page.locator(`#field-${path.replace(/[^a-zA-Z0-9]/g, "-")}`);
  }

  /** What the server says is wrong with a field. */
  errorOf(path: string): Locator {
    return this.page.locator(`#field-${path.replace(/[^a-zA-Z0-9]/g, "-")}-error`);
  }

  filter(name: string): Locator {
    return this.page.locator(`#filter-${name}`);
  }

  /** The rows of the table of records. */
  get records(): Locator {
    return this.main.locator(".records tbody tr");
  }

  /** What came of each step of the check of a proof. */
  async steps(): Promise<string[]> {
    const steps = this.main.locator(".steps > li");
    await expect(steps).toHaveCount(5);
    return steps.evaluateAll((items) => items.map((item) => item.querySelector(".step-head")!.textContent!.trim()));
  }

  /** What the browser keeps. */
  async kept(): Promise<{ session: Record<string, string>; local: number; cookies: string }> {
    return this.page.evaluate(() => ({ session: { ...sessionStorage }, local: localStorage.length, cookies: document.cookie }));
  }
}
