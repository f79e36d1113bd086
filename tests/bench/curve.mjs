/**
 * Instructions for an append over the size of the log, as a picture: one curve, drawn by hand as SVG.
 * Standard input: `[{ "entries": 1000, "instructions": 12345 }, …]`; standard output: the picture.
 */

import { readFileSync } from "node:fs";
import { STYLE, round, text, ticks } from "./chart.mjs";

const WIDTH = 880;
const HEIGHT = 400;
const LEFT = 96;
const RIGHT = 48;
const TOP = 96;
const BOTTOM = 72;

const points = JSON.parse(readFileSync(0, "utf8"));
const number = (value) => value.toLocaleString("en");

const sizes = points.map(({ entries }) => Math.log10(entries));
const scale = ticks(Math.max(...points.map(({ instructions }) => instructions)));
const x = (entries) =>
  round(LEFT + ((Math.log10(entries) - sizes[0]) / (sizes.at(-1) - sizes[0])) * (WIDTH - LEFT - RIGHT));
const y = (instructions) => round(HEIGHT - BOTTOM - (instructions / scale.at(-1)) * (HEIGHT - TOP - BOTTOM));

const rows = scale.map(
  (value) => `
    <line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}"/>
    <text class="soft name" x="${LEFT - 10}" y="${y(value) + 4}">${number(value)}</text>`,
);
const columns = points.map(
  ({ entries, instructions }) => `
    <text class="soft tick" x="${x(entries)}" y="${HEIGHT - BOTTOM + 20}">${number(entries)}</text>
    <circle cx="${x(entries)}" cy="${y(instructions)}" r="4"/>
    <text class="ours tick" x="${x(entries)}" y="${y(instructions) - 12}">${number(instructions)}</text>`,
);
const line = points.map(({ entries, instructions }) => `${x(entries)} ${y(instructions)}`).join("L");
const inWords = points.map(({ entries, instructions }) => `${number(instructions)} at ${number(entries)} entries`);

process.stdout
  .write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc">
  <title id="title">Instructions for one append as the log grows</title>
  <desc id="desc">${text(inWords.join(", "))}.</desc>
  <style>${STYLE}  .curve { stroke: var(--ours); stroke-width: 2; fill: none }
  circle { fill: var(--ours) }
</style>
  <rect width="${WIDTH}" height="${HEIGHT}" rx="10" fill="var(--ground)"/>
  <g>
    <text class="title" x="24" y="42">Instructions for one append as the log grows</text>
    <text class="soft" x="24" y="61">Hash, tree, root, signature, proof; mean of 256 appends. Across: entries in the log, on a logarithmic scale.</text>${rows.join("")}
    <path class="curve" d="M${line}"/>${columns.join("")}
    <text class="soft" x="24" y="${HEIGHT - 14}">cargo xtask bench log</text>
  </g>
</svg>`);
