/** Where automatic blocking ends (docs/adr/0006-automatic-blocking.md, "Out of reach"): when one of these is held, the page says so too. */
import { expect, test } from "../support/lab";

const THEM = "https://tiers.example";

test("what the decision names as out of reach is asked for", async ({ lab }) => {
  await lab.publish({ blocking: "automatic" });
  await lab.open("<p>Page</p>");
  await lab.page.evaluate((origin) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    void (frame.contentWindow as typeof window).fetch(`${origin}/frame`);
    new Worker(URL.createObjectURL(new Blob([`fetch("${origin}/worker")`])));
    const module = document.createElement("script");
    module.type = "module";
    module.text = `import("${origin}/module.js")`;
    document.body.append(module);
    document.head.appendChild(document.createElement("style")).textContent = `@import "${origin}/imported.css"; p { background: url(${origin}/rule.gif) }`;
    document.body.style.backgroundImage = `url(${origin}/style.gif)`;
    document.body.insertAdjacentHTML("beforeend", `<p style="background: url(${origin}/attribute.gif)">Page</p>`);
  }, THEM);
  const asked = () => [...new Set(lab.hits)].sort();
  const named = "attribute.gif frame imported.css module.js rule.gif style.gif worker".split(" ");
  await expect.poll(asked).toEqual(named.map((name) => `${THEM}/${name}`));
});
