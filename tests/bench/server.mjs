/**
 * Serves the contestants' pages and files, compressed once, at brotli's best. The pages are for one
 * origin, the files for another: the same port by two names.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { extname } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const KINDS = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

/** The tag as the demo site's page has it: what a contestant's set-up takes the place of. */
const TAG = /^ *<script src="[^"]*\/t\/bench\.js"><\/script>\n/m;

/** The page with a contestant's set-up in its head. */
export function pageWith(page, { head }) {
  if (!TAG.test(page)) throw new Error("the page has no consent tag to replace");
  return page.replace(TAG, () => (head ? `  ${head}\n` : ""));
}

/**
 * Serves until it is closed.
 *
 * @param {number} port
 * @param {string} page The demo site's page, with the consent tag.
 * @param {import("./contestants.mjs").Contestant[]} contestants
 */
export async function serve(port, page, contestants) {
  const answers = new Map();
  for (const contestant of contestants) {
    answers.set(`/${contestant.id}/`, answer(".html", Buffer.from(pageWith(page, contestant)), "no-store"));
    for (const [path, body] of Object.entries(contestant.files)) {
      answers.set(path, answer(extname(path), body, "public, max-age=3600"));
    }
  }
  const server = createServer(({ url }, response) => {
    const found = answers.get(new URL(url, "http://localhost").pathname);
    if (!found) response.writeHead(404).end();
    else response.writeHead(200, found.headers).end(found.body);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function answer(ending, plain, cacheControl) {
  const body = brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  });
  const headers = {
    "content-type": KINDS[ending],
    "content-encoding": "br",
    "content-length": body.length,
    "cache-control": cacheControl,
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
  };
  return { headers, body };
}
