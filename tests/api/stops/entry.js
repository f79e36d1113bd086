// The server's entry for tests of what stops it: what a request names in a header, or in a query for an object, happens to
// the program while it works on that request, at the place where it asks the runtime for something.
import program from "trap.wasm";
export { default, Anchor, Directory, Site } from "index.js";

const { trap } = new WebAssembly.Instance(program).exports;
const overflow = () => overflow() + 1;
const happens = {
  // What a panic does: the instruction `unreachable`.
  panic: trap,
  overflow,
  // What the program expects of the runtime, and answers by itself.
  exception: () => {
    throw new TypeError("the runtime refuses");
  },
};

const get = Headers.prototype.get;
Headers.prototype.get = function (name) {
  const value = get.call(this, name);
  const [, what] = /^(?:Bearer |.*"query":"before=)(panic|overflow|exception)/.exec(value ?? "") ?? [];
  const here = name === "authorization" || name === "x-temoin-request";
  if (what && here) happens[what]();
  return value;
};
