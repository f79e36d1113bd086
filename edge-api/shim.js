// What the runtime calls: the Worker's entry and its objects, kept alive when the program stops.
//
// WebAssembly that has panicked, run out of stack, or been left by an exception is not to be trusted any more: the next
// call gets a new instance, and each object is constructed anew in it before it answers. Whatever was under way in the
// old one would wait for ever. So each request has a ticket, `contain.rs` says whose is worked on, and when the program
// stops, whoever is to blame is answered with a 500 and everybody else's request runs again. `docs/adr/0020-one-request.md`
// says why, and what it does not cover. `./index.js` is what wasm-bindgen makes.
import { WorkerEntrypoint } from "cloudflare:workers";
import * as exports from "./index.js";

Error.stackTraceLimit = 100;
const state = exports.__worker_init_state();

/** How often a request runs again because of others. */
const MOST_RUNS = 5;
/** The largest body that is read before the request runs, so that it can run again, in bytes. */
const LARGEST_COPY = 16 * 1024;
const CALLER = "x-temoin-caller";

/** What runs in the instance: by ticket, how it ends if the instance does, and the ticket of whoever waits for it. */
const underWay = new Map();
let newest = 0;
let worked = 0;
/** Names this isolate in a ticket that crosses to an object, which may be in another one. */
let isolate = "";

globalThis.temoinTickets = {
  enter: (ticket) => {
    const before = worked;
    worked = ticket;
    return before;
  },
  current: () => `${isolate}/${worked}`,
};

/** The instance is not to be trusted any more: ends all that is under way in it. */
function stopped(error) {
  console.error("the program stopped, and starts anew", error);
  state.criticalError = true;
  const blamed = new Set();
  for (let ticket = worked; ticket && !blamed.has(ticket); ticket = underWay.get(ticket)?.caller) blamed.add(ticket);
  worked = 0;
  const ended = [...underWay];
  underWay.clear();
  for (const [ticket, { end }] of ended) end({ stopped: blamed.has(ticket) ? "blamed" : "innocent" });
}

/** Whether an error has left the instance as no Rust code lets it: the glue reports all others as rejections. */
const isStop = (error) => worked || error instanceof WebAssembly.RuntimeError || error instanceof RangeError;

addEventListener("error", ({ error }) => {
  if (isStop(error)) stopped(error);
});

function renew() {
  if (!state.criticalError) return;
  exports.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId++;
}

/** Runs something in the instance. Resolves to its value, its error, or how the instance's end concerns it. */
function run(caller, call) {
  renew();
  const ticket = ++newest;
  return new Promise((end) => {
    underWay.set(ticket, { end, caller });
    worked = ticket;
    try {
      call(ticket).then(
        (value) => end({ value }),
        (error) => end({ error }),
      );
      worked = 0;
    } catch (error) {
      stopped(error);
    }
  }).finally(() => underWay.delete(ticket));
}

function problem(status, name, title, detail) {
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store", "access-control-allow-origin": "*" };
  if (status === 503) headers["retry-after"] = "1";
  const type = `urn:temoin:problem:${name}`;
  return new Response(JSON.stringify({ type, title, status, detail }), { status, headers });
}

export default class extends WorkerEntrypoint {
  async fetch(request) {
    isolate ||= crypto.randomUUID();
    // A GET may come with a body, which nothing reads, and which no request can be made with.
    const length = !/^(GET|HEAD)$/.test(request.method) && request.body && request.headers.get("content-length");
    const copy = length && length <= LARGEST_COPY ? await request.arrayBuffer() : undefined;
    for (let runs = 1; ; runs++) {
      const asked = copy ? new Request(request, { body: copy }) : request;
      const { value, error, stopped } = await run(0, (ticket) => {
        asked.ticket = ticket;
        return exports.fetch.call(this, asked, this.env, this.ctx);
      });
      if (error) throw error;
      if (!stopped) return value;
      if (stopped === "blamed") {
        return problem(500, "internal", "The server failed", "the server failed on this request; its operator finds why in the server's log");
      }
      if (asked.once || asked.bodyUsed && !copy || runs === MOST_RUNS) {
        return problem(503, "interrupted", "The server was interrupted", "another request stopped the server while it worked on this one; send it again");
      }
    }
  }
}

/** An object of a class of the program. It is constructed anew in each instance, before it answers there. */
const object = (Class) =>
  class {
    #construct;
    #object;
    #instance;

    constructor(context, env) {
      this.#construct = () => {
        this.#object = new Class(context, env);
        this.#instance = state.instanceId;
      };
    }

    async #run(caller, name, request) {
      const { value, error, stopped } = await run(caller, (ticket) => {
        if (this.#instance !== state.instanceId) this.#construct();
        if (request) request.ticket = ticket;
        return this.#object[name](request);
      });
      if (error) throw error;
      if (stopped) throw new Error(stopped === "blamed" ? "the server failed on this request" : "another request stopped the server");
      return value;
    }

    fetch(request) {
      const [from, ticket] = (request.headers.get(CALLER) ?? "").split("/");
      return this.#run(from && from === isolate ? Number(ticket) : 0, "fetch", request);
    }

    alarm() {
      return this.#run(0, "alarm");
    }
  };

export const Anchor = object(exports.Anchor);
export const Directory = object(exports.Directory);
export const Site = object(exports.Site);
