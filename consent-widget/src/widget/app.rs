//! Runs the loader's commands: decides, stores, reports, and opens the preference dialog.

use super::answer::AnswerRequest;
use super::bridge::{Bridge, Command, Site};
use super::dialog::{DialogAction, Erasure, MyConsent, PreferenceDialog, SiteTexts};
use super::session::Session;
use super::{report, storage};
use consent_core::calendar::Timestamp;
use consent_core::wallet::Wallet;
use consent_core::{ConsentId, Layer, ReportId, StoredChoice, StoredState};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

struct App {
    bridge: Bridge,
    site: Site,
    /// The choice made on this page, where storage is blocked.
    choice: RefCell<Option<StoredChoice>>,
    dialog: RefCell<Option<PreferenceDialog>>,
}

/// Starts the widget. The loader calls it once.
#[wasm_bindgen]
pub fn start(bridge: Bridge) {
    let Some(site) = bridge.site() else {
        bridge.fail("the loader and the widget are of different versions; reload the page");
        return;
    };
    storage::begin_page();
    let app = Rc::new(App {
        choice: RefCell::new(None),
        dialog: RefCell::new(None),
        bridge,
        site,
    });
    let bridge = app.bridge.clone();
    let handler = Closure::<dyn Fn(Command)>::new(move |command| app.run(&command));
    bridge.set_command_handler(&handler);
    // The page keeps the handler for as long as it lives.
    handler.forget();
}

impl App {
    fn run(self: &Rc<Self>, command: &Command) {
        let app = self.clone();
        if let Some(request) = command.answer_request() {
            self.decide(&request);
        } else if command.action() == "open" {
            spawn_local(async move { app.open().await });
        } else {
            spawn_local(async move { app.flush().await });
        }
    }

    fn decide(self: &Rc<Self>, request: &AnswerRequest) {
        // On a site that asks for nothing, a page's script has nothing to answer, but for a service that needs no consent.
        let exempt = self.site.services.iter().any(|service| service.exempt);
        if self.site.purposes.is_empty() && !exempt {
            return;
        }
        let wallet = wallet();
        let id = ReportId::from_bytes(random());
        let mut session = self.session();
        let decided = session.decide(request, &wallet, &storage::outbox(), id);
        // The report is stored first: nothing that fails later loses it.
        storage::put_report(decided.report);
        let choice = decided.choice;
        let stored = storage::write_choice(&choice, now(), self.site.domain.as_deref());
        storage::write_wallet(&wallet);
        self.bridge
            .apply_decision(choice.decision, &choice.services, decided.status);
        // Only where it could not be stored: a stored choice that is cleared, here or in another tab, is
        // no choice any more.
        *self.choice.borrow_mut() = (!stored).then(|| choice.clone());
        self.update(|state| {
            state.choice = Some(choice);
            state.waiting = true;
        });
        let app = self.clone();
        spawn_local(async move { app.flush().await });
    }

    async fn flush(&self) {
        report::flush(&self.bridge, &self.site, |receipt| {
            self.bridge.set_receipt(&receipt.json);
            self.update(|state| {
                state.receipts.push(receipt.clone());
                state.waiting = !storage::outbox().is_empty();
                state.erasure = Erasure::NotRequested;
            });
        })
        .await;
    }

    async fn open(self: &Rc<Self>) {
        if self.dialog.borrow().is_none() {
            let Ok(element) = JsFuture::from(self.bridge.load_dialog()).await else {
                self.bridge.unavailable("the dialog could not be fetched");
                return;
            };
            // A second click may have set it up meanwhile.
            if self.dialog.borrow().is_none() {
                let texts = Rc::new(SiteTexts {
                    language: self.site.language.to_string(),
                    purposes: self.site.purposes.clone(),
                });
                let app = self.clone();
                let on_action = Rc::new(move |action| app.act(action));
                let element = element.unchecked_into();
                let dialog = PreferenceDialog::set_up(element, texts, self.state(), on_action);
                *self.dialog.borrow_mut() = Some(dialog);
            }
        }
        if let Some(dialog) = &*self.dialog.borrow() {
            dialog.prepare(self.state(), self.site.unanswered, self.bridge.gpc());
            self.bridge.show_dialog();
        }
    }

    fn act(self: &Rc<Self>, action: DialogAction) {
        match action {
            DialogAction::Answer(answer, trusted) => self.decide(&AnswerRequest {
                answer,
                layer: Layer::Dialog,
                trusted,
                at: now(),
                notice: self.site.notice,
            }),
            DialogAction::UseReceipt(button) => {
                let wallet = wallet();
                if let Some(receipt) = wallet.latest(&self.site.id) {
                    let secret = wallet.consent_id.to_string();
                    self.bridge.use_receipt(&button, &secret, &receipt.json);
                }
            }
            DialogAction::Erase => {
                let app = self.clone();
                spawn_local(async move { app.erase().await });
            }
        }
    }

    async fn erase(&self) {
        let complete = report::erase(&self.bridge, &self.site, wallet()).await;
        let state = self.state();
        let left = state.receipts.last().map(|receipt| &*receipt.json);
        self.bridge.set_receipt(left.unwrap_or("null"));
        self.update(|shown| {
            *shown = state;
            shown.erasure = if complete {
                Erasure::Done
            } else {
                Erasure::Failed
            };
        });
    }

    fn update(&self, change: impl FnOnce(&mut MyConsent)) {
        if let Some(dialog) = &*self.dialog.borrow() {
            dialog.update(change);
        }
    }

    fn state(&self) -> MyConsent {
        let choice = self.session().choice;
        let receipts: Vec<_> = wallet().of_site(&self.site.id).cloned().collect();
        MyConsent {
            choice,
            receipts,
            waiting: !storage::outbox().is_empty(),
            erasure: Erasure::NotRequested,
        }
    }

    /// The notice and the choice in force. The choice is read again each time: the visitor may have
    /// answered in another tab.
    fn session(&self) -> Session {
        let site = &self.site;
        let now = now();
        // The choice that holds, as in `findStored` of the loader; a click that waits is none yet.
        let choice = storage::stored_texts()
            .iter()
            .filter_map(|text| match StoredState::read(text, now, site) {
                StoredState::Chosen(choice) => Some(choice),
                StoredState::Pending(_) | StoredState::Unasked => None,
            })
            .max_by_key(|choice| choice.rank(now))
            .map(|choice| {
                let exempt = site.services.iter().filter(|service| service.exempt);
                let exempt = exempt.map(|service| (&service.id, service.purpose));
                choice.as_answer_to(site.material, exempt)
            });
        Session {
            site: site.id.clone(),
            purposes: site.purposes.iter().map(|(purpose, _)| *purpose).collect(),
            services: site.services.clone(),
            material: site.material,
            months: site.months,
            language: site.language.clone(),
            gpc: self.bridge.gpc(),
            choice: choice.or_else(|| self.choice.borrow().clone()),
            unanswered: site.unanswered,
        }
    }
}

fn wallet() -> Wallet {
    storage::wallet(|| ConsentId::from_bytes(random()))
}

fn now() -> Timestamp {
    Timestamp::from_clock(js_sys::Date::now())
}

/// Sixteen bytes from the browser's generator. Where it is missing, the widget stops, and the gate
/// stays closed.
fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    web_sys::window()
        .and_then(|window| window.crypto().ok())
        .expect_throw("no cryptographic random generator")
        .get_random_values_with_u8_array(&mut bytes)
        .expect_throw("the random generator failed");
    bytes
}
