//! The widget in a real browser, against a bridge that only writes down what it is told.
//! The whole way, loader and server included, is in `tests/browser`.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = r#"
const view = {
  language: "fr-CA", site: "relais", intro: "Introduction", purposes: ["statistics"],
  policy: { version: "1", url: "/p" },
  services: [{
    name: "Mesure", purpose: "statistics", recipient: "Mesure inc.", country: "CA",
    policy_url: "https://mesure.example/", description: "Compte.",
    cookies: [{ name: "_m", lifetime: "P13M" }, { name: "_s", lifetime: "session" }],
  }],
  texts: {
    banner: { reject_all: "Tout refuser", accept_all: "Tout accepter" },
    dialog: {
      title: "Choisir", always_on: "Toujours", services: "Services", recipient: "Destinataire",
      country: "Pays", cookies: "Témoins", session: "visite", service_policy: "Politique",
      save: "Enregistrer", close: "Fermer", withdraw: "Retirer", your_choice: "Mon consentement",
      chosen_on: "Choix fait le", valid_until: "Jusqu’au", receipt: "Reçu",
      receipt_waiting: "Le reçu arrivera.",
    },
    purposes: {
      necessary: { name: "Nécessaires", description: "N" },
      statistics: { name: "Statistiques", description: "S" },
    },
  },
};

// The server: answers the notice, and lets every report wait. What the test runner itself
// fetches is left alone.
const fetch_really = window.fetch;
window.fetch = async (url, ...more) => {
  if (String(url).includes("/v1/notices/")) return new Response(JSON.stringify(view));
  if (String(url).includes("/v1/sites/")) throw new TypeError("offline");
  return fetch_really(url, ...more);
};

export function make_bridge(queue) {
  document.getElementById("cookie-consent")?.remove();
  const root = document.createElement("div");
  root.id = "cookie-consent";
  document.body.append(root);
  const bridge = {
    site: {
      site: "relais", notice: "ab".repeat(32), material: "0123456789ab", language: "fr-CA",
      purposes: { statistics: "Statistiques" }, months: 13,
    },
    server: "http://127.0.0.1:9", root, settled: [], failed: [],
    attend(handler) { this.run = handler; queue.forEach(handler); },
    settle(settled) { this.settled.push(settled); },
    keep() {},
    unavailable(message) { this.fail(message); },
    fail(message) { this.failed.push(message); },
  };
  return bridge;
}

export const command = (action, layer, consent) =>
  ({ action, layer, trusted: true, at: Date.now(), notice: "ab".repeat(32), consent });
export const run = (bridge, command) => bridge.run(command);
export const told = (bridge) => JSON.stringify(bridge.settled.map((one) => [one.status, one.consent.statistics]));
export const stored = () => localStorage.getItem("consent_temoin") ?? "";
export const cookie = () => document.cookie;
export const outbox = () => JSON.parse(localStorage.getItem("consent_temoin_outbox") ?? "[]").map((r) => r.method).join();
export const forget = () => { localStorage.clear(); document.cookie = "consent_temoin=;Max-Age=0;Path=/"; };
export const text = (selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent).join("|");
export const click = (selector) => document.querySelector(selector).click();
export const frame = () => new Promise((done) => setTimeout(done, 50));
"#)]
extern "C" {
    fn make_bridge(queue: js_sys::Array) -> JsValue;
    fn command(action: &str, layer: &str, consent: &JsValue) -> JsValue;
    fn run(bridge: &JsValue, command: &JsValue);
    fn told(bridge: &JsValue) -> String;
    fn stored() -> String;
    fn cookie() -> String;
    fn outbox() -> String;
    fn forget();
    fn text(selector: &str) -> String;
    fn click(selector: &str);
    fn frame() -> js_sys::Promise;
}

fn start(queue: &[JsValue]) -> JsValue {
    forget();
    let bridge = make_bridge(queue.iter().collect());
    consent_widget::start(bridge.clone().unchecked_into());
    bridge
}

async fn next_frame() {
    JsFuture::from(frame()).await.unwrap();
}

#[wasm_bindgen_test]
fn what_waited_in_the_queue_is_decided_at_once() {
    let bridge = start(&[command("accept_all", "banner", &JsValue::UNDEFINED)]);
    assert_eq!(told(&bridge), r#"[["given",true]]"#);
    assert!(stored().starts_with("c1.gdgd."), "{}", stored());
    assert!(cookie().contains(&format!("consent_temoin={}", stored())));
    assert_eq!(outbox(), "accept_all");
}

#[wasm_bindgen_test]
fn decisions_follow_each_other_and_all_wait_in_order() {
    let bridge = start(&[]);
    for action in ["reject_all", "accept_all", "withdraw"] {
        run(&bridge, &command(action, "dialog", &JsValue::UNDEFINED));
    }
    assert_eq!(
        told(&bridge),
        r#"[["refused",false],["given",true],["withdrawn",false]]"#
    );
    assert_eq!(outbox(), "reject_all,accept_all,withdraw");
    assert!(stored().starts_with("c1.gddd."));
}

#[wasm_bindgen_test]
async fn the_dialog_shows_every_text_of_the_notice() {
    let bridge = start(&[]);
    run(&bridge, &command("open", "banner", &JsValue::UNDEFINED));
    next_frame().await;
    let dialog = "#cookie-consent dialog[open]";
    assert_eq!(text(&format!("{dialog} h2")), "Choisir");
    assert_eq!(
        text(&format!("{dialog} .temoin-foot button")),
        "Tout refuser|Tout accepter|Enregistrer"
    );
    assert_eq!(
        text(&format!("{dialog} .temoin-service dd")),
        "Mesure inc.|Canada|_m (13\u{a0}mois), _s (visite)"
    );
    // One box for each optional purpose asked for, and none is ticked.
    assert_eq!(text(&format!("{dialog} label")), "Statistiques");
    assert_eq!(text(&format!("{dialog} input:checked")), "");
    assert_eq!(told(&bridge), "[]");
}

#[wasm_bindgen_test]
async fn a_tick_is_stored_only_by_the_button() {
    let bridge = start(&[]);
    run(&bridge, &command("open", "banner", &JsValue::UNDEFINED));
    next_frame().await;
    click("#cookie-consent input[name=statistics]");
    click("#cookie-consent [data-action=close]");
    assert_eq!((told(&bridge).as_str(), stored().as_str()), ("[]", ""));
    run(&bridge, &command("open", "banner", &JsValue::UNDEFINED));
    next_frame().await;
    click("#cookie-consent input[name=statistics]");
    click("#cookie-consent [data-action=save]");
    assert_eq!(told(&bridge), r#"[["given",true]]"#);
    assert_eq!(outbox(), "save");
}

#[wasm_bindgen_test]
async fn my_consent_says_that_the_receipt_is_on_its_way() {
    let bridge = start(&[command("accept_all", "banner", &JsValue::UNDEFINED)]);
    run(&bridge, &command("open", "none", &JsValue::UNDEFINED));
    next_frame().await;
    assert_eq!(text("#cookie-consent [data-receipt]"), "Le reçu arrivera.");
    assert_eq!(
        text("#cookie-consent .temoin-mine:not([hidden]) h3"),
        "Mon consentement"
    );
}
