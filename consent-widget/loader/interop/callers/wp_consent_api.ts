import type { Caller } from "./caller";

export default ((types, moment, find, tool, again) => {
  const granted = types(true, false);
  // Where a visitor has answered nothing, plugins ask which of both it is.
  if (moment === "default") {
    const { functional: _, ...optional } = granted;
    Object.assign(window, { wp_consent_type: Object.values(optional).includes(true) ? "optout" : "optin" });
  }
  const set = find("wp_set_consent");
  if (!set) {
    for (const place of [window, window.document]) place.addEventListener("load", again, { capture: true, once: true });
    return false;
  }
  // Before an answer, a cookie of the plugin's is changed only where it says something else.
  for (const category in granted) {
    if (moment !== "default" || find("wp_has_consent")?.(category) !== granted[category]) set(category, granted[category] ? "allow" : "deny");
  }
  tool.done ||= window.document.dispatchEvent(new CustomEvent("wp_consent_type_defined"));
}) satisfies Caller;
