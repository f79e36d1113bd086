//! The preference dialog: the second layer, modal.

use crate::intl;
use crate::session::Answer;
use consent_core::locale::NoticeTexts;
use consent_core::notice::ServiceView;
use consent_core::{Consent, ConsentReceipt, Decision, NoticeView, Purpose, StoredChoice};
use leptos::html;
use leptos::prelude::*;
use std::rc::Rc;

const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/dialog.css"));

/// Takes an answer, and whether the browser vouched for the click.
pub type OnAnswer = Rc<dyn Fn(Answer, bool)>;

/// The dialog, mounted once and shown as often as it is asked for.
#[derive(Clone, Copy)]
pub struct PreferenceDialog {
    element: NodeRef<html::Dialog>,
    /// What the boxes say; stored only by a button.
    ticked: RwSignal<Decision>,
    choice: RwSignal<Option<StoredChoice>>,
    receipt: RwSignal<Option<ConsentReceipt>>,
}

impl PreferenceDialog {
    /// Mounts the dialog, closed, at the end of the root element.
    pub fn mount(root: web_sys::HtmlElement, view: NoticeView, answer: OnAnswer) -> Self {
        // It outlives every call from the loader.
        let owner = Owner::new_root(None);
        let dialog = owner.with(|| Self {
            element: NodeRef::new(),
            ticked: RwSignal::new(Decision::DENY_ALL),
            choice: RwSignal::new(None),
            receipt: RwSignal::new(None),
        });
        leptos::mount::mount_to(root, move || {
            let answer = StoredValue::new_local(answer);
            view! { <Dialog dialog view answer /> }
        })
        .forget();
        std::mem::forget(owner);
        dialog
    }

    /// Opens it. The boxes say what was chosen; all are off where nothing was.
    pub fn show(&self, choice: Option<StoredChoice>, receipt: Option<ConsentReceipt>) {
        self.ticked
            .set(choice.map_or(Decision::DENY_ALL, |choice| choice.decision));
        self.choice.set(choice);
        self.receipt.set(receipt.filter(|_| choice.is_some()));
        if let Some(element) = self.element.get_untracked()
            && !element.open()
        {
            let _ = element.show_modal();
        }
    }

    /// A choice was made, in the dialog or elsewhere. Its receipt comes later.
    pub fn chosen(&self, choice: StoredChoice) {
        self.choice.set(Some(choice));
        self.receipt.set(None);
    }

    /// The receipt of the choice came.
    pub fn received(&self, receipt: ConsentReceipt) {
        self.receipt.set(Some(receipt));
    }

    fn close(&self) {
        if let Some(element) = self.element.get_untracked() {
            element.close();
        }
    }

    fn tick(&self, purpose: Purpose, ticked: bool) {
        self.ticked.update(|decision| {
            let before = *decision;
            *decision = Decision::from_fn(|other| {
                if other == purpose {
                    ticked
                } else {
                    before.grants(other)
                }
            });
        });
    }
}

type Answering = StoredValue<OnAnswer, LocalStorage>;

