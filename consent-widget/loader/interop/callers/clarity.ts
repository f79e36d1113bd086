import type { Caller } from "./caller";

export default ((types, _moment, find) => {
  // The queue is the one of Clarity's own snippet, which keeps a `clarity` that it finds.
  find("clarity", function clarity() {
    // eslint-disable-next-line prefer-rest-params
    (find("clarity").q ??= []).push(arguments);
  })("consentv2", types("granted", "denied"));
}) satisfies Caller;
