/** What a page's script assigns to `document.cookie` is read as a browser reads it (RFC 6265, section 5.2). */
import { deletion } from "../../../consent-widget/loader/gate/cookie-text";
import { expect, service, test } from "../support/lab";

/** The attributes, and whether the browser is told to delete. */
const CASES: [attributes: string, deletes: boolean][] = [
  ["", false],
  ["; path=/", false],
  ["; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/", true],
  [";EXPIRES = Thu, 01-Jan-70 00:00:01 GMT ", true],
  ["; expires=Thu Jan 1 0:0:0 1970", true],
  ["; expires=1970 00:00:00 january 1st", true],
  ["; expires=Fri, 31 Dec 2100 23:59:59 GMT", false],
  ["; expires=Fri, 01 Jan 69 00:00:00 GMT", false],
  ["; expires=0", false],
  ["; expires=", false],
  ["; expires=Thu, 32 Jan 1970 00:00:00 GMT", false],
  ["; expires=Thu, 01 Jan 1970 24:00:00 GMT", false],
  ["; Max-Age=0", true],
  ["; max-age=-1; path=/", true],
  [";max-age = 0 ", true],
  ["; max-age=+0", false],
  ["; max-age=0.5", false],
  ["; max-age=", false],
  ["; max-age", false],
  ["&max-age=0&b; max-age=600", false],
  ["; path=/max-age=0", false],
  ["; max-age=600; max-age=0", true],
  ["; max-age=0; max-age=600", false],
  ["; max-age=600; expires=Thu, 01 Jan 1970 00:00:00 GMT", false],
  ["; max-age=0; expires=Fri, 31 Dec 2100 23:59:59 GMT", true],
  ["; max-age=none; expires=Thu, 01 Jan 1970 00:00:00 GMT", true],
  ["\n; max-age=0", false],
];

test("an assignment deletes if its attributes say so", () => {
  expect(CASES.map(([attributes]) => [attributes, deletion(`_pub=1${attributes}`, Date.now()) !== undefined])).toEqual(CASES);
});

test("the browser agrees: what deletes is let through, and nothing else is written", async ({ lab }) => {
  const cookies = [{ name: "_pub*", lifetime: "P13M" }];
  await lab.publish({ blocking: "automatic", services: [service("pub", "marketing", { cookies })] });
  await lab.open("<p>Page</p>");
  const context = lab.page.context();
  for (const [attributes, deletes] of CASES) {
    const pub = async () => (await context.cookies()).filter(({ name, value }) => name.startsWith("_pub") || value.startsWith("_pub"));
    await lab.page.evaluate((attributes) => (document.cookie = `_pub_new=a${attributes}`), attributes);
    expect(await pub(), attributes).toEqual([]);
    await context.addCookies([{ name: "_pub_old", value: "1", url: lab.origin + "/" }]);
    await lab.page.evaluate((attributes) => (document.cookie = `_pub_old=${attributes}`), attributes);
    expect((await pub()).map(({ value }) => value), attributes).toEqual(deletes ? [] : ["1"]);
    await context.clearCookies({ name: "_pub_old" });
  }
  // A cookie without a name is sent as if its value began with one.
  await lab.page.evaluate(() => {
    document.cookie = "=_pub_x=1";
    document.cookie = "_pub_x";
  });
  expect((await context.cookies()).filter(({ name, value }) => (name + value).startsWith("_pub"))).toEqual([]);
});
