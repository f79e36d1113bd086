/**
 * The widget beside its peers: `cargo xtask bench widget`, which says by the environment:
 *
 * - `TEMOIN_CONSENT`: the consent server's origin, where the site `bench` is published for the
 *   pages' origin, `http://localhost:TEMOIN_BENCH_PORT`
 * - `CHROMIUM`: the browser
 * - `TEMOIN_BENCH_VISITS`: visits of each kind for each contestant (7)
 * - `TEMOIN_BENCH_ONLY`: contestants (the names of their pages), comma-separated, for a trial
 * - `TEMOIN_BENCH_DATE`: the date to write down (today)
 *
 * A target that is missed is written down; only a contestant that cannot be measured is a failure.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { chart } from "./chart.mjs";
import { contestants } from "./contestants.mjs";
import { page, targetTable, timeTable, weightTable } from "./report.mjs";
import { result, spread, targets } from "./results.mjs";
import { serve } from "./server.mjs";
import { newVisitor, visit } from "./visit.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RESULTS = join(ROOT, "target/temoin");
const DOCUMENTATION = join(ROOT, "docs");
/** Fewer visits, or fewer contestants, are a trial: the documentation stays as it is. */
const VISITS = 7;
/** As in `tests/browser/support/playwright.config.ts`. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-features=LocalNetworkAccessChecks",
];

const environment = readEnvironment();
const pages = `http://localhost:${environment.port}`;
const origins = { consent: environment.consent, other: `http://127.0.0.1:${environment.port}` };

const running = await contestants(origins, environment.only);
const article = await readFile(join(ROOT, "demo-site/pages/bench/index.html"), "utf8");
const server = await serve(environment.port, article, running);
const browser = await chromium.launch({ executablePath: environment.chromium, args: FLAGS });
try {
  const { rounds, failures } = await race();
  await write(rounds);
  for (const failure of failures) say(`not measured: ${failure}`);
  process.exitCode = failures.length ? 1 : 0;
} finally {
  await browser.close();
  server.close();
}

function readEnvironment() {
  const { env } = process;
  const needed = (name) => {
    if (!env[name]) throw new Error(`${name} is not set; this is run by \`cargo xtask bench widget\``);
    return env[name];
  };
  const visits = Number(env["TEMOIN_BENCH_VISITS"] || VISITS);
  if (!Number.isInteger(visits) || visits < 1) throw new Error("TEMOIN_BENCH_VISITS is a number from 1");
  const only = (env["TEMOIN_BENCH_ONLY"] ?? "").split(",").filter(Boolean);
  return {
    consent: needed("TEMOIN_CONSENT"),
    port: Number(needed("TEMOIN_BENCH_PORT")),
    chromium: needed("CHROMIUM"),
    visits,
    // What is downloaded is told from what the page alone is.
    only: only.length ? ["page", ...only] : [],
    date: env["TEMOIN_BENCH_DATE"] || new Date().toISOString().slice(0, 10),
  };
}

/** All visits, round by round, so that what else the machine does falls on all alike. */
async function race() {
  const rounds = new Map(running.map(({ id }) => [id, []]));
  const failures = [];
  const [load] = loadavg();
  if (load > 1) say(`this machine is busy (load ${load.toFixed(1)}): times will be too long, and uneven`);
  say("warming up");
  await round(running[0]);
  for (let nth = 0; nth < environment.visits; nth++) {
    const turn = nth % running.length;
    for (const contestant of [...running.slice(turn), ...running.slice(0, turn)]) {
      try {
        const measured = await round(contestant);
        rounds.get(contestant.id).push(measured);
        const banner = measured.first.banner === null ? "" : `banner at ${Math.round(measured.first.banner)} ms`;
        say(`round ${nth + 1} of ${environment.visits}: ${contestant.name} ${banner}`);
      } catch (error) {
        failures.push(`${contestant.name}, round ${nth + 1}: ${error.message}`);
        say(failures.at(-1));
      }
    }
  }
  return { rounds, failures };
}

/** A first visit and both kinds of returning ones. */
async function round(contestant) {
  const url = `${pages}/${contestant.id}/`;
  const visitor = await newVisitor(browser);
  try {
    const first = await visit(visitor, url, contestant, true);
    const choice = await visitor.storageState();
    const returning = await visit(visitor, url, contestant, false);
    const later = await visitLater(url, contestant, choice);
    return { first, returning, later };
  } finally {
    await visitor.close();
  }
}

async function visitLater(url, contestant, choice) {
  const visitor = await newVisitor(browser, choice);
  try {
    return await visit(visitor, url, contestant, false);
  } finally {
    await visitor.close();
  }
}

/** Prints the results and writes them down. */
async function write(rounds) {
  const { visits, date } = environment;
  const setting = { visits, date, browser: `Chromium ${browser.version()}`, machine: machine() };
  const measured = running.filter(({ id }) => rounds.get(id).length === visits);
  const alone = spread(rounds.get("page").map(({ first }) => first.pageBytes));
  const results = alone ? measured.map((each) => result(each, rounds.get(each.id), alone.median)) : [];
  const whole = environment.only.length === 0 && results.length === running.length;
  const held = whole ? targets(results) : [];

  await mkdir(join(RESULTS, "images"), { recursive: true });
  const json = { setting, results, targets: held, rounds: Object.fromEntries(rounds) };
  await writeFile(join(RESULTS, "bench-widget.json"), `${JSON.stringify(json, null, 2)}\n`);
  console.log([timeTable(results), weightTable(results), ...(whole ? [targetTable(held)] : [])].join("\n\n"));
  if (!whole) return;

  const folder = visits >= VISITS ? DOCUMENTATION : RESULTS;
  const picture = "images/bench-widget.svg";
  await writeFile(join(folder, picture), chart(results, setting));
  await writeFile(join(folder, "bench-widget.md"), page({ results, targets: held, setting, picture }));
  say(`written: ${join(folder, "bench-widget.md")}`);
}

function machine() {
  const processors = cpus();
  return `${processors.length} × ${processors[0].model.trim()}`;
}

function say(what) {
  process.stderr.write(`${what}\n`);
}
