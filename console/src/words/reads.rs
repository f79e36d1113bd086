//! Who read records.

use super::{Word, words};
use consent_core::proof::ReadRequest;

words! {
    LEAD: "Who read which records, when, and what they asked for. Each read is an entry of the site’s own log: nobody can take one out or add one unseen.",
        "Qui a consulté quelles preuves, quand, et ce qui était demandé. Chaque consultation est une inscription du registre du site\u{a0}: personne ne peut en retirer ou en ajouter une sans que cela se voie.";
    NONE: "Nobody has read records", "Personne n’a consulté de preuve";
    NONE_LEAD: "Searches, counts and exports appear here. Statistics do not: they say nothing of any one record.",
        "Les recherches, les comptes et les exportations paraîtront ici. Pas les statistiques\u{a0}: elles ne disent rien d’une preuve en particulier.";
    CAPTION: "Reads of records, newest first", "Consultations des preuves, de la plus récente à la plus ancienne";
    TIME: "Time", "Heure";
    BY: "By", "Par";
    WHAT: "What", "Quoi";
    FOUND: "Records", "Preuves";
    ASKED: "Asked for", "Demande";
    ENTRY: "Entry", "Inscription";
    EVERYTHING: "everything", "tout";
    NOT_COUNTED: "not counted", "non comptées";
    ERASED: "Erased with the records of its log", "Effacée avec les preuves de son registre";
    OLDER: "Older reads", "Consultations plus anciennes";
    NEWEST: "Back to the newest", "Retour aux plus récentes";
    CHECK: "To check each against the log, and that none is missing:",
        "Pour vérifier chacune auprès du registre, et qu’il n’en manque aucune\u{a0}:";
    COMMAND: "Command", "Commande";
    PAGE: "Records", "Preuves";
    COUNT: "A count", "Un compte";
    EXPORT: "An export", "Une exportation";
}

/// What was asked for.
pub const fn request(request: ReadRequest) -> Word {
    match request {
        ReadRequest::Page => PAGE,
        ReadRequest::Count => COUNT,
        ReadRequest::Export => EXPORT,
    }
}
