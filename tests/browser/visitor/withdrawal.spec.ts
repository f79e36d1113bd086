import { expect, service, test, type Lab } from "../support/lab";

const THEM = "https://tiers.example";

const cookie = (name: string) => ({ name, lifetime: "P13M" });
const SERVICES = [
  service("panier", "necessary", { cookies: [cookie("panier")] }),
  service("mesure", "statistics", { cookies: [cookie("_ga"), cookie("_ga_*"), cookie("__Secure-m")] }),
  service("pub", "marketing", { cookies: [cookie("_fbp"), cookie("_ga_pub")] }),
];

/** A page deep in a subdomain, so that a script can write on it, on its parent, and on every folder. */
function place(lab: Lab): { domain: string; origin: string; page: string } {
  const domain = `${lab.site}.example`;
  const origin = `https://www.${domain}`;
  return { domain, origin, page: `${origin}/atelier/pots/bol` };
}

/** A second of silence, as a WAV file. */
function silence(): Buffer {
  const head = Buffer.from("RIFF....WAVEfmt ....................data....", "latin1");
  const samples = Buffer.alloc(8000, 128);
  head.writeUInt32LE(36 + samples.length, 4);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

const tag = (name: string, category: string) =>
  `<script type="text/plain" data-category="${category}" data-src="${THEM}/${name}.js"></script>`;

/** Names and places of the cookies, but ours. */
async function cookies(lab: Lab): Promise<string[]> {
  const all = await lab.page.context().cookies();
  return all
    .filter(({ name }) => !name.startsWith("consent_"))
    .map(({ name, domain, path }) => `${name} ${domain}${path}`)
    .sort();
}

const keys = (lab: Lab) =>
  lab.page.evaluate(() => [localStorage, sessionStorage].map((storage) => Object.keys(storage).filter((key) => !key.startsWith("consent_")).sort()));

test("withdrawing deletes what was granted, on every host and path where a script may write, and nothing else", async ({
  lab,
  visitor,
}) => {
  const { domain, origin, page } = place(lab);
  await lab.publish({ origins: [origin], services: SERVICES });
  lab.answer(
    `${THEM}/mesure.js`,
    "text/javascript",
    `const put = (text) => (document.cookie = text + ";Max-Age=9999");
    put("_ga=1;Path=/"); put("_ga=2;Path=/;Domain=${domain}"); put("_ga_X=3;Path=/;Domain=www.${domain}");
    put("_ga=4;Path=/atelier"); put("_ga=5;Path=/atelier/"); put("_ga=6;Path=/atelier/pots;Domain=${domain}"); put("_ga=7;Path=/atelier/pots/bol");
    put("__Secure-m=8;Path=/;Secure;Domain=${domain}");
    localStorage.setItem("_ga", "1"); sessionStorage.setItem("_ga_session", "1");
    (window.ran ??= []).push("mesure")`,
  );
  lab.answer(
    `${THEM}/pub.js`,
    "text/javascript",
    `document.cookie = "_fbp=1;Path=/;Domain=${domain};Max-Age=9999"; document.cookie = "_ga_pub=1;Path=/;Max-Age=9999";
    localStorage.setItem("_fbp", "1"); (window.ran ??= []).push("pub")`,
  );
  lab.serve(page, lab.html(`${tag("mesure", "statistics")}${tag("pub", "marketing")}
    <script>document.cookie = "panier=3;Path=/"; document.cookie = "inconnu=1;Path=/"; localStorage.panier = "3"; localStorage.inconnu = "1"</script>`));
  await lab.page.goto(page);
  const own = [`inconnu www.${domain}/`, `panier www.${domain}/`];
  expect(await cookies(lab)).toEqual(own);
  await visitor.accept();
  await expect.poll(() => lab.ran()).toEqual(["mesure", "pub"]);
  const ads = [`_fbp .${domain}/`, `_ga_pub www.${domain}/`];
  expect(await cookies(lab)).toHaveLength(8 + ads.length + own.length);
  expect(await keys(lab)).toEqual([["_fbp", "_ga", "inconnu", "panier"], ["_ga_session"]]);

  // One purpose taken back: the longer name decides whose `_ga_pub` is.
  await lab.page.evaluate(() => window.Temoin.set({ statistics: false }));
  await expect.poll(() => cookies(lab)).toEqual([...ads, ...own]);
  expect(await keys(lab)).toEqual([["_fbp", "inconnu", "panier"], []]);
  await visitor.reopenDialog();
  await visitor.button("withdraw", visitor.dialog).click();
  await expect.poll(() => cookies(lab)).toEqual(own);
  expect(await keys(lab)).toEqual([["inconnu", "panier"], []]);
  await expect.poll(async () => (await lab.auditor.records()).at(-1)).toMatchObject({ method: "withdraw", status: "withdrawn" });
});

test("a cookie of another folder goes when that folder is visited", async ({ lab, visitor }) => {
  const { domain, origin, page } = place(lab);
  await lab.publish({ origins: [origin], services: SERVICES });
  for (const address of [page, `${origin}/`]) lab.serve(address, lab.html("<p>Page</p>"));
  await lab.page.goto(page);
  await visitor.accept();
  await visitor.receipt();
  await lab.page.evaluate(() => (document.cookie = "_ga=1;Path=/atelier;Max-Age=9999"));
  await lab.page.goto(`${origin}/`);
  await lab.page.evaluate(() => window.Temoin.withdraw());
  await expect.poll(() => visitor.consentStatus()).toBe("withdrawn");
  // From here a page cannot reach it, and no server of the site's root is sent it.
  expect(await cookies(lab)).toEqual([`_ga www.${domain}/atelier`]);
  await lab.page.goto(page);
  expect(await cookies(lab)).toEqual([]);
});

test("what already runs can only be stopped by a reload: it is offered, and stops it", async ({ lab, visitor }) => {
  await lab.publish({ services: SERVICES });
  await lab.open(`${tag("mesure", "statistics")}<img alt="" data-category="marketing" data-src="${THEM}/pixel.gif">`);
  const reload = lab.page.locator(".temoin-reload");
  await visitor.accept();
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
  // An image does not run.
  await lab.page.evaluate(() => window.Temoin.set({ marketing: false }));
  await expect.poll(() => lab.auditor.count()).toBe(2);
  await expect(reload).toBeHidden();
  await lab.page.evaluate(() => window.Temoin.withdraw());
  await expect(reload).toBeVisible();
  await reload.locator("[data-action=close]").click();
  await expect(reload).toBeHidden();
  await lab.page.evaluate(() => window.Temoin.acceptAll());
  await expect.poll(() => visitor.consentStatus()).toBe("given");
  await expect(reload).toBeHidden();
  await lab.page.evaluate(() => window.Temoin.withdraw());
  await expect(reload).toBeVisible();
  await visitor.receipt();
  const hits = [...lab.hits];
  await Promise.all([lab.page.waitForEvent("load"), reload.locator("[data-action=reload]").click()]);
  await lab.atRest();
  expect(await lab.ran()).toEqual([]);
  expect(lab.hits).toEqual(hits);
  await expect(reload).toBeHidden();
  await expect(visitor.banner).toBeHidden();
});

test("whatever was let go waits again once it is taken back: nothing shows, plays or loads, and it comes back with the consent", async ({
  lab,
  visitor,
}) => {
  await lab.publish({ services: SERVICES });
  const film = silence();
  const waits = 'data-category="marketing"';
  lab.answer(`${THEM}/style.css`, "text/css", "main { color: rgb(1, 2, 3) }");
  await lab.page.route(`${THEM}/*.wav`, (route) => route.fulfill({ contentType: "audio/wav", body: film }));
  await lab.open(
    `<iframe ${waits} data-src="${THEM}/frame" title="Cadre"></iframe>
    <img ${waits} data-src="${THEM}/image.gif" data-srcset="${THEM}/set.gif 2x" alt="">
    <picture><source ${waits} data-srcset="${THEM}/picture.gif"><img alt=""></picture>
    <video ${waits} data-src="${THEM}/video.wav" loop></video>
    <video ${waits} loop><source data-src="${THEM}/source.wav" type="audio/wav"></video>
    <audio ${waits} data-src="${THEM}/audio.wav" loop></audio>
    <embed ${waits} data-src="${THEM}/embed">`,
    `<link rel="stylesheet" ${waits} data-href="${THEM}/style.css">`,
  );
  /** How many live addresses there are, what plays, and whether the style applies. */
  const state = () =>
    lab.page.evaluate(() => ({
      live: [...document.querySelectorAll("[data-category], [data-category] source")].filter((one) => one.matches("[src],[srcset],[href]")).length,
      playing: [...document.querySelectorAll("video,audio")].filter((one) => !(one as HTMLMediaElement).paused).length,
      styled: getComputedStyle(document.querySelector("main")!).color === "rgb(1, 2, 3)",
    }));
  const play = () =>
    lab.page.evaluate(() => Promise.all([...document.querySelectorAll<HTMLMediaElement>("video,audio")].map((one) => ((one.muted = true), one.play()))));
  await visitor.accept();
  await expect.poll(() => lab.hits.includes(`${THEM}/embed`)).toBe(true);
  await play();
  await expect.poll(state).toEqual({ live: 8, playing: 3, styled: true });
  const held = await lab.page.evaluateHandle(() => document.querySelector("video")!);
  await lab.page.evaluate(() => window.Temoin.withdraw());
  await expect.poll(state).toEqual({ live: 0, playing: 0, styled: false });
  await expect(lab.page.locator(".temoin-reload")).toBeHidden();
  await expect(lab.page.locator(".temoin-placeholder")).toBeVisible();
  await lab.page.evaluate(() => window.Temoin.acceptAll());
  await expect.poll(async () => (await state()).live).toBe(8);
  await play();
  await expect.poll(state).toEqual({ live: 8, playing: 3, styled: true });
  expect(await held.evaluate((video) => video.isConnected)).toBe(true);
});

test("what a script still writes after the withdrawal is deleted once more", async ({ lab, visitor }) => {
  await lab.publish({ services: SERVICES });
  lab.answer(
    `${THEM}/stubborn.js`,
    "text/javascript",
    `addEventListener("temoin:withdraw", () => setTimeout(() => {
      document.cookie = "_ga=again;Path=/;Max-Age=9999"; localStorage.setItem("_ga", "again");
      (window.ran ??= []).push("wrote " + document.cookie.includes("_ga=again"));
    }, 500)); (window.ran ??= []).push("stubborn")`,
  );
  await lab.open(tag("stubborn", "statistics"));
  await visitor.accept();
  await expect.poll(() => lab.ran()).toEqual(["stubborn"]);
  await lab.page.evaluate(() => window.Temoin.withdraw());
  await expect.poll(() => lab.ran()).toEqual(["stubborn", "wrote true"]);
  await expect.poll(() => cookies(lab)).toEqual([]);
  expect(await keys(lab)).toEqual([[], []]);
});

test("databases, caches and partitioned cookies are deleted too, on the page of the withdrawal or as soon as they are closed", async ({
  lab,
  visitor,
}) => {
  const { origin, page } = place(lab);
  await lab.publish({ origins: [origin], services: SERVICES });
  lab.serve(page, lab.html(tag("mesure", "statistics")));
  await lab.page.goto(page);
  await visitor.accept();
  await visitor.receipt();
  const kept = () =>
    lab.page.evaluate(async () => ({
      databases: (await indexedDB.databases()).map(({ name }) => name).sort(),
      caches: (await caches.keys()).sort(),
      cookies: (await window.cookieStore.getAll()).map(({ name }) => name).filter((name) => !name!.startsWith("consent_")).sort(),
    }));
  await lab.page.evaluate(async () => {
    const open = (name: string) =>
      new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open(name, 1);
        request.onsuccess = () => resolve(request.result);
      });
    for (const name of ["_ga_base", "panier", "ailleurs"]) (await open(name)).close();
    // The script that made it has it open, and closes it for nobody.
    (window as any).database = await open("_fbp");
    for (const name of ["_ga_cache", "panier", "ailleurs"]) await (await caches.open(name)).put("/x", new Response("x"));
    for (const name of ["_ga", "__Secure-m", "panier"]) document.cookie = `${name}=1;Secure;Partitioned;SameSite=None;Path=/;Max-Age=9999`;
  });
  expect(await kept()).toEqual({
    databases: ["_fbp", "_ga_base", "ailleurs", "panier"],
    caches: ["_ga_cache", "ailleurs", "panier"],
    cookies: ["__Secure-m", "_ga", "panier"],
  });
  await lab.page.evaluate(() => window.Temoin.withdraw());
  const rest = { databases: ["ailleurs", "panier"], caches: ["ailleurs", "panier"], cookies: ["panier"] };
  await expect.poll(kept).toMatchObject({ caches: rest.caches, cookies: rest.cookies });
  await lab.page.reload();
  await expect.poll(kept).toEqual(rest);
});

test("a page that comes back as it was left follows what was decided meanwhile", async ({ lab, visitor }) => {
  await lab.publish({ services: SERVICES });
  await lab.open(`${tag("mesure", "statistics")}<iframe title="Film" data-category="marketing" data-src="${THEM}/film"></iframe>`);
  await visitor.refuse();
  await visitor.receipt();
  const refused = (await visitor.stored()).local!;
  await lab.page.evaluate(() => window.Temoin.acceptAll());
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
  await expect(lab.page.frameLocator("iframe").getByText("film")).toBeVisible();
  // What another page of the site stored while this one was kept for "back".
  await lab.page.evaluate((text) => {
    localStorage.setItem("consent_temoin", text);
    document.cookie = `consent_temoin=${text};Path=/`;
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  }, refused);
  await expect(lab.page.locator(".temoin-placeholder")).toBeVisible();
  await expect(lab.page.locator(".temoin-reload")).toBeVisible();
  expect(await visitor.consent()).toMatchObject({ statistics: false, marketing: false });
});
