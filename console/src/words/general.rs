//! What stands on every page, and on the first ones.

use super::words;

words! {
    BRAND: "Témoin", "Témoin";
    CONSOLE: "Console", "Console";
    SKIP: "Skip to the content", "Aller au contenu";
    SIGN_OUT: "Sign out", "Se déconnecter";
    LANGUAGE: "Language", "Langue";
    SITES: "Sites", "Sites";
    LOADING: "Loading…", "Chargement…";
    COPY: "Copy", "Copier";
    COPIED: "Copied", "Copié";
    COPY_FAILED: "Select the text and copy it yourself", "Sélectionnez le texte et copiez-le";
    CANCEL: "Cancel", "Annuler";
    YES: "Yes", "Oui";
    NO: "No", "Non";
    UNKNOWN_PAGE: "This page does not exist", "Cette page n’existe pas";
    UNKNOWN_PAGE_LEAD: "The address names no page of the console, or one of another version of it.",
        "L’adresse ne désigne aucune page de la console, ou une page d’une autre version.";
    BACK_TO_SITES: "Back to the sites", "Retour aux sites";

    SIGN_IN: "Sign in", "Connexion";
    SIGN_IN_LEAD: "Paste the token that the operator of this server, or an owner, has given you.",
        "Collez le jeton que vous a remis l’exploitant de ce serveur, ou un propriétaire de site.";
    TOKEN: "Token", "Jeton";
    TOKEN_HINT: "It stays in this tab, and is forgotten when you close it.",
        "Il reste dans cet onglet, et il est oublié dès que vous le fermez.";
    SIGN_IN_BUTTON: "Sign in", "Se connecter";
    SIGNING_IN: "Signing in…", "Connexion…";
    TOKEN_EMPTY: "Paste a token first.", "Collez d’abord un jeton.";
    TOKEN_WRONG: "The server does not know this token. Check that it was copied whole; it may also have been revoked.",
        "Le serveur ne connaît pas ce jeton. Vérifiez qu’il est copié en entier\u{a0}; il peut aussi avoir été révoqué.";
    TOKEN_OTHER: "This token is valid, but not for the console: it takes an owner’s or an auditor’s.",
        "Ce jeton est valide, mais pas pour la console\u{a0}: il faut celui d’un propriétaire ou d’un auditeur.";
    SESSION_ENDED: "The server no longer accepts your token: it was revoked, or has expired. Nothing more is shown.",
        "Le serveur n’accepte plus votre jeton\u{a0}: il a été révoqué ou il a expiré. Plus rien n’est affiché.";
    PROMISE: "Consent that can be proved", "Un consentement qui se prouve";
    PROMISE_LEAD: "Publish the banner of a site, see what changed and who is asked again, and check each proof in your own browser.",
        "Publiez le bandeau d’un site, voyez ce qui change et qui sera sollicité de nouveau, et vérifiez chaque preuve dans votre navigateur.";

    SITES_LEAD: "The sites that your token opens.", "Les sites que votre jeton ouvre.";
    NEW_SITE: "New site", "Nouveau site";
    NO_SITES: "No site yet", "Aucun site pour l’instant";
    NO_SITES_LEAD: "Publish the first one: its banner, its services and its languages take a few minutes.",
        "Publiez le premier\u{a0}: son bandeau, ses services et ses langues demandent quelques minutes.";
    IN_FORCE_SINCE: "In force since {date}", "En vigueur depuis le {date}";
    IN_FORCE: "In force", "En vigueur";
    SITE_FAILS: "Cannot say what is in force", "Ne peut pas dire ce qui est en vigueur";
    MORE_SITES: "More sites", "Autres sites";
    FIRST_SITES: "Back to the first sites", "Retour aux premiers sites";

    NEW_SITE_LEAD: "Choose the name by which the server, the tag and the proofs know the site. It cannot be changed later.",
        "Choisissez le nom sous lequel le serveur, la balise et les preuves connaissent le site. Il ne pourra plus changer.";
    SITE_ID: "Name of the site on this server", "Nom du site sur ce serveur";
    SITE_ID_HINT: "1 to 40 lower-case letters, digits and single dashes. It stands in the tag: /t/{site}.js",
        "De 1 à 40 lettres minuscules, chiffres et traits d’union simples. Il figure dans la balise\u{a0}: /t/{site}.js";
    SITE_ID_WRONG: "Only lower-case letters without accents, digits and single dashes, 40 at most, with no dash at either end.",
        "Seulement des lettres minuscules sans accent, des chiffres et des traits d’union simples, 40 au plus, sans trait d’union au bord.";
    SITE_ID_TAKEN: "A site of that name is already published here.", "Un site de ce nom est déjà publié ici.";
    CONTINUE: "Continue", "Continuer";
}
