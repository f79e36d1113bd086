import type { Caller } from "./caller";

export default ((types, _moment, find) => {
  find("_hsp", []).push(["setHubSpotConsent", types(true, false)]);
}) satisfies Caller;
