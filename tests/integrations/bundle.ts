/** The built package, and what sites build with it. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

export const ROOT = join(import.meta.dirname, "../..");
export const PACKAGE = join(ROOT, "integrations/npm");
const APPS = join(import.meta.dirname, "apps");

/** Where the modules of each React are: 19 beside the tests, 18 at the root of the repository. */
export const REACT = { 18: join(ROOT, "node_modules"), 19: join(import.meta.dirname, "node_modules") };
export type ReactVersion = keyof typeof REACT;

/** The package by its name, as its `exports` say: what a site's own bundler finds in `node_modules`. */
const published: Plugin = {
  name: "the package by its name",
  setup(bundler) {
    bundler.onResolve({ filter: /^@temoin\/web(\/|$)/ }, async ({ path, kind }) => {
      const { exports } = (await import(join(PACKAGE, "package.json"), { with: { type: "json" } })).default as {
        exports: Record<string, { default: string }>;
      };
      const entry = exports["." + path.slice("@temoin/web".length)];
      if (!entry || kind === "require-call") return { errors: [{ text: `the package has no ${path} for ${kind}` }] };
      // As `sideEffects` in its package.json says.
      return { path: join(PACKAGE, entry.default), sideEffects: false };
    });
  },
};

/** Frameworks in their development form: only that one says what it finds wrong. */
export async function bundle(app: string, where: "browser" | "node", react: ReactVersion = 19, text?: string): Promise<string> {
  const { outputFiles } = await build({
    ...(text === undefined ? { entryPoints: [join(APPS, app)] } : { stdin: { contents: text, resolveDir: APPS, sourcefile: app } }),
    bundle: true,
    write: false,
    platform: where,
    format: where === "node" ? "cjs" : "esm",
    jsx: "automatic",
    // One copy of each framework, for the app and the package alike, as where a site has installed both.
    alias: { react: join(REACT[react], "react"), "react-dom": join(REACT[react], "react-dom"), vue: join(ROOT, "node_modules/vue") },
    define: {
      "process.env.NODE_ENV": '"development"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
    },
    plugins: [published],
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

/** What a bundle for Node exports, run here: in a process that has no page. */
export function run<Exports>(bundled: string): Exports {
  const module = { exports: {} as Exports };
  new Function("module", "exports", "require", bundled)(module, module.exports, createRequire(import.meta.url));
  return module.exports;
}
