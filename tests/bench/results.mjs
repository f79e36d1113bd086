/** From visits to medians, and from medians to targets. */

/**
 * @typedef {{ median: number, min: number, max: number }} Spread
 * @typedef {Awaited<ReturnType<typeof import("./visit.mjs").visit>>} Visit
 * @typedef {{ first: Visit, returning: Visit, later: Visit }} Round The first visit; the next one
 * soon after, with what the browser has kept; the next one when its cache is empty.
 */

/** What is measured of a round, by name; `page` is what the page alone transfers. */
const MEASURES = {
  banner: ({ first }) => first.banner,
  firstPaint: ({ first }) => first.firstPaint,
  blockingFirst: ({ first }) => first.blocking,
  blockingReturning: ({ returning }) => returning.blocking,
  click: ({ first }) => first.click,
  gone: ({ first }) => first.gone,
  shift: ({ first, returning }) => first.shift + returning.shift,
  bytesBeforeBanner: ({ first }, page) => (first.bytesBeforeBanner === null ? null : first.bytesBeforeBanner - page),
  bytesFirst: ({ first }, page) => first.bytes - page,
  bytesReturning: ({ returning }, page) => returning.bytes - page,
  bytesLater: ({ later }, page) => later.bytes - page,
};

/**
 * @param {import("./contestants.mjs").Contestant} contestant
 * @param {Round[]} rounds
 * @param {number} page
 */
export function result(contestant, rounds, page) {
  const spreads = Object.entries(MEASURES).map(([name, of]) => [name, spread(rounds.map((round) => of(round, page)))]);
  const { id, name, side, setUp } = contestant;
  return {
    id,
    name,
    side,
    setUp,
    visits: rounds.length,
    ...Object.fromEntries(spreads),
    wasmFirst: rounds.some(({ first }) => first.wasm),
    wasmReturning: rounds.some(({ returning, later }) => returning.wasm || later.wasm),
    largestIsBanner: rounds.filter(({ first }) => first.largest?.inBanner).length,
  };
}

/** @returns {Spread | null} */
export function spread(values) {
  if (values.length === 0 || values.includes(null)) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/** The lowest or the highest median of a measure. */
function extreme(results, measure, pick) {
  const values = results.map((each) => each[measure].median);
  const value = pick(...values);
  return { value, name: results[values.indexOf(value)].name };
}

/**
 * Each target, with what was measured. Where it is not said which of our two contestants is meant,
 * it is the worse one.
 */
export function targets(results) {
  const ours = results.filter(({ side }) => side === "ours");
  const peers = results.filter(({ side }) => side === "peer");
  const one = (id) => ours.filter((each) => each.id === id);
  const klaro = peers.filter(({ id }) => id === "klaro");

  /** Lower than the best of these peers, times the factor. */
  const race = (text, mine, measure, unit, { factor = 1, others = peers } = {}) => {
    const us = extreme(mine, measure, Math.max);
    const them = extreme(others, measure, Math.min);
    const bound = them.value * factor;
    // Nobody can be below nothing at all.
    const reached = factor < 1 ? us.value <= bound : us.value < bound || (us.value === 0 && bound === 0);
    return { text, unit, ours: us, against: them, ratio: them.value ? us.value / them.value : null, reached };
  };
  const bound = (text, measure, unit, limit, reached) => {
    const us = extreme(ours, measure, Math.max);
    return { text, unit, ours: us, against: { value: limit, name: "limit" }, ratio: limit ? us.value / limit : null, reached: reached(us.value) };
  };
  const never = (text, count) => {
    const worst = ours.reduce((a, b) => (count(b) > count(a) ? b : a));
    const us = { value: count(worst), name: worst.name };
    return { text, unit: "visits", ours: us, against: { value: 0, name: "limit" }, ratio: null, reached: us.value === 0 };
  };

  return [
    race("banner visible, script tag: at most 0.90 of the fastest peer's", one("temoin"), "banner", "ms", { factor: 0.9 }),
    race("banner visible, inline: at most 0.65 of the fastest peer's", one("temoin-inline"), "banner", "ms", { factor: 0.65 }),
    race("bytes before the banner: below the smallest peer's", ours, "bytesBeforeBanner", "B"),
    race("bytes of the whole first visit, WebAssembly included: below klaro's", ours, "bytesFirst", "B", { others: klaro }),
    bound("bytes of a returning visit with an empty cache: below 7 kB", "bytesLater", "B", 7000, (value) => value < 7000),
    never("no WebAssembly on a returning visit", ({ wasmReturning }) => Number(wasmReturning)),
    race("blocking time, first visit: below every peer's", ours, "blockingFirst", "ms"),
    race("blocking time, returning visit: below every peer's", ours, "blockingReturning", "ms"),
    race("click to next frame: below every peer's", ours, "click", "ms"),
    bound("no layout shift", "shift", "", 0, (value) => value === 0),
    never("the banner is never the largest contentful paint", ({ largestIsBanner }) => largestIsBanner),
  ];
}
