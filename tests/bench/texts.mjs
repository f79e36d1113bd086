/** What every contestant says: the texts of the demo site `bench`, so that none has less to carry. */

export const TITLE = "Your cookies, your choice";
export const BODY =
  "Coastal Almanac uses cookies that it needs in order to work. Only if you agree, third parties (2) " +
  "would set others, for the purposes below. Your choice is kept for 13 months; change it or withdraw " +
  "it at any time with the “Cookies” button.";
export const PURPOSES_ASKED = "Purposes asked for: Preferences · Statistics · Marketing";
export const POLICY = { label: "Privacy policy", href: "#privacy" };
export const REJECT = "Refuse all";
export const ACCEPT = "Accept all";
export const CUSTOMIZE = "Customize";
export const SAVE = "Save my choice";
export const CLOSE = "Close and change nothing";
export const DIALOG_TITLE = "Choose my cookies";
export const DIALOG_INTRO =
  "Each purpose is refused until you accept it. Refusing takes nothing you asked for away from you.";

export const PURPOSES = [
  {
    id: "necessary",
    name: "Necessary",
    description:
      "Without them the site cannot give you what you ask for: security, a cart, and the memory of this very choice.",
    service: "Your choice",
    cookies: [],
  },
  {
    id: "preferences",
    name: "Preferences",
    description: "To remember your settings, such as language or region.",
    service: "Reading size",
    cookies: ["reading_size"],
  },
  {
    id: "statistics",
    name: "Statistics",
    description: "To count visits and know how the site is used.",
    service: "Tidewater Tally",
    cookies: ["_tally"],
  },
  {
    id: "marketing",
    name: "Marketing",
    description: "For advertising, and for what third parties embed in the page, such as videos.",
    service: "Harbour Ads",
    cookies: ["_hbr"],
  },
];
