//! The widget at work: commands come in from the loader, decisions go out.

use super::bridge::{Bridge, Command, Site};
use super::dialog::{Act, Erasing, PreferenceDialog, State, Words};
use super::session::{Asked, Session};
use super::{keep, report};
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
    /// The choice of this page where storage is blocked.
    choice: RefCell<Option<StoredChoice>>,
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
        choice: RefCell::new(None),
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
        // Where nothing is asked, a page's script has nothing to answer.
        if self.site.purposes.is_empty() {
            return;
        }
        let wallet = wallet();
        let id = ReportId::from_bytes(random());
        let mut session = self.session();
        let mut outbox = keep::outbox();
        let decided = session.decide(asked, &wallet, &outbox, id);
        // The report is kept before anything that could fail or be left half done.
        outbox.put(decided.report);
        keep::keep_outbox(&outbox);
        let choice = decided.choice;
        let kept = keep::choice(&choice, now(), self.site.domain.as_deref());
        keep::keep_wallet(&wallet);
        self.bridge
            .settled(choice.decision, &choice.services, decided.status);
        // What is stored can be cleared, here or in another tab, and is then no choice any more.
        *self.choice.borrow_mut() = (!kept).then(|| choice.clone());
        self.update(|state| {
            state.choice = Some(choice);
            state.waiting = true;
        });
        let app = self.clone();
        spawn_local(async move { app.flush().await });
    }

    async fn flush(&self) {
        report::flush(&self.bridge, &self.site, |receipt| {
            self.bridge.keep(&receipt.json);
            self.update(|state| {
                state.receipts.push(receipt.clone());
                state.waiting = !keep::outbox().is_empty();
                state.erasing = Erasing::Unasked;
            });
        })
        .await;
    }

    async fn open(self: &Rc<Self>) {
        if self.dialog.borrow().is_none() {
            let Ok(element) = JsFuture::from(self.bridge.dialog()).await else {
                self.bridge.unavailable("the dialog could not be fetched");
                return;
            };
            // Two clicks may have asked for it meanwhile.
            if self.dialog.borrow().is_none() {
                let words = Rc::new(Words {
                    language: self.site.language.to_string(),
                    purposes: self.site.purposes.clone(),
                });
                let app = self.clone();
                let act = Rc::new(move |act| app.act(act));
                let element = element.unchecked_into();
                let dialog = PreferenceDialog::set_up(element, words, self.state(), act);
                *self.dialog.borrow_mut() = Some(dialog);
            }
        }
        if let Some(dialog) = &*self.dialog.borrow() {
            dialog.show(self.state(), self.bridge.gpc());
        }
    }

    fn act(self: &Rc<Self>, act: Act) {
        match act {
            Act::Answer(answer, trusted) => self.decide(&Asked {
                answer,
                layer: Layer::Dialog,
                trusted,
                at: now(),
                notice: self.site.notice,
            }),
            Act::Receipt(action) => {
                let wallet = wallet();
                if let Some(receipt) = wallet.latest(&self.site.id) {
                    let secret = wallet.consent_id.to_string();
                    self.bridge.receipt(&action, &secret, &receipt.json);
                }
            }
            Act::Erase => {
                let app = self.clone();
                spawn_local(async move { app.erase().await });
            }
        }
    }

    async fn erase(&self) {
        let complete = report::erase(&self.bridge, &self.site, wallet()).await;
        let state = self.state();
        let left = state.receipts.last().map(|receipt| &*receipt.json);
        self.bridge.keep(left.unwrap_or("null"));
        self.update(|shown| {
            *shown = state;
            shown.erasing = if complete {
                Erasing::Done
            } else {
                Erasing::Failed
            };
        });
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        if let Some(dialog) = &*self.dialog.borrow() {
            dialog.update(change);
        }
    }

    fn state(&self) -> State {
        let choice = self.session().choice;
        let receipts: Vec<_> = wallet().of_site(&self.site.id).cloned().collect();
        State {
            choice,
            receipts,
            waiting: !keep::outbox().is_empty(),
            erasing: Erasing::Unasked,
        }
    }

    /// The notice and the choice in force, read anew: another tab may have answered.
    fn session(&self) -> Session {
        let site = &self.site;
        let now = now();
        // The newest choice that holds, as the loader reads it.
        let choice = keep::stored_texts()
            .iter()
            .filter_map(|text| match StoredState::read(text, now, site.material) {
                StoredState::Chosen(choice) => Some(choice),
                StoredState::Pending(_) | StoredState::Unasked => None,
            })
            .max_by_key(|choice| choice.decided_at);
        Session {
            site: site.id.clone(),
            purposes: site.purposes.iter().map(|(purpose, _)| *purpose).collect(),
            services: site.services.clone(),
            material: site.material,
            months: site.months,
            language: site.language.clone(),
            gpc: self.bridge.gpc(),
            choice: choice.or_else(|| self.choice.borrow().clone()),
        }
    }
}

fn wallet() -> Wallet {
    keep::wallet(|| ConsentId::from_bytes(random()))
}

fn now() -> Timestamp {
    Timestamp::from_clock(js_sys::Date::now())
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
