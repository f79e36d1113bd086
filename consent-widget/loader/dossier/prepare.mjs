/**
 * Prepares the verifier that `temoin dossier` puts into its file: `prepare.mjs` writes it, `prepare.mjs --check` fails where
 * it is out of date. It is committed, so that cargo needs no tool for TypeScript.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = new URL("../../../", import.meta.url);
const place = "crates/consent-auditor/src/command/dossier/prepared/verifier.js";
const file = new URL(place, root);

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("main.ts", import.meta.url))],
  absWorkingDir: fileURLToPath(root),
  bundle: true,
  format: "iife",
  target: "es2022",
  minify: true,
  charset: "utf8",
  logLevel: "warning",
  write: false,
});
const prepared = outputFiles[0].text;
// It stands in a script element: nothing in it may end that, or begin another.
if (/<\/script|<script/i.test(prepared)) throw new Error("the verifier cannot stand in a page");
const committed = await readFile(file, "utf8").catch(() => "");
if (committed !== prepared) {
  if (process.argv.includes("--check")) {
    console.error(`${place} is out of date; run \`cargo xtask build\` and commit it`);
    process.exitCode = 1;
  } else {
    await writeFile(file, prepared);
  }
}
