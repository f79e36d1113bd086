//! A site: what is in force, its editions, how it is installed.

use super::words;

words! {
    SITE_NAV: "This site", "Ce site";
    OVERVIEW: "Overview", "Aperçu";
    CONFIGURATION: "Configuration", "Configuration";
    EDITIONS: "Editions", "Éditions";
    INSTALL: "Install", "Installation";
    PROOFS: "Proofs", "Preuves";
    STATISTICS: "Statistics", "Statistiques";
    TOKENS: "Tokens", "Jetons";
    READS: "Reads", "Consultations";
    REQUESTS: "Requests", "Demandes";
    INCIDENTS: "Incidents", "Incidents";
    WEBHOOKS: "Webhooks", "Webhooks";

    PUBLISHED_ON: "Published on", "Publié le";
    BY: "By", "Par";
    NOTICE: "Notice", "Avis";
    NOTICE_HINT: "Everything that visitors are shown has one name: the SHA-256 of it.",
        "Tout ce qui est montré aux visiteurs porte un seul nom\u{a0}: son empreinte SHA-256.";
    LANGUAGES: "Languages", "Langues";
    LAW: "Law", "Droit applicable";
    PURPOSES: "Purposes asked for", "Finalités demandées";
    NO_PURPOSE: "None: there is no banner", "Aucune\u{a0}: il n’y a pas de bandeau";
    SERVICES: "Services", "Services";
    POLICY: "Privacy policy", "Politique de confidentialité";
    VERSION: "version {version}", "version {version}";
    CONTROLLER: "Controller", "Responsable";
    LATEST_EDITIONS: "Latest editions", "Dernières éditions";
    ALL_EDITIONS: "All editions", "Toutes les éditions";
    EDIT: "Change the configuration", "Modifier la configuration";
    DECLARATION: "Cookie declaration", "Déclaration des témoins";

    EDITIONS_LEAD: "Every publication, newest first. Choose two to see what differs, or go back to an earlier one.",
        "Chaque publication, de la plus récente à la plus ancienne. Choisissez-en deux pour voir ce qui diffère, ou revenez à l’une d’elles.";
    EDITION: "Edition {n}", "Édition {n}";
    FROM_TO: "from {from} to {to}", "du {from} au {to}";
    FROM_NOW: "since {from}", "depuis le {from}";
    IN_FORCE_NOW: "In force", "En vigueur";
    ASKED_ANEW: "Asked visitors again", "A sollicité de nouveau les visiteurs";
    ASKED_NOBODY: "Asked nobody again", "N’a sollicité personne de nouveau";
    FIRST: "First edition", "Première édition";
    OLDER: "Older editions", "Éditions plus anciennes";
    NEWEST: "Back to the newest", "Retour aux plus récentes";
    COMPARE: "Compare", "Comparer";
    COMPARE_LEGEND: "Compare two editions", "Comparer deux éditions";
    EARLIER: "Earlier", "Ancienne";
    LATER: "Later", "Récente";
    COMPARISON: "What differs", "Ce qui diffère";
    SAME: "Nothing differs: both are the same configuration.", "Rien ne diffère\u{a0}: c’est la même configuration.";
    ASKS_AGAIN: "Visitors are asked again", "Les visiteurs seront sollicités de nouveau";
    ASKS_AGAIN_LEAD: "Those who chose under the earlier one see the banner again, because of the changes marked here.",
        "Ceux qui ont choisi sous l’ancienne revoient le bandeau, à cause des changements signalés ici.";
    ASKS_NOBODY: "Nobody is asked again", "Personne n’est sollicité de nouveau";
    ASKS_NOBODY_LEAD: "Choices made under the earlier one still hold.", "Les choix faits sous l’ancienne restent valables.";
    CHANGED: "Changed", "Modifié";
    ADDED: "Added", "Ajouté";
    REMOVED: "Removed", "Retiré";
    WAS: "Before", "Avant";
    IS: "After", "Après";
    ASKS: "Asks again", "Sollicite de nouveau";
    LEFT_OUT: "{n} more changes are not listed.", "{n} autres changements ne sont pas énumérés.";
    GO_BACK: "Go back to this one", "Revenir à celle-ci";
    GO_BACK_TITLE: "Go back to edition {n}?", "Revenir à l’édition {n}\u{a0}?";
    GO_BACK_LEAD: "It is published again, as a new edition. Nothing is lost: the one in force stays in the list.",
        "Elle sera publiée de nouveau, comme une nouvelle édition. Rien n’est perdu\u{a0}: celle en vigueur reste dans la liste.";
    GO_BACK_DO: "Publish edition {n} again", "Republier l’édition {n}";
    GONE_BACK: "Edition {n} is in force again.", "L’édition {n} est de nouveau en vigueur.";

    INSTALL_LEAD: "One tag, first in the head of every page, and nothing optional runs before a choice.",
        "Une seule balise, en tête de chaque page, et rien de facultatif ne s’exécute avant un choix.";
    TAG: "The tag", "La balise";
    TAG_LEAD: "Paste it as the very first element of <head>, before every other script. It must not be deferred, made asynchronous, or delayed by an optimiser.",
        "Collez-la comme tout premier élément de <head>, avant tout autre script. Elle ne doit être ni différée, ni asynchrone, ni retardée par un optimiseur.";
    PINNED: "Pinned tags", "Balises figées";
    PINNED_LEAD: "Each names the loader of one language by its digest: a browser runs these very bytes or none. Paste the new tag after each publication.",
        "Chacune désigne par son empreinte le chargeur d’une langue\u{a0}: un navigateur exécute exactement ces octets, ou rien. Collez la nouvelle balise après chaque publication.";
    CSP: "Content-Security-Policy", "Content-Security-Policy";
    CSP_LEAD: "If your pages have such a policy, this is what Témoin needs of it. Make a fresh NONCE for each answer, and add what your own pages load.",
        "Si vos pages ont une telle politique, voici ce qu’il faut à Témoin. Créez un NONCE neuf à chaque réponse, et ajoutez ce que chargent vos propres pages.";
    CSP_NONCE: "With a nonce", "Avec un nonce";
    CSP_DYNAMIC: "With strict-dynamic", "Avec strict-dynamic";
    CSP_TRUSTED: "With Trusted Types", "Avec Trusted Types";
    WAITING: "What must wait", "Ce qui doit attendre";
    WAITING_LEAD: "Mark each script, frame or image with its purpose. Browsers do not run it until the visitor agrees.",
        "Signalez chaque script, cadre ou image par sa finalité. Les navigateurs ne l’exécutent pas avant l’accord du visiteur.";
    REOPEN: "A button to choose again", "Un bouton pour changer d’avis";
    REOPEN_LEAD: "Any element with this attribute opens the choices.", "Tout élément qui porte cet attribut ouvre les choix.";
    MY_COOKIES: "My cookies", "Mes témoins";
    COPY_WHAT: "Copy: {what}", "Copier\u{a0}: {what}";
}
