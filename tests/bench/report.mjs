/** The results in words: the tables, and the page of the documentation. */
import { CPU_SLOWDOWN, NETWORK, VIEWPORT } from "./visit.mjs";

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const NONE = "–";

const ms = (value) => number.format(value);
const kB = (value) => (value / 1000).toFixed(1);

function cell(spread, format) {
  if (!spread) return NONE;
  const [median, min, max] = [spread.median, spread.min, spread.max].map(format);
  return min === max ? median : `${median} (${min}–${max})`;
}

function table(columns, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map((_, nth) => (nth ? "--:" : "---"))), ...rows.map(line)].join("\n");
}

const inBold = ({ side, name }) => (side === "ours" ? `**${name}**` : name);

export function timeTable(results) {
  const columns = [
    "",
    "banner visible, ms",
    "page's first paint, ms",
    "blocking, first visit, ms",
    "blocking, returning, ms",
    "click to next frame, ms",
    "banner gone after, ms",
    "layout shift",
    "largest paint is the banner",
  ];
  const row = (each) => [
    inBold(each),
    cell(each.banner, ms),
    cell(each.firstPaint, ms),
    cell(each.blockingFirst, ms),
    cell(each.blockingReturning, ms),
    cell(each.click, ms),
    cell(each.gone, ms),
    cell(each.shift, (value) => String(Number(value.toFixed(3)))),
    each.banner ? `${each.largestIsBanner} of ${each.visits}` : NONE,
  ];
  return table(columns, results.map(row));
}

export function weightTable(results) {
  const columns = [
    "",
    "before the banner, kB",
    "first visit, kB",
    "of it WebAssembly",
    "returning, cache empty, kB",
    "returning, cache kept, kB",
  ];
  const row = (each) => [
    inBold(each),
    cell(each.bytesBeforeBanner, kB),
    cell(each.bytesFirst, kB),
    each.wasmFirst ? "yes" : "no",
    cell(each.bytesLater, kB),
    cell(each.bytesReturning, kB),
  ];
  return table(columns, results.filter(({ side }) => side !== "page").map(row));
}

export function targetTable(targets) {
  const value = (amount, unit) => {
    if (unit === "ms") return `${ms(amount)} ms`;
    if (unit === "B") return `${kB(amount)} kB`;
    return `${Number(amount.toFixed(3))} ${unit}`.trim();
  };
  const row = ({ text, unit, ours, against, ratio, reached }) => [
    text,
    `${value(ours.value, unit)} (${ours.name})`,
    `${value(against.value, unit)} (${against.name})`,
    ratio === null ? NONE : ratio.toFixed(2),
    reached ? "reached" : "**not reached**",
  ];
  return table(["target", "Témoin", "against", "ratio", ""], targets.map(row));
}

/** `docs/bench-widget.md`. */
export function page({ results, targets, setting, picture }) {
  const { visits, date, browser, machine } = setting;
  const setUps = results.map(({ name, setUp }) => `- ${name}: ${setUp}.`).join("\n");
  return `# The widget beside its peers

Measured on ${date} by \`cargo xtask bench widget\`, which writes this page and the picture.

![Bars: when each banner is visible, and what the first visit downloads](${picture})

Medians of ${visits} visits, with the least and the most in brackets.

## Time

${timeTable(results)}

## Weight

Everything transferred, headers included, less what the page alone transfers: settings and code
inside the page count. 1 kB is 1,000 bytes.

${weightTable(results)}

## Targets

Medians. Where it is not said which of the two is meant, it is the worse one.

${targetTable(targets)}

## The setting

- The same article for all (\`demo-site/pages/bench\`), and the same words in the banner. The page comes
  from one origin, the consent manager's files from another, both on this machine.
- ${browser}, headless, ${VIEWPORT.width} × ${VIEWPORT.height}; "Slow 4G": ${NETWORK.latencyMs} ms, ${NETWORK.downKbits / 1000} Mbit/s down, ${NETWORK.upKbits} kbit/s up, for each
  request; processor slowed ${CPU_SLOWDOWN} times. The machine: ${machine}.
- The peers' files and all pages are compressed beforehand with brotli at quality 11; Témoin's are as its
  own server sends them. Files may be cached for an hour, Témoin's loader as its server says.
- Contestants take turns, visit by visit, each beginning a round in its turn. A first visit has an empty
  profile: it waits for the banner, then until nothing has been on its way for a second, clicks "accept
  all", and waits again. The returning visits keep the choice: one keeps the browser's cache, one has it
  empty, as days later.

## What is measured

- *Banner visible*: from the start of the navigation to the end of the first frame that has the banner
  in the viewport with an opacity above zero. A fade-in counts from its first frame. The screen
  shows it some milliseconds after the page has made it, for all alike.
- *Blocking*: what long tasks take above 50 ms each, over the whole visit, click included.
- *Click to next frame*: from the time of a real click's event to the end of the next frame. *Banner
  gone*: to the end of the first frame without it.
- *Before the banner*: what has arrived when the banner is visible.
- *Layout shift*: the sum over the first and the returning visit, without what follows a click.

## How each is set up

${setUps}
`;
}
