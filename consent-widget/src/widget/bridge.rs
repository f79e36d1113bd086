//! The loader as the widget sees it: `Bridge` and `Command` in `loader/page/start.ts`.

use consent_core::calendar::Timestamp;
use consent_core::ident::MaterialDigest;
use consent_core::text::LanguageTag;
use consent_core::{
    Consent, ConsentStatus, Decision, Layer, NoticeHash, Purpose, ServiceAnswers, ServiceId, SiteId,
};
use wasm_bindgen::prelude::*;

use super::json::{Json, object, write_decision};
use super::session::{Answer, Asked, Changes};

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
    /// The optional purposes asked for, and their names.
    pub purposes: Vec<(Purpose, String)>,
    /// The services, each with its purpose.
    pub services: Vec<(ServiceId, Purpose)>,
    /// How long a choice is kept, in calendar months.
    pub months: u16,
    /// The domain whose subdomains share the choice.
    pub domain: Option<String>,
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
    /// The dialog, in the page and closed; fetched when it is first asked for.
    #[wasm_bindgen(method)]
    pub fn dialog(this: &Bridge) -> js_sys::Promise;
    /// Whether the browser sends Global Privacy Control.
    #[wasm_bindgen(method, getter)]
    pub fn gpc(this: &Bridge) -> bool;
    /// Does with a receipt (JSON) what a button of the dialog says: the holder's secret is for asking
    /// the server.
    #[wasm_bindgen(method)]
    pub fn receipt(this: &Bridge, action: &str, secret: &str, receipt: &str);
    /// Gets the queued commands, then each new one.
    #[wasm_bindgen(method)]
    pub fn attend(this: &Bridge, handler: &Closure<dyn Fn(Command)>);
    #[wasm_bindgen(method)]
    fn settle(this: &Bridge, settled: JsValue);
    /// Hands the page its last receipt (JSON): one that the server has just given or, once that is
    /// erased, what is left.
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
                .filter_map(|purpose| Some((purpose, purposes.text(purpose.as_str())?)))
                .collect(),
            services: json
                .get("services")
                .entries()
                .into_iter()
                .filter_map(|(id, service)| Some((id.parse().ok()?, service.member("purpose")?)))
                .collect(),
            months: json.number("months")? as u16,
            domain: json.text("domain"),
        })
    }

    /// Opens the gate for a decision and tells the page and the visitor.
    pub fn settled(&self, decision: Decision, services: &ServiceAnswers, status: ConsentStatus) {
        let granted = |consent: Consent| (consent == Consent::Granted).into();
        let services: Vec<_> = services
            .iter()
            .map(|(id, consent)| (id.as_str(), granted(consent)))
            .collect();
        self.settle(object(&[
            ("consent", write_decision(decision, granted)),
            ("services", object(&services)),
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
            "save" => Answer::Save(changes(self.consent())),
            "gpc" => Answer::PrivacySignal,
            "import" => Answer::Import(changes(self.consent())),
            _ => return None,
        };
        Some(Asked {
            answer,
            layer: match &*self.layer() {
                "banner" => Layer::Banner,
                "dialog" => Layer::Dialog,
                "placeholder" => Layer::Placeholder,
                _ => Layer::None,
            },
            trusted: self.trusted(),
            at: Timestamp::from_clock(self.at()),
            notice: self.notice().parse().ok()?,
        })
    }
}

/// Reads `{statistics: true, services: {youtube: false}}`. Only `true` grants; what is not a boolean
/// changes nothing.
fn changes(consent: JsValue) -> Changes {
    let json = Json::new(consent);
    let answer = |value: &Json| {
        value.boolean().map(|granted| {
            if granted {
                Consent::Granted
            } else {
                Consent::Denied
            }
        })
    };
    Changes {
        purposes: Purpose::OPTIONAL
            .into_iter()
            .filter_map(|purpose| Some((purpose, answer(&json.get(purpose.as_str()))?)))
            .collect(),
        services: json
            .get("services")
            .entries()
            .into_iter()
            .filter_map(|(id, value)| Some((id.parse().ok()?, answer(&value)?)))
            .collect(),
    }
}
