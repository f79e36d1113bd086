//! The loader as the widget sees it: `loader/page/bridge.ts`, `loader/page/command.ts`, and what
//! `loader/widget/main.ts` adds.

use consent_core::calendar::Timestamp;
use consent_core::ident::MaterialDigest;
use consent_core::stored::Asked;
use consent_core::text::LanguageTag;
use consent_core::{
    Consent, ConsentStatus, Decision, Layer, NoticeHash, Purpose, ServiceAnswers, SiteId,
};
use wasm_bindgen::prelude::*;

use super::answer::{Answer, AnswerRequest, Changes};
use super::json::{Json, object, write_decision};
use super::session::AskedService;

/// The members of `consent_core::loader::LoaderSite` that the widget uses.
pub struct Site {
    /// Its name.
    pub id: SiteId,
    /// The notice in force.
    pub notice: NoticeHash,
    /// What a stored choice must be an answer to.
    pub material: MaterialDigest,
    /// `consent_core::loader::LoaderSite::also`
    also: Json,
    /// The language shown.
    pub language: LanguageTag,
    /// The optional purposes asked for, and their names.
    pub purposes: Vec<(Purpose, String)>,
    /// What holds before the visitor answers.
    pub unanswered: Decision,
    /// The services.
    pub services: Vec<AskedService>,
    /// How long a choice is kept, in calendar months.
    pub months: u16,
    /// The domain whose subdomains share the choice.
    pub domain: Option<String>,
}

impl Asked for &Site {
    fn takes(self, material: MaterialDigest, grants: bool) -> bool {
        let also = || self.also.get(&material.to_string()).boolean();
        material == self.material || also().is_some_and(|whole| whole || !grants)
    }
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
    /// Fetches the dialog when it is first asked for, and puts it into the page, closed.
    #[wasm_bindgen(method, js_name = loadDialog)]
    pub fn load_dialog(this: &Bridge) -> js_sys::Promise;
    /// Adds to a report what only the page that sends it knows: the ticket of its loader, and the tools that were told.
    #[wasm_bindgen(method)]
    pub fn complete(this: &Bridge, report: &JsValue);
    /// Opens the dialog, once it is loaded.
    #[wasm_bindgen(method, js_name = showDialog)]
    pub fn show_dialog(this: &Bridge);
    /// Whether the browser sends Global Privacy Control.
    #[wasm_bindgen(method, getter)]
    pub fn gpc(this: &Bridge) -> bool;
    /// Does with a receipt (JSON) what a button of the dialog says; `secret` lets the holder ask the
    /// server about it.
    #[wasm_bindgen(method, js_name = useReceipt)]
    pub fn use_receipt(this: &Bridge, action: &str, secret: &str, receipt: &str);
    /// Sets the function that gets every command from now on, the queued ones first.
    #[wasm_bindgen(method, js_name = setCommandHandler)]
    pub fn set_command_handler(this: &Bridge, handler: &Closure<dyn Fn(Command)>);
    #[wasm_bindgen(method, js_name = applyDecision)]
    fn apply_decision_value(this: &Bridge, decision: JsValue);
    /// Sets the page's last receipt (JSON): one that the server has just given or, once that is
    /// erased, the one before it.
    #[wasm_bindgen(method, js_name = setReceipt)]
    pub fn set_receipt(this: &Bridge, receipt: &str);
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
        let until_refused = changes(&json.get("until_refused"));
        let is_on = |purpose| until_refused.of(purpose).is_some();
        Some(Site {
            id: json.parsed("site")?,
            notice: json.parsed("notice")?,
            material: json.parsed("material")?,
            also: json.get("also"),
            language: json.parsed("language")?,
            purposes: Purpose::OPTIONAL
                .into_iter()
                .filter_map(|purpose| Some((purpose, purposes.text(purpose.as_str())?)))
                .collect(),
            unanswered: Decision::before_answer(is_on, self.gpc()),
            services: json
                .get("services")
                .entries()
                .into_iter()
                .filter_map(|(id, service)| {
                    Some(AskedService {
                        id: id.parse().ok()?,
                        purpose: service.member("purpose")?,
                        exempt: service.get("exempt").boolean().is_some(),
                    })
                })
                .collect(),
            months: json.number("months")? as u16,
            domain: json.text("domain"),
        })
    }

    /// Opens the gate for a decision and tells the page and the visitor.
    pub fn apply_decision(
        &self,
        decision: Decision,
        services: &ServiceAnswers,
        status: ConsentStatus,
    ) {
        let granted = |consent: Consent| (consent == Consent::Granted).into();
        let services: Vec<_> = services
            .iter()
            .map(|(id, consent)| (id.as_str(), granted(consent)))
            .collect();
        self.apply_decision_value(object(&[
            ("consent", write_decision(decision, granted)),
            ("services", object(&services)),
            ("status", status.as_str().into()),
        ]));
    }
}

impl Command {
    /// The answer that it asks for; `None` for a command that is not an answer.
    pub fn answer_request(&self) -> Option<AnswerRequest> {
        let answer = match &*self.action() {
            "accept_all" => Answer::AcceptAll,
            "reject_all" => Answer::RejectAll,
            "withdraw" => Answer::Withdraw,
            "save" => Answer::Save(changes(&Json::new(self.consent()))),
            "gpc" => Answer::PrivacySignal,
            "import" => Answer::Import(changes(&Json::new(self.consent()))),
            _ => return None,
        };
        Some(AnswerRequest {
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
fn changes(json: &Json) -> Changes {
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
