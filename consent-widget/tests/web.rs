//! The widget in a real browser, against a bridge that only records its calls.
//! Journeys with the loader and the server are in `tests/browser`.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = r##"
// The dialog's skeleton, as `markup/dialog.rs` renders it.
const html = `
  <div class="temoin-head"><button type="button" data-action="close">Fermer</button></div>
  <p data-slot="gpc" hidden>Signal respecté</p>
  <section class="temoin-mine" data-slot="mine" hidden><dl>
    <dd data-slot="chosen_on"></dd><dd data-slot="valid_until"></dd>
    <dd data-slot="receipt" data-waiting="Le reçu arrivera."></dd></dl>
    <button type="button" data-action="withdraw">Retirer</button>
    <div data-slot="proof" hidden><button type="button" data-action="verify">Vérifier</button>
    <button type="button" data-action="download">Télécharger</button></div>
    <details data-slot="past"><ol data-slot="history" data-granted="oui" data-denied="non"></ol>
    <button type="button" data-action="erase">Effacer</button>
    <button type="button" data-action="erase_confirm">Pour de bon</button></details>
    <p data-slot="erased" data-done="Effacées" data-failed="Plus tard"></p></section>
  <input type="checkbox" name="statistics">
  <input type="checkbox" name="service-mesure" value="mesure" data-purpose="statistics">
  <input type="checkbox" name="service-essai" value="essai" data-purpose="statistics">
  <button type="button" data-action="reject_all">Tout refuser</button>
  <button type="button" data-action="accept_all">Tout accepter</button>
  <button type="button" data-action="save">Enregistrer</button>`;

// The server answers no report. The test runner's own requests go through.
const fetch_really = window.fetch;
window.fetch = async (url, ...more) => {
  if (String(url).includes("/v1/sites/")) throw new TypeError("offline");
  return fetch_really(url, ...more);
};

