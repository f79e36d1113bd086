/** Firefox, by WebDriver BiDi. */
import { launch, type KeyInput } from "puppeteer-core";
import type { Engine, Tab } from "./engine";

export async function startFirefox(program: string): Promise<Engine> {
  const browser = await launch({
    browser: "firefox",
    executablePath: program,
    headless: true,
    // By its window: the ESR of Debian 12 (140) has no command for the viewport that this version of Puppeteer sends.
    defaultViewport: null,
    args: ["--width=1280", "--height=900"],
  });
  return {
    async open(): Promise<Tab> {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      return {
        async goto(address) {
          await page.goto(address);
        },
        async reload() {
          await page.reload();
        },
        evaluate: (run, ...given) => page.evaluate(run as (...given: unknown[]) => unknown, ...given) as Promise<any>,
        click: (selector) => page.click(selector),
        press: (key) => page.keyboard.press((key === " " ? "Space" : key) as KeyInput),
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}
