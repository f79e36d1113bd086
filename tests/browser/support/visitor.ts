/** The one page object: what a visitor can do and see. */
import { expect, test as base, type Locator, type Page, type Request } from "@playwright/test";
import type { ConsentReceipt } from "../../../consent-widget/loader/temoin";
import { CONSENT, SITES } from "./environment";
import { atRest, followTraffic } from "./traffic";

/** Waits until a press would not be the second half of a double press. */
export const doublePressOver = (page: Page): Promise<void> => expect(page.locator("html")).not.toHaveAttribute("data-temoin-pause");

/** One thing that was checked of a receipt. */
export interface Finding {
  step: string;
  outcome: string;
  /** Its mark, and the sentence after it. */
  said: string;
}

export class Visitor {
  readonly banner: Locator;
  readonly dialog: Locator;
  readonly reopen: Locator;
  readonly status: Locator;
  /** Every request to the consent server, in order. */
  readonly requests: Request[] = [];
  /** What the page or the browser complained of. */
  readonly complaints: string[] = [];

  constructor(readonly page: Page) {
    const root = page.locator("#cookie-consent");
    this.banner = root.locator(".temoin-banner");
    this.dialog = root.getByRole("dialog");
    this.reopen = root.locator(".temoin-reopen");
    // What is announced; that the signal is honoured is a status too.
    this.status = root.getByRole("status").and(root.locator(":not(.temoin-honoured, .temoin-conflict *)"));
    followTraffic(page);
    page.on("request", (request) => request.url().startsWith(CONSENT) && this.requests.push(request));
    page.on("pageerror", (error) => this.complaints.push(error.stack ?? String(error)));
  }

  button(action: string, within: Locator = this.banner): Locator {
    return within.locator(`[data-action="${action}"]`);
  }

  /** Whether a mouse that points at its middle would hit it, and not something above it. */
  async onTop(target: Locator): Promise<boolean> {
    return target.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    });
  }

  async visit(path: string): Promise<void> {
    await this.page.goto(path);
  }

  /** Waits until the page has done all that it does by itself. */
  async atRest(): Promise<void> {
    await atRest(this.page);
  }

  async refuse(): Promise<void> {
    await this.button("reject_all").click();
  }

  async accept(): Promise<void> {
    await this.button("accept_all").click();
  }

  async customize(): Promise<void> {
    await this.button("customize").click();
    await expect(this.dialog).toBeVisible();
  }

  async reopenDialog(): Promise<void> {
    await this.reopen.click();
    await expect(this.dialog).toBeVisible();
  }

  box(purpose: string): Locator {
    return this.dialog.locator(`input[name="${purpose}"]`);
  }

  /** What the page's own scripts did, in order. */
  async ran(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { standin?: string[] }).standin ?? []);
  }

  async consent(): Promise<Record<string, boolean>> {
    return this.page.evaluate(() => (window as any).Temoin.consent);
  }

  async consentStatus(): Promise<string | null> {
    return this.page.evaluate(() => (window as any).Temoin.status);
  }

  /** The stored choice: from the cookie and from local storage. */
  async stored(): Promise<{ cookie: string | undefined; local: string | null }> {
    const cookies = await this.page.context().cookies(this.page.url());
    return {
      cookie: cookies.find((cookie) => cookie.name === "consent_temoin")?.value,
      local: await this.page.evaluate(() => localStorage.getItem("consent_temoin")),
    };
  }

  /** Whether the widget was downloaded since the last `forget`. */
  downloadedWidget(): boolean {
    return this.requests.some((request) => request.url().includes("/w/"));
  }

  forget(): void {
    this.requests.length = 0;
  }

  /** The receipt, once the server has given it. */
  async receipt(): Promise<ConsentReceipt> {
    const read = () => this.page.evaluate(() => (window as any).Temoin.receipt());
    await expect.poll(read).not.toBeNull();
    return read();
  }

  /** Has the receipt verified, in the open dialog; what came of it. */
  async verify(): Promise<Finding[]> {
    await this.verdict.evaluateAll((said) => said.forEach((verdict) => verdict.classList.add("of-before")));
    await this.button("verify", this.dialog).click();
    await expect(this.verdict.and(this.page.locator(":not(.of-before)"))).toBeVisible();
    return this.findings();
  }

  /** What is said first of a verified receipt. */
  get verdict(): Locator {
    return this.dialog.locator(".temoin-verdict");
  }

  /** What is said of each thing that was checked. */
  async findings(): Promise<Finding[]> {
    return this.dialog.locator(".temoin-findings li").evaluateAll((items) =>
      (items as HTMLElement[]).map((item) => ({
        step: item.dataset["step"]!,
        outcome: item.dataset["outcome"]!,
        said: item.textContent!.replace(/\s+/g, " "),
      })),
    );
  }

  /** The visitor's copy of their receipts, as the browser keeps it. */
  async wallet(): Promise<{ consent_id: string; receipts: ConsentReceipt[] }> {
    return this.page.evaluate(() => JSON.parse(localStorage.getItem("consent_temoin_wallet")!));
  }

  /** Changes it behind the widget's back. */
  async keepWallet(wallet: { consent_id: string; receipts: object[] }): Promise<void> {
    await this.page.evaluate((text) => localStorage.setItem("consent_temoin_wallet", text), JSON.stringify(wallet));
  }
}

/** A visitor, wherever they are. */
export const anywhere = base.extend<{ visitor: Visitor }>({
  baseURL: async ({}, use) => use(SITES),
  visitor: async ({ page }, use) => {
    const visitor = new Visitor(page);
    await use(visitor);
    // Whatever a test is about, the product never throws into the page.
    expect(visitor.complaints).toEqual([]);
  },
});

export { expect };
