/** A page with c15t's banner and dialog, as its quickstart has them, without a backend. */
import { ConsentBanner, ConsentDialog, ConsentManagerProvider } from "@c15t/react";
import "@c15t/react/styles.css";
import { createRoot } from "react-dom/client";
import * as texts from "./texts.mjs";

/** Its names for the four purposes. */
const CATEGORIES = {
  necessary: "necessary",
  preferences: "functionality",
  statistics: "measurement",
  marketing: "marketing",
};

const consentTypes = Object.fromEntries(
  texts.PURPOSES.map(({ id, name, description }) => [CATEGORIES[id], { title: name, description }]),
);

const options = {
  mode: "offline",
  consentCategories: Object.values(CATEGORIES),
  legalLinks: { privacyPolicy: { href: texts.POLICY.href, target: "_self", label: texts.POLICY.label } },
  i18n: {
    locale: "en",
    detectBrowserLanguage: false,
    messages: {
      en: {
        cookieBanner: { title: texts.TITLE, description: `${texts.BODY} ${texts.PURPOSES_ASKED}` },
        consentManagerDialog: { title: texts.DIALOG_TITLE, description: texts.DIALOG_INTRO },
        common: {
          acceptAll: texts.ACCEPT,
          rejectAll: texts.REJECT,
          customize: texts.CUSTOMIZE,
          save: texts.SAVE,
        },
        consentTypes,
      },
    },
  },
};

const root = document.createElement("div");
document.body.prepend(root);
createRoot(root).render(
  <ConsentManagerProvider options={options}>
    <ConsentBanner legalLinks={["privacyPolicy"]} />
    <ConsentDialog />
  </ConsentManagerProvider>,
);
