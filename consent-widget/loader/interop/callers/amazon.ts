import type { Caller } from "./caller";

export default ((types, _moment, find, { country }, again) => {
  const consent = find("amznConsent");
  if (!consent) {
    for (const place of [window, window.document]) place.addEventListener("load", again, { capture: true, once: true });
    return false;
  }
  const { ad_storage, user_data } = types(true, false);
  consent().setCountryCode(country).setEnableAdStorage(ad_storage).setEnableUserData(user_data).build();
}) satisfies Caller;
