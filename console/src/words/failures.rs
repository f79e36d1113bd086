//! What is said when the server refuses, by the name of the problem. The server's own words are English.

use super::{Word, words};

words! {
    SILENT: "The server does not answer", "Le serveur ne répond pas";
    SILENT_LEAD: "Check the network, and try again. Nothing was changed.", "Vérifiez le réseau, puis réessayez. Rien n’a été modifié.";
    UNREADABLE: "The answer cannot be read", "La réponse est illisible";
    UNREADABLE_LEAD: "The server is probably of another version than this page: reload it.",
        "Le serveur est sans doute d’une autre version que cette page\u{a0}: rechargez-la.";
    REFUSED: "The server has refused", "Le serveur a refusé";
    FORBIDDEN: "Your token does not allow this", "Votre jeton ne permet pas cela";
    FORBIDDEN_LEAD: "It is valid, but not for this site and this action. Proofs take an auditor’s token; publishing takes an owner’s.",
        "Il est valide, mais pas pour ce site ou cette action. Les preuves demandent un jeton d’auditeur\u{a0}; la publication, un jeton de propriétaire.";
    WRONG_TOKEN: "The token is not valid", "Le jeton n’est pas valide";
    UNKNOWN_SITE: "No site of that name is published here", "Aucun site de ce nom n’est publié ici";
    UNKNOWN_SITE_LEAD: "It may have been published on another server.", "Il a peut-être été publié sur un autre serveur.";
    SITE_LEFT: "The owner of this site has left", "Le propriétaire de ce site est parti";
    SITE_LEFT_LEAD: "To publish it again brings it back, until everything is erased.", "Le publier de nouveau le ramène, tant que tout n’est pas effacé.";
    NOT_KEPT: "The configuration in force was not kept", "La configuration en vigueur n’a pas été conservée";
    NOT_KEPT_LEAD: "An earlier version of the server published it, and kept only its hash: publish it once more.",
        "Une version antérieure du serveur l’a publiée et n’en a gardé que l’empreinte\u{a0}: publiez-la de nouveau.";
    CONTRADICTION: "Some fields are wrong", "Des champs sont à corriger";
    CONTRADICTION_LEAD: "Each is marked with what to write.", "Chacun est signalé, avec ce qu’il faut y mettre.";
    MALFORMED: "The request cannot be read", "La demande est illisible";
    TOO_MANY: "Too many requests at once", "Trop de demandes à la fois";
    TOO_MANY_LEAD: "Wait a moment, and try again.", "Attendez un instant, puis réessayez.";
    INTERNAL: "Something went wrong in the server", "Une erreur s’est produite dans le serveur";
    INTERNAL_LEAD: "Its operator finds the cause in the server’s log.", "Son exploitant en trouve la cause dans le journal du serveur.";
    UNKNOWN_EDITION: "This edition is not kept", "Cette édition n’est pas conservée";
    NOT_PUBLISHED: "The publication did not go through", "La publication n’a pas abouti";
    NOT_PUBLISHED_LEAD: "Look at the editions to see what is in force, and publish again.",
        "Voyez dans les éditions ce qui est en vigueur, puis publiez de nouveau.";
    SERVER_SAYS: "The server says:", "Le serveur précise\u{a0}:";
}

/// The title of a problem, and what to do, where the table has it.
pub fn of(kind: &str) -> (Word, Option<Word>) {
    match kind {
        "forbidden" => (FORBIDDEN, Some(FORBIDDEN_LEAD)),
        "wrong-token" | "missing-token" => (WRONG_TOKEN, None),
        "unknown-site" => (UNKNOWN_SITE, Some(UNKNOWN_SITE_LEAD)),
        "site-left" => (SITE_LEFT, Some(SITE_LEFT_LEAD)),
        "unknown-edition" => (UNKNOWN_EDITION, None),
        "publication-failed" => (NOT_PUBLISHED, Some(NOT_PUBLISHED_LEAD)),
        "configuration-not-kept" => (NOT_KEPT, Some(NOT_KEPT_LEAD)),
        "contradiction" => (CONTRADICTION, Some(CONTRADICTION_LEAD)),
        "malformed" => (MALFORMED, None),
        "too-many-requests" | "too-many-wrong-tokens" | "overloaded" => {
            (TOO_MANY, Some(TOO_MANY_LEAD))
        }
        "internal" => (INTERNAL, Some(INTERNAL_LEAD)),
        _ => (REFUSED, None),
    }
}
