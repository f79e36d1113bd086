/**
 * Prepares the styles that go into pages of others: `prepare.mjs` writes `prepared/`, `prepare.mjs --check` fails where
 * it is out of date. The sources stay readable, and the prepared files are committed, so that cargo needs no tool for CSS.
 *
 * Every declaration becomes `!important` inside one cascade layer: important declarations of a layer beat the page's
 * important declarations outside any layer (CSS Cascading and Inheritance Level 5, section 6.4.3), so nothing a page says
 * about `button` or `*` changes ours.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { transform } from "lightningcss";
import postcss from "postcss";

const folder = new URL("./", import.meta.url);
const check = process.argv.includes("--check");

for (const name of ["first-layer.css", "opt-out.css", "corner.css", "centre.css", "east-asian.css", "dialog.css"]) {
  const source = await readFile(new URL(name, folder), "utf8");
  const prepared = prepare(name, source);
  const file = new URL(`prepared/${name}`, folder);
  const committed = await readFile(file, "utf8").catch(() => "");
  if (committed === prepared) continue;
  if (check) {
    console.error(`consent-widget/style/prepared/${name} is out of date; run \`cargo xtask build\` and commit it`);
    process.exitCode = 1;
  } else {
    await mkdir(new URL("./", file), { recursive: true });
    await writeFile(file, prepared);
  }
}

function prepare(name, source) {
  const sheet = postcss.parse(`@layer temoin{${source}}`, { from: name });
  sheet.walkDecls((declaration) => {
    // A keyframe takes no importance, and how the page's own element moves is the page's to say.
    const at = declaration.parent.parent;
    declaration.important ||= !(at?.type === "atrule" && at.name.endsWith("keyframes")) && declaration.prop !== "transition";
  });
  const { code } = transform({ filename: name, code: Buffer.from(sheet.toString()), minify: true });
  return code.toString();
}
