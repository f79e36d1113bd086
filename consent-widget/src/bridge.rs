//! The loader as the widget sees it: `Bridge` and `Command` in `loader/page.ts`.

use consent_core::calendar::Timestamp;
use consent_core::ident::MaterialDigest;
use consent_core::text::LanguageTag;
use consent_core::{Consent, ConsentStatus, Decision, Layer, NoticeHash, Purpose, SiteId};
use wasm_bindgen::prelude::*;

use crate::json::{Json, object, write_decision};
use crate::session::{Answer, Asked};

/// What the widget uses of `consent_core::loader::LoaderSite`.
pub struct Site {
    /// Its name.
    pub id: SiteId,
    /// The notice in force.
    pub notice: NoticeHash,
    /// What a choice answers.
    pub material: MaterialDigest,
    /// The language shown.
    pub language: LanguageTag,
    /// The optional purposes asked for.
    pub purposes: Vec<Purpose>,
    /// How long a choice is kept, in calendar months.
    pub months: u16,
}

#[wasm_bindgen]
extern "C" {
    /// The loader's side of the bridge.
    #[derive(Clone)]
    pub type Bridge;

    #[wasm_bindgen(method, getter, js_name = site)]
    fn site_value(this: &Bridge) -> JsValue;
    /// The consent server's origin.
    #[wasm_bindgen(method, getter)]
    pub fn server(this: &Bridge) -> String;
    /// The root element.
    #[wasm_bindgen(method, getter)]
    pub fn root(this: &Bridge) -> web_sys::HtmlElement;
    /// Gets the queued commands, then each new one.
    #[wasm_bindgen(method)]
    pub fn attend(this: &Bridge, handler: &Closure<dyn Fn(Command)>);
    #[wasm_bindgen(method)]
    fn settle(this: &Bridge, settled: JsValue);
    /// Hands the page a receipt (JSON) that the server has just given.
    #[wasm_bindgen(method)]
    pub fn keep(this: &Bridge, receipt: &str);
    /// Tells the page that something failed.
    #[wasm_bindgen(method)]
    pub fn fail(this: &Bridge, message: &str);
    /// Tells the page and the visitor that the dialog cannot be shown.
    #[wasm_bindgen(method)]
    pub fn unavailable(this: &Bridge, message: &str);

    /// Something the widget is asked to do.
    pub type Command;

    /// Its name.
    #[wasm_bindgen(method, getter)]
    pub fn action(this: &Command) -> String;
    #[wasm_bindgen(method, getter)]
    fn layer(this: &Command) -> String;
    #[wasm_bindgen(method, getter)]
    fn trusted(this: &Command) -> bool;
    #[wasm_bindgen(method, getter)]
    fn at(this: &Command) -> f64;
    #[wasm_bindgen(method, getter)]
    fn notice(this: &Command) -> String;
    #[wasm_bindgen(method, getter)]
    fn consent(this: &Command) -> JsValue;
}

impl Bridge {
    /// The site. `None` if the loader is of another version than this widget.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "1 to 13, and the cast saturates"
    )]
    pub fn site(&self) -> Option<Site> {
        let json = Json::new(self.site_value());
        let purposes = json.get("purposes");
        Some(Site {
            id: json.parsed("site")?,
            notice: json.parsed("notice")?,
            material: json.parsed("material")?,
            language: json.parsed("language")?,
            purposes: Purpose::OPTIONAL
                .into_iter()
                .filter(|purpose| purposes.has(purpose.as_str()))
                .collect(),
            months: json.number("months")? as u16,
        })
    }

    /// Opens the gate for a decision and tells the page and the visitor.
    pub fn settled(&self, decision: Decision, status: ConsentStatus) {
        self.settle(object(&[
            (
                "consent",
                write_decision(decision, |consent| (consent == Consent::Granted).into()),
            ),
            ("status", status.as_str().into()),
        ]));
    }
}

impl Command {
    /// The answer it asks for; `None` for a command that is not an answer.
    pub fn asked(&self) -> Option<Asked> {
        let answer = match &*self.action() {
            "accept_all" => Answer::AcceptAll,
            "reject_all" => Answer::RejectAll,
            "withdraw" => Answer::Withdraw,
            "save" => Answer::Save(changes(&self.consent())),
            _ => return None,
        };
        Some(Asked {
            answer,
            layer: match &*self.layer() {
                "banner" => Layer::Banner,
                "dialog" => Layer::Dialog,
                _ => Layer::None,
            },
            trusted: self.trusted(),
            at: Timestamp::from_clock(self.at()),
            notice: self.notice().parse().ok()?,
        })
    }
}

/// Reads `{statistics: true, …}`. Only `true` grants; what is not a boolean changes nothing.
fn changes(consent: &JsValue) -> Vec<(Purpose, Consent)> {
    Purpose::OPTIONAL
        .into_iter()
        .filter_map(|purpose| {
            let value = js_sys::Reflect::get(consent, &purpose.as_str().into()).ok()?;
            let consent = if value.as_bool()? {
                Consent::Granted
            } else {
                Consent::Denied
            };
            Some((purpose, consent))
        })
        .collect()
}
