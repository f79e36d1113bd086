/** Connections and other requests without an element; and which hosts are the site's own. */
import { expect, service, test } from "../support/lab";

const ADS = "https://pub.example";

test.beforeEach(async ({ lab }) => {
  await lab.publish({ blocking: "automatic", services: [service("pub", "marketing", { hosts: ["pub.example"] })] });
});

test("a connection that must wait fails as if the network did, and goes through once granted", async ({ lab }) => {
  const opened: string[] = [];
  lab.page.on("websocket", (socket) => opened.push(new URL(socket.url()).hostname));
  // The lab sees what is asked of a port that a browser refuses.
  const asked = () => lab.hits.filter((url) => url.startsWith(ADS));
  await lab.open("<p>Page</p>");
  const connect = () =>
    lab.page.evaluate(async (origin) => {
      const said: string[] = [];
      const socket = new WebSocket(origin.replace("https", "wss") + "/socket");
      socket.onerror = ({ type }) => said.push(type);
      // Nobody is there: it fails once granted too.
      await new Promise((done) => (socket.onclose = done));
      const source = new EventSource(origin + "/events");
      await new Promise((done) => (source.onopen = source.onerror = ({ type }) => (said.push(type), source.close(), done(0))));
      return [socket instanceof WebSocket, socket.url, socket.readyState, source.url, ...said];
    }, ADS);
  const addresses = [true, "wss://pub.example/socket", 3, `${ADS}/events`];
  expect(await connect()).toEqual([...addresses, "error", "error"]);
  expect(opened).not.toContain("pub.example");
  expect(asked()).toEqual([]);
  await lab.page.evaluate(() => window.Temoin.set({ marketing: true }));
  await expect.poll(() => lab.page.evaluate(() => window.Temoin.consent.marketing)).toBe(true);
  lab.answer(`${ADS}/events`, "text/event-stream", "data: x\n\n");
  expect(await connect()).toEqual([...addresses, "error", "open"]);
  expect(opened).toContain("pub.example");
  expect(asked()).toEqual([`${ADS}/events`]);
});

test("fonts, transports, and requests of another window's kind wait", async ({ lab }) => {
  await lab.open("<p>Page</p>");
  const said = await lab.page.evaluate(async (origin) => {
    const page = window as any;
    const failed = (made: () => Promise<unknown>) => made().then(() => "", () => "failed");
    const frame = document.body.appendChild(document.createElement("iframe")).contentWindow as typeof window & { Request: typeof Request };
    return [
      await failed(() => new FontFace("a", `url(${origin}/a.woff2)`).load()),
      await failed(() => new FontFace("b", `local("x"), url("${origin}/b.woff2") format("woff2")`).load()),
      await failed(() => new page.WebTransport(`${origin}/transport`).ready),
      await failed(() => fetch(new frame.Request(`${origin}/request`))),
      await failed(() => fetch(new URL(`${origin}/url`))),
      await failed(() => fetch(`${origin}/keepalive`, { keepalive: true })),
    ];
  }, ADS);
  expect(said).toEqual(Array(6).fill("failed"));
  await lab.atRest();
  expect(lab.hits).toEqual([]);
});

test("every way to set the address of an element, and every element that loads one", async ({ lab }) => {
  await lab.open("<p>Page</p>");
  await lab.page.evaluate((origin) => {
    const make = (name: string, attributes: Record<string, string>) => {
      const element = name.startsWith("svg:") ? document.createElementNS("http://www.w3.org/2000/svg", name.slice(4)) : document.createElement(name);
      document.body.append(element);
      for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
      return element;
    };
    let nth = 0;
    const address = () => `${origin}/${++nth}`;
    for (const rel of "stylesheet preload modulepreload prefetch icon manifest apple-touch-icon".split(" ")) {
      make("link", { rel, as: "style", href: address() });
      // The relation comes last.
      make("link", { href: address(), as: "style" }).setAttribute("rel", rel);
      (make("link", { href: address(), as: "style" }) as HTMLLinkElement).rel = rel;
    }
    make("link", { rel: "preload", as: "image", imagesrcset: `${address()} 1x` });
    make("input", { src: address() }).setAttribute("type", "image");
    make("object", { data: address() });
    make("video", { poster: address() });
    make("embed", { src: address() });
    make("iframe", { srcdoc: `<img src="${address()}">` });
    make("table", { background: address() });
    document.body.setAttribute("background", address());
    const drawing = make("svg:svg", {});
    drawing.innerHTML = `<image href="${address()}"/><image xlink:href="${address()}"/>`;
    const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
    drawing.append(image);
    image.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", address());
    image.href.baseVal = address();
    make("svg:script", { href: address() });
    const attribute = document.createAttribute("src");
    attribute.value = address();
    document.createElement("img").setAttributeNode(attribute);
    const named = document.createAttribute("src");
    named.value = address();
    const script = document.createElement("script");
    script.attributes.setNamedItem(named);
    document.body.append(script);
    const own = make("img", { src: "/own.gif", alt: "" });
    own.attributes.getNamedItem("src")!.value = address();
    document.body.appendChild(document.createElement("div")).contentEditable = "true";
    (document.body.lastElementChild as HTMLElement).focus();
    document.execCommand("insertHTML", false, `<img alt="" src="${address()}">`);
    document.execCommand("insertImage", false, address());
  }, ADS);
  await lab.atRest();
  expect(lab.hits).toEqual([]);
});

test("what the site's other origins serve is the site's own", async ({ lab }) => {
  const other = "https://autre-adresse.example";
  await lab.publish({ origins: [lab.origin, other] });
  await lab.open(`<script src="${other}/other.js"></script><img alt="" src="${other}/other.gif"><script src="https://voisin.example/stranger.js"></script>`);
  await expect.poll(() => lab.ran()).toEqual(["other"]);
  expect(await lab.page.evaluate(() => fetch("https://autre-adresse.example/data").then(({ ok }) => ok))).toBe(true);
});

test("a script that gets its type last is held, and released with that type", async ({ lab }) => {
  await lab.open("<p>Page</p>");
  await lab.page.evaluate((origin) => {
    for (const set of [
      (script: HTMLScriptElement) => (script.type = "module"),
      (script: HTMLScriptElement) => script.setAttribute("type", "module"),
    ]) {
      const script = document.createElement("script");
      script.setAttribute("src", `${origin}/module.js`);
      set(script);
      document.body.append(script);
    }
  }, ADS);
  await lab.atRest();
  expect(lab.hits).toEqual([]);
  await lab.page.evaluate(() => window.Temoin.set({ marketing: true }));
  // A module runs once, however often it is named.
  await expect.poll(() => lab.ran()).toEqual(["module"]);
  expect(await lab.page.locator('script[type="module"]').count()).toBe(2);
});
