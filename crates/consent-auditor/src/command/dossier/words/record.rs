//! The fields of a record in words, and what can stand in each.

use consent_core::{Consent, ConsentStatus, Layer, Method, Purpose};

super::words! {
    /// The words of a record.
    Record {
        receipt: "Numéro du reçu", "Receipt";
        time: "Reçue le", "Received at";
        valid_until: "Choix valable jusqu’au", "Choice valid until";
        status: "Issue", "Outcome";
        services: "Services répondus à part", "Services answered apart";
        method: "Manière de répondre", "How it was answered";
        chosen_at: "Choix fait le, selon l’outil précédent", "Chosen at, by the earlier tool’s word";
        layer: "Écran", "Layer";
        trusted: "Clic attesté par le navigateur", "Click vouched for by the browser";
        notice: "Avis répondu", "Notice answered";
        policy_version: "Version de la politique", "Policy version";
        language: "Langue de l’avis", "Language of the notice";
        language_short: "Langue", "Language";
        jurisdiction: "Loi applicable", "Law";
        jurisdiction_from: "Loi déterminée par", "Law determined by";
        gpc: "Signal Global Privacy Control", "Global Privacy Control signal";
        served_at: "Chargeur servi à (minute)", "Loader served at (minute)";
        told: "Outils informés du choix", "Tools told of the choice";
        subject: "Personne, telle que ce registre la connaît", "Person, as this log knows them";
        previous: "Reçu précédent", "Earlier receipt";
        log: "Registre", "Log";
        index: "Rang", "Index";
        schema: "Format", "Format";
        salt_subject: "Sel de la partie « qui »", "Salt of the part “who”";
        salt_decision: "Sel de la partie « quoi »", "Salt of the part “what”";
        hash_subject: "Empreinte de la partie « qui » (elle nommait un reçu effacé depuis)", "Hash of the part “who” (it named a receipt that was erased since)";
        text_subject: "Qui a répondu", "Who answered";
        text_decision: "Ce qui a été répondu", "What was answered";
        necessary: "Nécessaires", "Necessary";
        preferences: "Préférences", "Preferences";
        statistics: "Statistiques", "Statistics";
        marketing: "Marketing", "Marketing";
        given: "consentement donné", "consent given";
        refused: "consentement refusé", "consent refused";
        withdrawn: "consentement retiré", "consent withdrawn";
        expired: "consentement échu", "consent ended";
        granted: "accepté", "granted";
        denied: "refusé", "denied";
        accept_all: "tout accepter", "accept all";
        reject_all: "tout refuser", "reject all";
        save: "choix enregistré", "choice saved";
        withdraw: "retrait", "withdrawal";
        by_gpc: "signal du navigateur (GPC)", "browser’s signal (GPC)";
        api: "script de la page", "script of the page";
        imported: "repris d’un autre outil", "taken over from another tool";
        banner: "bannière", "banner";
        dialog: "second écran", "dialog";
        placeholder: "emplacement d’un contenu bloqué", "placeholder of blocked content";
        no_layer: "aucun", "none";
        yes: "oui", "yes";
        no: "non", "no";
        from_site: "la configuration du site", "the site’s configuration";
        from_place: "l’endroit où se trouvait la personne", "the place where the visitor was";
    }
}

impl Record {
    /// The words of a purpose.
    pub const fn purpose(&self, purpose: Purpose) -> &'static str {
        match purpose {
            Purpose::Necessary => self.necessary,
            Purpose::Preferences => self.preferences,
            Purpose::Statistics => self.statistics,
            Purpose::Marketing => self.marketing,
        }
    }

    /// The words of an answer.
    pub const fn consent(&self, consent: Consent) -> &'static str {
        match consent {
            Consent::Granted => self.granted,
            Consent::Denied => self.denied,
        }
    }

    /// The words of a status.
    pub const fn status(&self, status: ConsentStatus) -> &'static str {
        match status {
            ConsentStatus::Given => self.given,
            ConsentStatus::Refused => self.refused,
            ConsentStatus::Withdrawn => self.withdrawn,
            ConsentStatus::Expired => self.expired,
        }
    }

    /// The words of a method.
    pub const fn method(&self, method: Method) -> &'static str {
        match method {
            Method::AcceptAll => self.accept_all,
            Method::RejectAll => self.reject_all,
            Method::Save => self.save,
            Method::Withdraw => self.withdraw,
            Method::Gpc => self.by_gpc,
            Method::Api => self.api,
            Method::Imported => self.imported,
        }
    }

    /// The words of a layer.
    pub const fn layer(&self, layer: Layer) -> &'static str {
        match layer {
            Layer::Banner => self.banner,
            Layer::Dialog => self.dialog,
            Layer::Placeholder => self.placeholder,
            Layer::None => self.no_layer,
        }
    }

    /// Yes or no.
    pub const fn truth(&self, holds: bool) -> &'static str {
        if holds { self.yes } else { self.no }
    }
}
