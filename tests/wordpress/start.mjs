/**
 * A real WordPress for the tests, at `http://localhost:PORT`: `node start.mjs PORT PLUGIN.zip`. By default PHP runs as
 * WebAssembly and the database is SQLite (WordPress Playground); with `TEMOIN_WORDPRESS=debian` it is the `wordpress`,
 * `php-cli` and `mariadb-server` of Debian (debian.mjs). It runs until it is stopped.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import { startDebian } from "./debian.mjs";

const [port, plugin] = process.argv.slice(2);
if (!port || !plugin) throw new Error("usage: node start.mjs PORT PLUGIN.zip");

const here = dirname(fileURLToPath(import.meta.url));
const builds = join(here, "node_modules/@wp-playground/wordpress-builds");
const folder = join(here, "../../target/temoin/wordpress", port);
/** The oldest PHP that the plugin is for: what it can run, newer ones can. */
const php = process.env.TEMOIN_PHP ?? "7.4";

/** Writes the files of an archive into a folder. */
function unpack(archive, into) {
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(archive)))) {
    const path = join(into, name);
    if (name.endsWith("/")) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

/** Puts the plugin as owners get it, and the tests' own, into a WordPress. */
function addPlugins(wordpress) {
  unpack(plugin, join(wordpress, "wp-content/plugins"));
  cpSync(join(here, "mu-plugins"), join(wordpress, "wp-content/mu-plugins"), { recursive: true });
}

function startPlayground() {
  unpack(join(builds, "src/wordpress/wp-6.5.zip"), folder);
  // What browsers fetch stands apart from what PHP runs.
  cpSync(join(builds, "public/wp-6.5"), folder, { recursive: true });
  addPlugins(folder);
  const cli = join(here, "node_modules/@wp-playground/cli/wp-playground.js");
  return spawn(
    process.execPath,
    [
      ...[cli, "server", "--port", port, "--site-url", `http://localhost:${port}`, "--php", php, "--workers", "4"],
      ...["--mount-before-install", `${folder}:/wordpress`, "--wordpress-install-mode", "install-from-existing-files-if-needed"],
      ...["--verbosity", "quiet"],
    ],
    { stdio: "inherit", cwd: here },
  );
}

// What a run that was killed has left: there is one at a time.
rmSync(dirname(folder), { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const stops = [() => rmSync(folder, { recursive: true, force: true })];
if (process.env.TEMOIN_WORDPRESS === "debian") {
  await startDebian({ port, folder, addPlugins, stops });
} else {
  const server = startPlayground();
  // At once: what it would still write, nobody reads.
  stops.unshift(() => server.kill("SIGKILL"));
  server.on("exit", (code) => process.exit(code ?? 1));
}
process.on("exit", () => stops.forEach((stop) => stop()));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
