//! The two registers: visitors' requests, and incidents.

use super::{Word, words};
use consent_core::register::{Outcome, RequestKind, RequestStatus};

words! {
    REQUESTS_LEAD: "What visitors ask of you under the law, and until when it is to be answered. Nothing is changed here: notes are added, and the site’s log commits to each.",
        "Ce que les visiteurs vous demandent en vertu de la loi, et le délai pour y répondre. Rien n’est modifié ici\u{a0}: on ajoute des notes, et le registre du site s’engage sur chacune.";
    INCIDENTS_LEAD: "Incidents of confidentiality, with what Québec’s register must say. Nothing is changed or erased: notes are added, and the site’s log commits to each.",
        "Les incidents de confidentialité, avec ce que doit contenir le registre de la Loi\u{a0}25. Rien n’est modifié ni effacé\u{a0}: on ajoute des notes, et le registre du site s’engage sur chacune.";
    NEW_REQUEST: "Note a request", "Noter une demande";
    NEW_INCIDENT: "Note an incident", "Noter un incident";
    REQUEST_NOTED: "Request noted", "Demande notée";
    INCIDENT_NOTED: "Incident noted", "Incident noté";
    TABLE: "Download as a table (CSV)", "Télécharger en tableau (CSV)";
    NO_REQUEST: "No request", "Aucune demande";
    NO_REQUEST_LEAD: "Note one on the day on which it comes: it is due thirty days later.",
        "Notez-la le jour où elle arrive\u{a0}: elle est à traiter dans les trente jours.";
    NO_INCIDENT: "No incident", "Aucun incident";
    NO_INCIDENT_LEAD: "If personal information is lost, or seen by someone who may not see it, note it here.",
        "Si un renseignement personnel est perdu, ou vu par qui n’y a pas droit, notez-le ici.";
    REQUEST_LIST: "Requests", "Demandes";
    INCIDENT_LIST: "Incidents", "Incidents";
    SHOW: "Show", "Afficher";
    ALL: "All", "Toutes";
    OPEN: "Open", "En cours";
    LATE: "Late", "En retard";
    CLOSED: "Closed", "Closes";
    OLDER: "Older", "Plus anciennes";

    KIND: "Right", "Droit exercé";
    RECEIVED: "Came on", "Reçue le";
    WHO: "Who asked, and how to answer", "Qui demande, et comment répondre";
    ABOUT: "What they ask for", "Ce qui est demandé";
    NUMBERED: "No. {n}", "N°\u{a0}{n}";
    DUE: "due on {date}", "à traiter pour le {date}";
    CLOSED_ON: "closed on {date}", "close le {date}";
    CAME: "came on {date}", "reçue le {date}";
    ERASED: "Erased", "Effacée";
    HISTORY: "History and notes", "Historique et notes";
    ENTRY: "entry {n} of the log", "inscription {n} du registre du site";
    NOTE: "What was done, and why", "Ce qui a été fait, et pourquoi";
    OUTCOME: "How it ends", "Issue";
    NO_OUTCOME: "It goes on", "Elle se poursuit";
    LATER: "Due later, on", "Reportée au";
    LATER_HINT: "Only if the law allows it and they were told: three months at most.",
        "Seulement si la loi le permet et si la personne en est avisée\u{a0}: trois mois au plus.";
    ADD_NOTE: "Add the note", "Ajouter la note";
    ERASE: "Erase what it says", "Effacer son contenu";
    ERASE_SURE: "Who asked, and all notes, are erased; the number stays.", "Le nom et toutes les notes seront effacés\u{a0}; le numéro reste.";
    ERASE_DO: "Yes, erase it", "Oui, l’effacer";

    AWARE: "Known since", "Connu depuis le";
    OCCURRED: "When it occurred", "Moment de l’incident";
    OCCURRED_HINT: "A day, a period, or about when.", "Une date, une période, ou une approximation.";
    INFORMATION: "Personal information concerned", "Renseignements personnels visés";
    INFORMATION_HINT: "Or why it cannot be described.", "Ou pourquoi on ne peut les décrire.";
    CIRCUMSTANCES: "Circumstances", "Circonstances";
    PERSONS: "How many persons, or about", "Nombre de personnes, même approximatif";
    RISK: "Risk of serious injury", "Risque de préjudice sérieux";
    UNKNOWN: "Not known yet", "Pas encore établi";
    SERIOUS: "Yes", "Oui";
    NOT_SERIOUS: "No", "Non";
    RISK_REASONS: "What leads to that conclusion", "Ce qui mène à cette conclusion";
    RISK_HINT: "How sensitive it is, how it may be misused, what may follow, how likely that is.",
        "Sensibilité, usage malveillant possible, conséquences, probabilité.";
    AUTHORITY_TOLD: "Authority told on", "Autorité avisée le";
    PERSONS_TOLD: "Persons told on", "Personnes avisées le";
    PUBLIC_NOTICE: "Public notice, and why", "Avis public, et pourquoi";
    MEASURES: "Measures taken", "Mesures prises";
    COMPLETE: "Complete", "Complet";
    MISSING: "To complete", "À compléter";
    FOUND_NOW: "What is known now", "Ce qui est établi";
}

/// A right.
pub const fn kind(kind: RequestKind) -> Word {
    words! {
        ACCESS: "Access", "Accès";
        RECTIFICATION: "Rectification", "Rectification";
        ERASURE: "Erasure", "Effacement";
        RESTRICTION: "Restriction", "Limitation";
        PORTABILITY: "Portability", "Portabilité";
        OBJECTION: "Objection", "Opposition";
        WITHDRAWAL: "Withdrawal of consent", "Retrait du consentement";
        DEINDEXING: "De-indexing", "Désindexation";
        AFTER_DEATH: "After death", "Après le décès";
        OTHER: "Other", "Autre";
    }
    match kind {
        RequestKind::Access => ACCESS,
        RequestKind::Rectification => RECTIFICATION,
        RequestKind::Erasure => ERASURE,
        RequestKind::Restriction => RESTRICTION,
        RequestKind::Portability => PORTABILITY,
        RequestKind::Objection => OBJECTION,
        RequestKind::Withdrawal => WITHDRAWAL,
        RequestKind::Deindexing => DEINDEXING,
        RequestKind::AfterDeath => AFTER_DEATH,
        RequestKind::Other => OTHER,
    }
}

/// Where a request stands.
pub const fn status(status: RequestStatus) -> Word {
    match status {
        RequestStatus::Open => OPEN,
        RequestStatus::Answered => ANSWERED,
        RequestStatus::Refused => REFUSED,
        RequestStatus::Dropped => DROPPED,
    }
}

/// How a request ends.
pub const fn outcome(outcome: Outcome) -> Word {
    match outcome {
        Outcome::Answered => ANSWERED,
        Outcome::Refused => REFUSED,
        Outcome::Dropped => DROPPED,
        Outcome::Reopened => REOPENED,
    }
}

words! {
    ANSWERED: "Answered", "Traitée";
    REFUSED: "Refused", "Refusée";
    DROPPED: "Dropped", "Abandonnée";
    REOPENED: "Open again", "Rouverte";
}

/// A finding that is missing.
pub fn finding(name: &str) -> Word {
    match name {
        "persons" => PERSONS,
        "serious_risk" => RISK,
        "risk_reasons" => RISK_REASONS,
        "authority_told_on" => AUTHORITY_TOLD,
        "persons_told_on" => PERSONS_TOLD,
        _ => MEASURES,
    }
}
