//! The vocabulary of a choice: purposes, answers, methods, laws, in words.

use super::{Word, words};
use consent_core::jurisdiction::{Jurisdiction, LawName};
use consent_core::{Consent, ConsentStatus, Layer, Method, Purpose};

words! {
    NECESSARY: "Necessary", "Nécessaires";
    PREFERENCES: "Preferences", "Préférences";
    STATISTICS: "Statistics", "Statistiques";
    MARKETING: "Marketing", "Marketing";
    GRANTED: "Granted", "Accepté";
    DENIED: "Refused", "Refusé";
    GIVEN: "Given", "Donné";
    REFUSED: "Refused", "Refusé";
    WITHDRAWN: "Withdrawn", "Retiré";
    EXPIRED: "Ended", "Échu";
    ACCEPT_ALL: "Accepted all", "Tout accepté";
    REJECT_ALL: "Refused all", "Tout refusé";
    SAVE: "Chose one by one", "Choix détaillé";
    WITHDRAW: "Withdrew", "Retrait";
    GPC: "Privacy signal of the browser", "Signal du navigateur";
    API: "Script of the page", "Script de la page";
    IMPORTED: "Taken over from another tool", "Repris d’un autre outil";
    BANNER: "Banner", "Bandeau";
    DIALOG: "Dialog", "Dialogue";
    PLACEHOLDER: "Placeholder of a frame", "Cadre en attente";
    NOWHERE: "Nothing was shown", "Rien d’affiché";
}

/// The name of a purpose.
pub const fn purpose(purpose: Purpose) -> Word {
    match purpose {
        Purpose::Necessary => NECESSARY,
        Purpose::Preferences => PREFERENCES,
        Purpose::Statistics => STATISTICS,
        Purpose::Marketing => MARKETING,
    }
}

/// An answer.
pub const fn consent(consent: Consent) -> Word {
    match consent {
        Consent::Granted => GRANTED,
        Consent::Denied => DENIED,
    }
}

/// Where a consent stands.
pub const fn status(status: ConsentStatus) -> Word {
    match status {
        ConsentStatus::Given => GIVEN,
        ConsentStatus::Refused => REFUSED,
        ConsentStatus::Withdrawn => WITHDRAWN,
        ConsentStatus::Expired => EXPIRED,
    }
}

/// How the visitor answered.
pub const fn method(method: Method) -> Word {
    match method {
        Method::AcceptAll => ACCEPT_ALL,
        Method::RejectAll => REJECT_ALL,
        Method::Save => SAVE,
        Method::Withdraw => WITHDRAW,
        Method::Gpc => GPC,
        Method::Api => API,
        Method::Imported => IMPORTED,
    }
}

/// Where the visitor answered.
pub const fn layer(layer: Layer) -> Word {
    match layer {
        Layer::Banner => BANNER,
        Layer::Dialog => DIALOG,
        Layer::Placeholder => PLACEHOLDER,
        Layer::None => NOWHERE,
    }
}

/// The law under which a site asks.
pub const fn law(law: Jurisdiction) -> Word {
    let LawName { en, fr } = law.name();
    Word { en, fr }
}
