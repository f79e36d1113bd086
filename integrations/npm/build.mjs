/** Builds `dist`: the types and the compiled, minified modules. `node integrations/npm/build.mjs`, at the root of the repository. */
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const folder = import.meta.dirname;
const root = join(folder, "../..");
const dist = join(folder, "dist");
const run = (program, ...options) => execFileSync(program, options, { cwd: root, stdio: "inherit" });

rmSync(dist, { recursive: true, force: true });
run(join(root, "node_modules/.bin/tsc"), "--project", folder);
const modules = readdirSync(dist).filter((name) => name.endsWith(".js"));
run(process.execPath, "consent-widget/loader/minify.mjs", ...modules.map((name) => join(dist, name)));
copyFileSync(join(root, "consent-widget/loader/temoin.d.ts"), join(dist, "temoin.d.ts"));
copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