export function make_bridge(queue) {
  document.getElementById("cookie-consent")?.remove();
  const root = document.createElement("div");
  root.id = "cookie-consent";
  root.innerHTML = `<dialog>${html}</dialog>`;
  document.body.append(root);
  const bridge = {
    site: {
      site: "relais", notice: "ab".repeat(32), material: "0123456789ab", language: "fr-CA",
      purposes: { statistics: "Statistiques" }, months: 13,
      services: { mesure: { purpose: "statistics" }, essai: { purpose: "statistics" } },
    },
    server: "http://127.0.0.1:9", gpc: false, settled: [], failed: [],
    loadDialog: () => Promise.resolve(root.firstChild),
    showDialog: () => root.firstChild.open || root.firstChild.showModal(),
    asked: [],
    useReceipt(...asked) { this.asked.push(asked); },
    setCommandHandler(handler) { this.run = handler; queue.forEach(handler); },
    applyDecision(decision) { this.settled.push(decision); },
    complete() {},
    setReceipt() {},
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
// Stores a choice made a second ago, and its receipt, with a member of a later version.
export const hold = () => {
  const at = Date.now() - 1000;
  localStorage.setItem("consent_temoin", `c1.gdgd.${at}.${at + 864e5}.0123456789ab`);
  const decision = { necessary: "granted", preferences: "denied", statistics: "granted", marketing: "denied" };
  const receipt = { id: "relais." + "0a".repeat(16), time: "2026-11-22T20:27:45.120Z", decision, later: { "9": 1 } };
  localStorage.setItem("consent_temoin_wallet", JSON.stringify({ consent_id: "0b".repeat(16), receipts: [receipt] }));
  return JSON.stringify(receipt);
};
export const asked = (bridge) => JSON.stringify(bridge.asked);
export const services = () => (localStorage.getItem("consent_temoin") ?? "").split(".")[5] ?? "";
export const boxes = () => [...document.querySelectorAll("#cookie-consent input")]
  .map((box) => (box.indeterminate ? "~" : "") + (box.checked ? "1" : "0")).join(" ");
export const text = (selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent).join("|");
export const click = (selector) => document.querySelector(selector).click();
export const frame = () => new Promise((done) => setTimeout(done, 50));
"##)]
extern "C" {
    fn make_bridge(queue: js_sys::Array) -> JsValue;
    fn command(action: &str, layer: &str, consent: &JsValue) -> JsValue;
    fn run(bridge: &JsValue, command: &JsValue);
    fn told(bridge: &JsValue) -> String;
    fn stored() -> String;
    fn cookie() -> String;
    fn outbox() -> String;
    fn forget();
    fn hold() -> String;
    fn asked(bridge: &JsValue) -> String;
    fn services() -> String;
    fn boxes() -> String;
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

async fn open(bridge: &JsValue) {
    run(bridge, &command("open", "banner", &JsValue::UNDEFINED));
    next_frame().await;
}

#[wasm_bindgen_test]
async fn nothing_is_ticked_until_something_is_chosen() {
    let bridge = start(&[]);
    open(&bridge).await;
    assert_eq!(text("#cookie-consent dialog[open] h2"), "");
    assert_eq!(boxes(), "0 0 0");
    assert_eq!(text("#cookie-consent [data-slot=mine]:not([hidden])"), "");
    assert_eq!(told(&bridge), "[]");
}

#[wasm_bindgen_test]
async fn a_tick_is_stored_only_by_the_button() {
    let bridge = start(&[]);
    open(&bridge).await;
    click("#cookie-consent input[name=statistics]");
    click("#cookie-consent [data-action=close]");
    assert_eq!((told(&bridge).as_str(), stored().as_str()), ("[]", ""));
    open(&bridge).await;
    assert_eq!(boxes(), "0 0 0");
    click("#cookie-consent input[name=statistics]");
    click("#cookie-consent [data-action=save]");
    assert_eq!(told(&bridge), r#"[["given",true]]"#);
    assert_eq!((outbox().as_str(), services().as_str()), ("save", ""));
}

#[wasm_bindgen_test]
async fn a_purpose_takes_its_services_along_and_they_it() {
    let bridge = start(&[]);
    open(&bridge).await;
    click("#cookie-consent input[name=statistics]");
    assert_eq!(boxes(), "1 1 1");
    click("#cookie-consent input[value=mesure]");
    assert_eq!(boxes(), "~1 0 1");
    click("#cookie-consent input[value=essai]");
    assert_eq!(boxes(), "0 0 0");
    click("#cookie-consent input[value=essai]");
    assert_eq!(boxes(), "~0 0 1");
    click("#cookie-consent [data-action=save]");
    assert_eq!(services(), "gessai");
    assert_eq!(told(&bridge), r#"[["given",false]]"#);
    open(&bridge).await;
    assert_eq!(boxes(), "~0 0 1");
}

#[wasm_bindgen_test]
async fn my_consent_says_that_the_receipt_is_on_its_way() {
    let bridge = start(&[command("accept_all", "banner", &JsValue::UNDEFINED)]);
    open(&bridge).await;
    assert_eq!(
        text("#cookie-consent [data-slot=receipt]"),
        "Le reçu arrivera."
    );
    assert_eq!(boxes(), "1 1 1");
    assert_eq!(
        text("#cookie-consent [data-slot=mine]:not([hidden]) button:not([hidden], [hidden] *)"),
        "Retirer"
    );
    click("#cookie-consent [data-action=withdraw]");
    assert_eq!(told(&bridge), r#"[["given",true],["withdrawn",false]]"#);
    open(&bridge).await;
    assert_eq!(
        text("#cookie-consent .temoin-mine > button:not([hidden])"),
        ""
    );
    assert_eq!(boxes(), "0 0 0");
}

#[wasm_bindgen_test]
async fn the_receipt_is_handed_over_as_it_is_kept_with_the_secret_to_ask_for_it() {
    let bridge = start(&[]);
    let receipt = hold();
    open(&bridge).await;
    assert_eq!(
        text("#cookie-consent [data-slot=mine] button:not([hidden], [hidden] *)"),
        "Retirer|Vérifier|Télécharger|Effacer"
    );
    click("#cookie-consent [data-action=verify]");
    let secret = "0b".repeat(16);
    let expected = serde_json::json!([["verify", secret, receipt]]);
    assert_eq!(asked(&bridge), expected.to_string());
}
