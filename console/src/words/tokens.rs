//! The tokens of a site.

use super::{Word, words};
use consent_core::api::Role;

words! {
    LEAD: "Who may do what on this site. A token is shown once, when it is made; the server keeps only its hash.",
        "Qui peut faire quoi sur ce site. Un jeton n’est montré qu’une fois, à sa création\u{a0}; le serveur n’en garde que l’empreinte.";
    MAKE: "Make a token", "Créer un jeton";
    NAME: "What to call it", "Comment le nommer";
    NAME_HINT: "For whom it is: so that you know it again in the list.", "À qui il est destiné\u{a0}: ce nom aide à le reconnaître.";
    ROLE: "Role", "Rôle";
    EXPIRES: "Last day (UTC)", "Dernier jour (UTC)";
    EXPIRES_HINT: "Empty: as long as your own token.", "Vide\u{a0}: aussi longtemps que votre propre jeton.";
    OWNER: "Owner: publishes, and makes tokens", "Propriétaire\u{a0}: publie et crée des jetons";
    AUDITOR: "Auditor: reads the proofs", "Auditeur\u{a0}: lit les preuves";
    INSPECTOR: "Inspector: runs the inspector in pages", "Inspecteur\u{a0}: lance l’inspecteur dans les pages";
    ADMINISTRATOR: "Administrator of the server", "Administrateur du serveur";
    MADE: "This is the token", "Voici le jeton";
    MADE_LEAD: "Copy it now, and hand it over by a safe way: nobody can see it again.",
        "Copiez-le maintenant et transmettez-le par une voie sûre\u{a0}: personne ne pourra le revoir.";
    TOKEN: "The token", "Le jeton";
    LIST: "Tokens that open this site", "Jetons qui ouvrent ce site";
    OF_SERVER: "Set by the server’s operator", "Fixé par l’exploitant du serveur";
    MADE_ON: "made on {date}", "créé le {date}";
    UNTIL: "until {date}", "jusqu’au {date}";
    REVOKED: "Revoked", "Révoqué";
    EXPIRED: "Ended", "Échu";
    LIVE: "In use", "En usage";
    ALL_SITES: "every site", "tous les sites";
    REVOKE: "Revoke", "Révoquer";
    REVOKE_WHICH: "Revoke: {name}", "Révoquer\u{a0}: {name}";
    REVOKE_SURE: "Revoke for good?", "Révoquer pour de bon\u{a0}?";
    REVOKE_DO: "Yes, revoke it", "Oui, le révoquer";
}

/// What a role lets its holder do.
pub const fn role(role: Role) -> Word {
    match role {
        Role::Owner => OWNER,
        Role::Auditor => AUDITOR,
        Role::Inspector => INSPECTOR,
        Role::Administrator => ADMINISTRATOR,
    }
}