#[component]
fn Dialog(dialog: PreferenceDialog, view: NoticeView, answer: Answering) -> impl IntoView {
    let NoticeView {
        language,
        intro,
        purposes,
        services,
        texts,
        ..
    } = view;
    let locale = language.to_string();
    let asked = purposes.clone();
    let send = move |what: Answer, trusted: bool| {
        // Closed first: the focus goes back to what opened it, then the loader moves it on if
        // that is gone.
        dialog.close();
        answer.with_value(|answer| answer(what, trusted));
    };
    let save = move |trusted| {
        let ticked = dialog.ticked.get_untracked();
        let changes = Purpose::OPTIONAL.map(|purpose| (purpose, ticked.get(purpose)));
        send(Answer::Save(changes.to_vec()), trusted);
    };
    let sections = Purpose::ALL
        .into_iter()
        .filter(|purpose| !purpose.is_optional() || asked.contains(purpose))
        .map(|purpose| {
            let services = services
                .iter()
                .filter(|view| view.service.purpose == purpose)
                .cloned()
                .collect();
            view! { <PurposeSection dialog purpose services texts=texts.clone() locale=locale.clone() /> }
        })
        .collect_view();
    let mine_texts = texts.dialog.clone();
    let mine_locale = locale.clone();
    view! {
        <dialog node_ref=dialog.element aria-labelledby="temoin-dialog-title">
            <style>{STYLE}</style>
            <div class="temoin-head">
                <h2 id="temoin-dialog-title">{texts.dialog.title.to_string()}</h2>
                <button type="button" data-action="close" on:click=move |_| dialog.close()>
                    {texts.dialog.close.to_string()}
                </button>
            </div>
            <div class="temoin-body">
                <p>{intro}</p>
                {sections}
                {move || {
                    dialog
                        .choice
                        .get()
                        .map(|choice| {
                            let receipt = dialog.receipt.get();
                            let chosen_on = receipt
                                .as_ref()
                                .map_or(choice.decided_at, |receipt| receipt.time);
                            let receipt = receipt
                                .map_or_else(
                                    || mine_texts.receipt_waiting.to_string(),
                                    |receipt| receipt.id.to_string(),
                                );
                            view! {
                                <section class="temoin-mine">
                                    <h3>{mine_texts.your_choice.to_string()}</h3>
                                    <dl>
                                        <dt>{mine_texts.chosen_on.to_string()}</dt>
                                        <dd>{intl::date(&mine_locale, chosen_on)}</dd>
                                        <dt>{mine_texts.valid_until.to_string()}</dt>
                                        <dd>{intl::date(&mine_locale, choice.expires_at)}</dd>
                                        <dt>{mine_texts.receipt.to_string()}</dt>
                                        <dd data-receipt>{receipt}</dd>
                                    </dl>
                                    {choice
                                        .decision
                                        .any_optional(Consent::Granted)
                                        .then(|| {
                                            view! {
                                                <button
                                                    type="button"
                                                    data-action="withdraw"
                                                    on:click=move |event| send(
                                                        Answer::Withdraw,
                                                        event.is_trusted(),
                                                    )
                                                >
                                                    {mine_texts.withdraw.to_string()}
                                                </button>
                                            }
                                        })}
                                </section>
                            }
                        })
                }}
            </div>
            <div class="temoin-foot">
                <button
                    type="button"
                    class="temoin-answer"
                    data-action="reject_all"
                    on:click=move |event| send(Answer::RejectAll, event.is_trusted())
                >
                    {texts.banner.reject_all.to_string()}
                </button>
                <button
                    type="button"
                    class="temoin-answer"
                    data-action="accept_all"
                    on:click=move |event| send(Answer::AcceptAll, event.is_trusted())
                >
                    {texts.banner.accept_all.to_string()}
                </button>
                <button
                    type="button"
                    class="temoin-answer"
                    data-action="save"
                    on:click=move |event| save(event.is_trusted())
                >
                    {texts.dialog.save.to_string()}
                </button>
            </div>
        </dialog>
    }
}

#[component]
fn PurposeSection(
    dialog: PreferenceDialog,
    purpose: Purpose,
    services: Vec<ServiceView>,
    texts: NoticeTexts,
    locale: String,
) -> impl IntoView {
    let words = texts.purposes.get(purpose).clone();
    let name = words.name.to_string();
    let question = if purpose.is_optional() {
        view! {
            <label class="temoin-question">
                {name}
                <input
                    type="checkbox"
                    name=purpose.as_str()
                    prop:checked=move || dialog.ticked.get().grants(purpose)
                    on:change=move |event| dialog.tick(purpose, event_target_checked(&event))
                />
            </label>
        }
        .into_any()
    } else {
        // Text, not a box: there is nothing to choose.
        view! {
            <div class="temoin-always">
                <h3>{name}</h3>
                <span>{texts.dialog.always_on.to_string()}</span>
            </div>
        }
        .into_any()
    };
    let count = services.len();
    view! {
        <section class="temoin-purpose">
            {question} <p>{words.description.to_string()}</p>
            {(count > 0)
                .then(|| {
                    let label = format!("{} ({count})", texts.dialog.services);
                    view! {
                        <details>
                            <summary>{label}</summary>
                            {services
                                .into_iter()
                                .map(|view| {
                                    view! {
                                        <ServiceEntry
                                            view
                                            texts=texts.clone()
                                            locale=locale.clone()
                                        />
                                    }
                                })
                                .collect_view()}
                        </details>
                    }
                })}
        </section>
    }
}

#[component]
fn ServiceEntry(view: ServiceView, texts: NoticeTexts, locale: String) -> impl IntoView {
    let ServiceView {
        service,
        description,
    } = view;
    let words = texts.dialog;
    let cookies = service
        .cookies
        .iter()
        .map(|cookie| {
            let lifetime =
                intl::lifetime(&locale, cookie.lifetime, words.session.as_str());
            format!("{} ({lifetime})", cookie.name)
        })
        .collect::<Vec<_>>()
        .join(", ");
    view! {
        <div class="temoin-service">
            <strong>{service.name.to_string()}</strong>
            {description.map(|text| view! { <p>{text.to_string()}</p> })}
            <dl>
                <dt>{words.recipient.to_string()}</dt>
                <dd>{service.recipient.to_string()}</dd>
                <dt>{words.country.to_string()}</dt>
                <dd>{intl::country(&locale, &service.country.to_string())}</dd>
                {(!cookies.is_empty())
                    .then(|| {
                        view! {
                            <dt>{words.cookies.to_string()}</dt>
                            <dd>{cookies}</dd>
                        }
                    })}
            </dl>
            {service
                .policy_url
                .map(|url| {
                    view! {
                        <a href=url.to_string() rel="noreferrer">
                            {words.service_policy.to_string()}
                        </a>
                    }
                })}
        </div>
    }
}
