import type { Caller } from "./caller";

export default ((types, _moment, find) => {
  // To be told is no event of the visitor's.
  const call = types(["opt_in_capturing", { captureEventName: false }], ["opt_out_capturing"])["consent"];
  // PostHog's snippet keeps a `posthog` that it finds, and its script does what is in it, in order. Of what waits there only the last word
  // counts: to opt out and in again would take from PostHog what it knows of the visitor.
  const posthog = find("posthog", []);
  if (Array.isArray(posthog)) {
    const waiting = posthog.findIndex((call) => /^opt_(in|out)_c/.test(call?.[0]));
    if (waiting >= 0) posthog.splice(waiting, 1);
    posthog.push(call);
  } else posthog[call[0]](...call.slice(1));
}) satisfies Caller;
