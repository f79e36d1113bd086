/** Firefox, by WebDriver BiDi. */
import { launch, type KeyInput } from "puppeteer-core";
import type { Engine, Tab } from "./engine";

export async function startFirefox(program: string): Promise<Engine> {
  const browser = await launch({ browser: "firefox", executablePath: program, headless: true });
  return {
    async open(): Promise<Tab> {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport({ width: 1280, height: 900 });
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
