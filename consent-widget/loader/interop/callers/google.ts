import type { Caller } from "./caller";

export default ((types, moment, find, tool) => {
  const layer = find("dataLayer", []);
  // Google's tags take only an `arguments` object for a command.
  function gtag(..._command: unknown[]): void {
    // eslint-disable-next-line prefer-rest-params
    layer.push(arguments);
  }
  const states = types("granted", "denied");
  // Tag Manager starts the tags that it has held back at an event only, and hears none in an update.
  if (moment === "choice") layer.push({ event: "temoin_consent", temoin_consent: states });
  else if (moment === "update") gtag("consent", moment, states);
  else {
    gtag("consent", moment, { ...states, wait_for_update: tool.wait });
    if (tool.redaction) gtag("set", "ads_data_redaction", true);
    if (tool.passthrough) gtag("set", "url_passthrough", true);
  }
}) satisfies Caller;
