/** Mistakes of those who write the page: what is wrong, then what to write. */

/** One sentence, of one form for all of them: each of its words travels to every visitor. */
export const mistake = (what: string, value: unknown, right: readonly unknown[]): string =>
  `Temoin: ${what} "${String(value)}" is not known. Write: ${right.join(", ")}`;

/** Fails unless a value is one of those that are right. */
export function expectOneOf(what: string, value: unknown, right: readonly unknown[]): void {
  if (!right.includes(value)) throw new TypeError(mistake(what, value, right));
}

const told = new Set<string>();

/** Says in the browser's console, once, what the owner must change. */
export function tell(...about: Parameters<typeof mistake>): void {
  const message = mistake(...about);
  if (told.size < told.add(message).size) console.warn(message);
}
