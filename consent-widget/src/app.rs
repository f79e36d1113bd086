//! The widget at work: commands come in from the loader, decisions go out.

use crate::bridge::{Bridge, Command, Site};
use crate::dialog::PreferenceDialog;
use crate::json::{self, Json};
use crate::session::{Asked, Session};
use crate::{keep, report};
use consent_core::calendar::Timestamp;
use consent_core::{ConsentId, ReportId, StoredState};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

struct App {
    bridge: Bridge,
    site: Site,
    session: RefCell<Session>,
    dialog: RefCell<Option<PreferenceDialog>>,
}

/// Starts the widget. The loader calls it once, with its side of the bridge.
#[wasm_bindgen]
pub fn start(bridge: Bridge) {
    let Some(site) = bridge.site() else {
        bridge.fail("the loader and the widget are of different versions; reload the page");
        return;
    };
    let app = Rc::new(App {
        session: RefCell::new(session(&site)),
        dialog: RefCell::new(None),
        bridge,
        site,
    });
    let bridge = app.bridge.clone();
    let handler = Closure::<dyn Fn(Command)>::new(move |command| app.run(&command));
    bridge.attend(&handler);
    // The page keeps it for as long as it lives.
    handler.forget();
}

impl App {
    fn run(self: &Rc<Self>, command: &Command) {
        let app = self.clone();
        if let Some(asked) = command.asked() {
            self.decide(&asked);
        } else if command.action() == "open" {
            spawn_local(async move { app.open().await });
        } else {
            spawn_local(async move { app.flush().await });
        }
    }

    fn decide(self: &Rc<Self>, asked: &Asked) {
        let wallet = keep::wallet(random_consent_id);
        let id = ReportId::from_bytes(random());
        let decided = self.session.borrow_mut().decide(asked, &wallet, id);
        // The report is kept before anything that could fail or be left half done.
        let mut outbox = keep::outbox();
        outbox.put(decided.report);
        keep::keep_outbox(&outbox);
        keep::choice(&decided.choice, now());
        keep::keep_wallet(&wallet);
        if let Some(dialog) = &*self.dialog.borrow() {
            dialog.chosen(decided.choice);
        }
        self.bridge.settled(decided.choice.decision, decided.status);
        let app = self.clone();
        spawn_local(async move { app.flush().await });
    }

    async fn flush(&self) {
        report::flush(&self.bridge, self.site.id.as_str(), |receipt| {
            self.bridge.keep(&json::text(receipt));
            if let Some(dialog) = &*self.dialog.borrow() {
                dialog.received(receipt.clone());
            }
        })
        .await;
    }

    async fn open(self: &Rc<Self>) {
        if self.dialog.borrow().is_none() {
            let Some(view) = self.fetch_view().await else {
                self.bridge.unavailable("the notice could not be fetched");
                return;
            };
            // Two clicks may have asked for it meanwhile.
            if self.dialog.borrow().is_none() {
                let app = self.clone();
                let answer = move |answer, trusted| {
                    app.decide(&Asked {
                        answer,
                        layer: consent_core::Layer::Dialog,
                        trusted,
                        at: now(),
                        notice: app.site.notice,
                    });
                };
                let dialog = PreferenceDialog::mount(&self.bridge.root(), view, Rc::new(answer));
                *self.dialog.borrow_mut() = Some(dialog);
            }
        }
        let choice = self.session.borrow().choice;
        let receipt = keep::wallet(random_consent_id).latest().cloned();
        if let Some(dialog) = &*self.dialog.borrow() {
            dialog.show(choice, receipt);
        }
    }

    async fn fetch_view(&self) -> Option<Json> {
        let url = format!(
            "{}/v1/notices/{}?language={}",
            self.bridge.server(),
            self.site.notice,
            self.site.language
        );
        let response = JsFuture::from(web_sys::window()?.fetch_with_str(&url))
            .await
            .ok()?;
        let text = response.unchecked_into::<web_sys::Response>().text().ok()?;
        let text = JsFuture::from(text).await.ok()?.as_string()?;
        Json::parse(&text)
    }
}

fn session(site: &Site) -> Session {
    // The newest choice that holds, as the loader reads it.
    let choice = keep::stored_texts()
        .iter()
        .filter_map(|text| match StoredState::read(text, now(), site.material) {
            StoredState::Chosen(choice) => Some(choice),
            StoredState::Pending(_) | StoredState::Unasked => None,
        })
        .max_by_key(|choice| choice.decided_at);
    Session {
        purposes: site.purposes.clone(),
        material: site.material,
        months: site.months,
        language: site.language.clone(),
        gpc: global_privacy_control(),
        choice,
    }
}

/// W3C Global Privacy Control, section 3.2: `navigator.globalPrivacyControl`.
fn global_privacy_control() -> bool {
    web_sys::window()
        .and_then(|window| {
            let key = "globalPrivacyControl".into();
            js_sys::Reflect::get(&window.navigator(), &key).ok()
        })
        .is_some_and(|signal| signal == JsValue::TRUE)
}

fn now() -> Timestamp {
    Timestamp::from_clock(js_sys::Date::now())
}

fn random_consent_id() -> ConsentId {
    ConsentId::from_bytes(random())
}

/// Sixteen bytes from the browser's generator. Where it is missing there is no secret to be had,
/// and the widget stops: the gate stays closed.
fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    web_sys::window()
        .and_then(|window| window.crypto().ok())
        .expect_throw("no cryptographic random generator")
        .get_random_values_with_u8_array(&mut bytes)
        .expect_throw("the random generator failed");
    bytes
}
