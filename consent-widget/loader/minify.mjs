/** Rewrites bundles in place, a few percent smaller than the bundler makes them: `minify.mjs FILE…`. */
import { readFile, writeFile } from "node:fs/promises";
import { minify } from "terser";

for (const file of process.argv.slice(2)) {
  const bundle = await readFile(file, "utf8");
  const { code } = await minify(bundle, { ecma: 2020, module: true, compress: { passes: 3 } });
  await writeFile(file, code);
}
