/** The results as a picture: two panels of horizontal bars, drawn by hand as SVG. */

const WIDTH = 880;
const LABELS = 226;
const RIGHT = 112;
const ROW = 30;
const BAR = 16;
const PANEL_HEAD = 64;
const PANEL_GAP = 28;
const MARGIN = 24;
const PLOT = WIDTH - LABELS - RIGHT;

/** Dark colours follow the viewer's; a ground of its own keeps it legible on any page. */
export const STYLE = `
  svg { --ground: #ffffff; --ink: #1b2430; --soft: #56616f; --line: #d9dee4; --ours: #0f62a8; --ours-after: #a5c4e0; --peer: #98a3b0; --peer-after: #d5dae0 }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #12171d; --ink: #eef2f6; --soft: #a9b4c0; --line: #303944; --ours: #6cb6ff; --ours-after: #2f5277; --peer: #6d7986; --peer-after: #39424d }
  }
  text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: var(--ink) }
  .title { font-size: 16px; font-weight: 600 }
  .soft { fill: var(--soft); font-size: 12px }
  .name { text-anchor: end }
  .ours { font-weight: 600 }
  .tick { text-anchor: middle }
  .grid { stroke: var(--line) }
  .mark { stroke: var(--soft); stroke-dasharray: 3 3 }
  .whisker { stroke: var(--ink); stroke-width: 1.25; fill: none }
  rect.ours { fill: var(--ours) }
  rect.peer { fill: var(--peer) }
  rect.ours.after { fill: var(--ours-after) }
  rect.peer.after { fill: var(--peer-after) }
`;

export const text = (value) => String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
export const round = (value) => Math.round(value * 10) / 10;

/** About five ticks of a round step, up to the first that holds the greatest value. */
export function ticks(greatest) {
  const rough = greatest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough);
  return Array.from({ length: Math.ceil(greatest / step) + 1 }, (_, nth) => nth * step);
}

/**
 * @param {object} panel
 * @param {string} panel.title
 * @param {string} panel.note
 * @param {{ name: string, side: string, value: number, part?: number, min: number, max: number }[]} panel.rows
 * `part` is how much of the value the bar's full colour shows.
 * @param {(value: number) => string} panel.format
 * @param {(value: number) => string} panel.tick The same on the scale, without the unit.
 * @param {{ value: number, label: string }} [panel.mark] A line across all rows.
 * @param {number} top
 */
function panel({ title, note, rows, format, tick, mark }, top) {
  const scale = ticks(Math.max(...rows.map(({ max }) => max)));
  const x = (value) => round(LABELS + (value / scale.at(-1)) * PLOT);
  const first = top + PANEL_HEAD;
  const bottom = first + rows.length * ROW;
  const grid = scale.map(
    (value) => `
    <line class="grid" x1="${x(value)}" x2="${x(value)}" y1="${first - 6}" y2="${bottom}"/>
    <text class="soft tick" x="${x(value)}" y="${bottom + 16}">${text(tick(value))}</text>`,
  );
  const bars = rows.map(({ name, side, value, part = value, min, max }, nth) => {
    const y = first + nth * ROW + (ROW - BAR) / 2;
    const middle = y + BAR / 2;
    const bar = (from, to, more) =>
      `<rect class="${side}${more}" x="${x(from)}" y="${y}" width="${round(x(to) - x(from))}" height="${BAR}"/>`;
    const whisker =
      x(max) - x(min) < 2
        ? ""
        : `<path class="whisker" d="M${x(min)} ${middle}H${x(max)}M${x(min)} ${middle - 4}v8M${x(max)} ${middle - 4}v8"/>`;
    return `
    <text class="name ${side}" x="${LABELS - 10}" y="${middle + 4.5}">${text(name)}</text>
    ${bar(0, part, "")}${part < value ? bar(part, value, " after") : ""}${whisker}
    <text class="${side}" x="${x(max) + 8}" y="${middle + 4.5}">${text(format(value))}</text>`;
  });
  const line = mark
    ? `
    <line class="mark" x1="${x(mark.value)}" x2="${x(mark.value)}" y1="${first - 6}" y2="${bottom}"/>
    <text class="soft" x="${x(mark.value)}" y="${first - 11}">${text(mark.label)}</text>`
    : "";
  return {
    bottom: bottom + 24,
    svg: `
    <text class="title" x="${MARGIN}" y="${top + 18}">${text(title)}</text>
    <text class="soft" x="${MARGIN}" y="${top + 37}">${text(note)}</text>${grid.join("")}${line}${bars.join("")}`,
  };
}

const inWords = ({ title, rows, format }) =>
  `${title}: ${rows.map(({ name, value }) => `${name} ${format(value)}`).join(", ")}.`;

/** Draws the results. */
export function chart(results, { visits, date }) {
  const running = results.filter(({ side }) => side !== "page");
  const alone = results.find(({ side }) => side === "page");
  const byValue = (rows) => rows.sort((a, b) => a.value - b.value);
  const row = ({ name, side }, { median, min, max }, part) => ({ name, side, value: median, min, max, part });
  const panels = [
    {
      title: "Banner visible",
      note: `ms from the start of the visit; median of ${visits} first visits, least and most. Slow 4G, processor slowed four times.`,
      rows: byValue(running.map((each) => row(each, each.banner))),
      format: (value) => `${Math.round(value).toLocaleString("en")} ms`,
      tick: (value) => value.toLocaleString("en"),
      mark: { value: alone.firstPaint.median, label: "first paint of the page alone" },
    },
    {
      title: "Downloaded on the first visit",
      note: "kB, compressed, for the consent manager alone. Full colour: before the banner is visible; light: after it.",
      rows: byValue(running.map((each) => row(each, each.bytesFirst, each.bytesBeforeBanner.median))),
      format: (value) => `${(value / 1000).toFixed(1)} kB`,
      tick: (value) => (value / 1000).toLocaleString("en"),
    },
  ];
  let top = MARGIN;
  const drawn = panels.map((each) => {
    const { svg, bottom } = panel(each, top);
    top = bottom + PANEL_GAP;
    return svg;
  });
  const height = top - PANEL_GAP + MARGIN + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">
  <title id="title">Témoin and its peers on the same page: when the banner is visible, and what is downloaded</title>
  <desc id="desc">${text(panels.map(inWords).join(" "))}</desc>
  <style>${STYLE}</style>
  <rect width="${WIDTH}" height="${height}" rx="10" fill="var(--ground)"/>
  <g>${drawn.join("")}
    <text class="soft" x="${MARGIN}" y="${height - 14}">${text(`cargo xtask bench widget, ${date}`)}</text>
  </g>
</svg>
`;
}
