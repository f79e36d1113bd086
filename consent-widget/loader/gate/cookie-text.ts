/** What a script assigns to `document.cookie` (RFC 6265, section 5.2; `crates/edge-gate/src/cookies.rs` reads `Set-Cookie`). */

/** The text that deletes the cookie, if that is what `text` does at `now`. */
export function deletion(text: string, now: number): string | undefined {
  // A browser reads no further than this.
  const line = text.split(/[\0\r\n]/)[0]!;
  let age: number | undefined;
  let expires: number | undefined;
  for (const attribute of line.split(";").slice(1)) {
    const [, name, value] = /^[\t ]*([^=]*?)[\t ]*(?:=[\t ]*(.*?)[\t ]*)?$/.exec(attribute)!;
    // Of two with a name, the last that can be read counts.
    if (/^max-age$/i.test(name!) && /^-?\d+$/.test(value ?? "")) age = +value!;
    if (/^expires$/i.test(name!)) expires = cookieDate(value ?? "") ?? expires;
  }
  // It is written so that it deletes even where a browser reads a date in another way.
  return (age === undefined ? expires! <= now : age <= 0) ? line + ";Max-Age=0" : undefined;
}

/** A date as cookies have it (RFC 6265, section 5.1.1), in milliseconds since 1970; nothing if it is none. */
function cookieDate(text: string): number | undefined {
  let time: number[] | undefined;
  let day: number | undefined;
  let month: number | undefined;
  let year: number | undefined;
  for (const token of text.split(/[\t -/;-@[-`{-~]+/)) {
    const clock = /^(\d\d?):(\d\d?):(\d\d?)(?!\d)/.exec(token);
    const number = /^(\d{1,4})(?!\d)/.exec(token)?.[1] ?? "";
    const named = "janfebmaraprmayjunjulaugsepoctnovdec".search(token.slice(0, 3).toLowerCase() || "-") / 3;
    if (!time && clock) time = clock.slice(1).map(Number);
    else if (day === undefined && number && number.length < 3) day = +number;
    else if (month === undefined && token.length > 2 && Number.isInteger(named) && named >= 0) month = named;
    else if (year === undefined && number.length > 1) year = +number + (+number < 70 ? 2000 : +number < 100 ? 1900 : 0);
  }
  if (!time || day === undefined || month === undefined || year === undefined) return;
  const [hours, minutes, seconds] = time as [number, number, number];
  if (day < 1 || day > 31 || year < 1601 || hours > 23 || minutes > 59 || seconds > 59) return;
  return Date.UTC(year, month, day, hours, minutes, seconds);
}
