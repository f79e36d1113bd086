//! The boxes of the dialog: one for each optional purpose, one for each of its services, and one for each service that needs no
//! consent: it names no purpose.

use crate::widget::answer::Changes;
use consent_core::{Consent, Decision, Purpose, StoredChoice};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlDialogElement, HtmlInputElement, NodeList};

/// All boxes of the dialog, in its order.
pub(super) struct Boxes(Vec<HtmlInputElement>);

impl Boxes {
    /// Finds the boxes of a dialog.
    pub(super) fn of(dialog: &HtmlDialogElement) -> Self {
        let found = dialog.query_selector_all("input").ok();
        let count = found.as_ref().map_or(0, NodeList::length);
        let input = |at| Some(found.as_ref()?.get(at)?.unchecked_into());
        Self((0..count).filter_map(input).collect())
    }

    /// Ticks what a choice grants, or what is on where there is none.
    pub(super) fn show(&self, choice: Option<&StoredChoice>, unanswered: Decision) {
        let decision = choice.map_or(unanswered, |choice| choice.decision);
        for input in &self.0 {
            let of_service = choice.and_then(|choice| choice.services.get(&input.value()));
            let of_purpose = purpose_of(input).map(|purpose| decision.get(purpose));
            // What follows no purpose runs until it is objected to.
            let consent = of_service.or(of_purpose).unwrap_or(Consent::Granted);
            input.set_checked(consent == Consent::Granted);
        }
        self.show_mixed();
    }

    /// A box was changed: the services of a purpose follow its box; the box of a purpose follows its
    /// services where they all agree.
    pub(super) fn changed(&self, changed: &HtmlInputElement) {
        let purpose = purpose_of(changed);
        let (services, purposes): (Vec<_>, Vec<_>) = self
            .0
            .iter()
            .filter(|input| purpose_of(input) == purpose)
            .partition(|input| is_service(input));
        if !is_service(changed) {
            for service in services {
                service.set_checked(changed.checked());
            }
        } else if services
            .iter()
            .all(|service| service.checked() == changed.checked())
        {
            for purpose in purposes {
                purpose.set_checked(changed.checked());
            }
        }
        self.show_mixed();
    }

    /// The answers that the boxes give.
    pub(super) fn read(&self) -> Changes {
        let mut changes = Changes::default();
        for input in &self.0 {
            let consent = if input.checked() {
                Consent::Granted
            } else {
                Consent::Denied
            };
            if is_service(input) {
                if let Ok(service) = input.value().parse() {
                    changes.services.push((service, consent));
                }
            } else if let Some(purpose) = purpose_of(input) {
                changes.purposes.push((purpose, consent));
            }
        }
        changes
    }

    /// The box of a purpose whose services differ from it shows the mixed state.
    fn show_mixed(&self) {
        for purpose_box in self.0.iter().filter(|input| !is_service(input)) {
            let of_purpose = |other: &&HtmlInputElement| {
                is_service(other) && purpose_of(other) == purpose_of(purpose_box)
            };
            let mut services = self
                .0
                .iter()
                .filter(of_purpose)
                .map(HtmlInputElement::checked);
            let checked = purpose_box.checked();
            purpose_box.set_indeterminate(services.any(|service| service != checked));
        }
    }
}

fn is_service(input: &HtmlInputElement) -> bool {
    input.has_attribute("data-purpose")
}

/// The purpose of a box, or of its service.
fn purpose_of(input: &HtmlInputElement) -> Option<Purpose> {
    let name = input
        .get_attribute("data-purpose")
        .unwrap_or_else(|| input.name());
    Purpose::OPTIONAL
        .into_iter()
        .find(|purpose| purpose.as_str() == name)
}
