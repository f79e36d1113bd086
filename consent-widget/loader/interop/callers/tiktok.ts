import type { Caller } from "./caller";

export default ((types, moment, find) => {
  const call = types("grantConsent", moment === "default" ? "holdConsent" : "revokeConsent")["consent"];
  // TikTok's snippet keeps a `ttq` that it finds, and its script does what is in it, in order.
  const ttq = find("ttq", []);
  if (ttq[call]) ttq[call]();
  else ttq.push([call]);
}) satisfies Caller;
