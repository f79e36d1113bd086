//! The configuration: its fields, its findings, its publication.

use super::{Word, words};

words! {
    LEAD: "What visitors are asked, in which languages, under which law. Nothing changes for them before you publish.",
        "Ce qui est demandé aux visiteurs, dans quelles langues, selon quel droit. Rien ne change pour eux avant la publication.";
    NEW_LEAD: "Fill in what the law asks you to say. Check as often as you like: nothing is published before you say so.",
        "Remplissez ce que la loi vous demande de dire. Vérifiez aussi souvent que vous voulez\u{a0}: rien n’est publié sans votre accord.";
    AS_FORM: "Form", "Formulaire";
    AS_TEXT: "Text (JSON)", "Texte (JSON)";
    VIEW: "How to edit it", "Façon de modifier";
    TEXT: "Configuration", "Configuration";
    TEXT_HINT: "The whole file, with every field that the documentation has. The form changes the same text.",
        "Le fichier entier, avec tous les champs de la documentation. Le formulaire modifie ce même texte.";
    NOT_JSON: "The text is not JSON that the form can show. Correct it here first.",
        "Ce texte n’est pas du JSON que le formulaire puisse montrer. Corrigez-le d’abord ici.";
    CHECK: "Check", "Vérifier";
    CHECKING: "Checking…", "Vérification…";
    SHOW_BANNER: "Show the banner", "Voir le bandeau";
    PREVIEW: "The banner of this draft", "Le bandeau de ce brouillon";
    PREVIEW_LEAD: "It is the real one, in a page that keeps and sends nothing. Try it.",
        "C’est le vrai, dans une page qui ne garde et n’envoie rien. Essayez-le.";
    PREVIEW_OF: "Banner, {language}", "Bandeau, {language}";
    WIDE: "Desktop", "Ordinateur";
    NARROW: "Phone", "Téléphone";
    WIDTH: "Width", "Largeur";
    REVIEW: "Review and publish", "Relire et publier";
    UNSAVED: "Changed, not published", "Modifiée, non publiée";

    SITE: "The site", "Le site";
    NAME: "Name of the site", "Nom du site";
    NAME_HINT: "As visitors know it.", "Tel que les visiteurs le connaissent.";
    ORIGINS: "Origins", "Origines";
    ORIGINS_HINT: "Where its pages are, one a line: https://www.example.org", "Où se trouvent ses pages, une par ligne\u{a0}: https://www.exemple.org";
    LANGUAGES: "Languages of the notice", "Langues de l’avis";
    LANGUAGES_HINT: "The first is the default. Each service needs its description in each of them.",
        "La première sert par défaut. Chaque service doit être décrit dans chacune.";
    ADD_LANGUAGE: "Add a language", "Ajouter une langue";
    DEFAULT: "Default", "Par défaut";
    MAKE_DEFAULT: "Make {name} the default", "Choisir {name} par défaut";
    REMOVE: "Remove", "Retirer";
    REMOVE_WHICH: "Remove: {name}", "Retirer\u{a0}: {name}";
    LAW: "The law that applies", "Le droit applicable";
    MINORS: "The site is for minors: it cannot ask for marketing", "Le site s’adresse à des mineurs\u{a0}: il ne peut pas demander le marketing";

    ANSWERS_FOR_IT: "Who answers for it", "Qui en répond";
    CONTROLLER: "Organisation", "Organisation";
    CONTROLLER_HINT: "Who decides why and how data is used.", "Qui décide pourquoi et comment les données servent.";
    PERSON: "Person in charge", "Personne responsable";
    PERSON_HINT: "Of the protection of personal information.", "De la protection des renseignements personnels.";
    CONTACT: "How to reach them", "Comment la joindre";
    POLICY_URL: "Address of the privacy policy", "Adresse de la politique de confidentialité";
    POLICY_URL_HINT: "A whole address, or a path on the site: /privacy", "Une adresse entière, ou un chemin du site\u{a0}: /confidentialite";
    POLICY_VERSION: "Version of the policy", "Version de la politique";
    POLICY_VERSION_HINT: "A new version asks every visitor again.", "Une nouvelle version sollicite de nouveau chaque visiteur.";

    PURPOSES: "What it asks for", "Ce qu’il demande";
    PURPOSES_HINT: "Without any of these there is no banner. One more or one less asks every visitor again.",
        "Sans aucune, il n’y a pas de bandeau. Une de plus ou de moins sollicite de nouveau chaque visiteur.";
    PREFERENCES: "Preferences: remembers how a visitor likes the site", "Préférences\u{a0}: retenir comment un visiteur aime le site";
    STATISTICS: "Statistics: counts and measures visits", "Statistiques\u{a0}: compter et mesurer les visites";
    MARKETING: "Marketing: advertising, and what third parties do for themselves", "Marketing\u{a0}: la publicité, et ce que des tiers font pour eux-mêmes";

    SERVICES: "Services", "Services";
    SERVICES_HINT: "Every tool that reads or writes something on a visitor’s device, with who receives the data.",
        "Chaque outil qui lit ou écrit sur l’appareil d’un visiteur, et qui reçoit les données.";
    NO_SERVICE: "No service yet.", "Aucun service pour l’instant.";
    ADD_SERVICE: "Add a service", "Ajouter un service";
    UNNAMED: "New service", "Nouveau service";
    ID: "Id", "Identifiant";
    ID_HINT: "As in data-service on your pages: lower-case letters, digits, dashes.",
        "Comme dans data-service sur vos pages\u{a0}: minuscules, chiffres, traits d’union.";
    SERVICE_NAME: "Name", "Nom";
    PURPOSE: "Purpose", "Finalité";
    RECIPIENT: "Who receives the data", "Qui reçoit les données";
    COUNTRY: "Country", "Pays";
    COUNTRY_HINT: "Two letters: CA, FR, US.", "Deux lettres\u{a0}: CA, FR, US.";
    DESCRIPTION: "What it does, in {language}", "Ce qu’il fait, en {language}";
    COOKIES: "Cookies and storage keys", "Témoins et clés de stockage";
    COOKIES_HINT: "One a line, with how long it stays: _ga P13M, or _ga_* P2Y, or id session",
        "Un par ligne, avec sa durée\u{a0}: _ga P13M, ou _ga_* P2Y, ou id session";
    HOSTS: "Hosts that it is loaded from", "Hôtes d’où il est chargé";
    HOSTS_HINT: "One a line; subdomains are included.", "Un par ligne\u{a0}; les sous-domaines sont compris.";
    SERVICE_POLICY: "Its own policy", "Sa propre politique";
    SAFEGUARD: "What protects data that leaves the jurisdiction", "Ce qui protège les données à l’étranger";
    NOT_SAID: "Not said", "Non précisé";
    ADEQUACY: "Adequacy decision (GDPR, article 45)", "Décision d’adéquation (RGPD, article 45)";
    CLAUSES: "Standard contractual clauses (GDPR, article 46)", "Clauses contractuelles types (RGPD, article 46)";
    ASSESSMENT: "Privacy impact assessment (Law 25, section 17)", "Évaluation des facteurs (Loi 25, article 17)";
    FRAMEWORK: "Data Privacy Framework (GDPR, article 45)", "Data Privacy Framework (RGPD, article 45)";
    BINDING_RULES: "Binding corporate rules (GDPR, article 47)", "Règles d’entreprise contraignantes (RGPD, article 47)";
    CONDUCT: "Approved code of conduct (GDPR, article 46)", "Code de conduite approuvé (RGPD, article 46)";
    CERTIFICATION: "Approved certification (GDPR, article 46)", "Certification approuvée (RGPD, article 46)";
    TRANSFER_AGREEMENT: "International data transfer agreement (United Kingdom)", "Accord international de transfert (Royaume-Uni)";
    DEROGATION: "Exception for a single case (GDPR, article 49)", "Dérogation pour un cas particulier (RGPD, article 49)";

    BEHAVIOUR: "How it behaves", "Comment il se comporte";
    BLOCKING: "What is held back", "Ce qui est retenu";
    MARKED: "What your pages mark", "Ce que vos pages signalent";
    AUTOMATIC: "That, and everything from third parties", "Cela, et tout ce qui vient de tiers";
    GOOGLE: "Google Consent Mode", "Google Consent Mode";
    OFF: "Off", "Non";
    BASIC: "Basic: tags wait for a choice", "De base\u{a0}: les balises attendent un choix";
    ADVANCED: "Advanced: tags run without cookies before a choice", "Avancé\u{a0}: les balises tournent sans témoins avant un choix";
    REASK: "Ask again after (months)", "Solliciter de nouveau après (mois)";
    REASK_HINT: "Empty: what is good practice under the law above.", "Vide\u{a0}: la bonne pratique selon le droit choisi.";
    REOPEN: "A small button stays on every page", "Un petit bouton reste sur chaque page";

    ERRORS_ONE: "{n} field to correct", "{n} champ à corriger";
    ERRORS_MANY: "{n} fields to correct", "{n} champs à corriger";
    SOUND: "It can be published", "Elle peut être publiée";
    SOUND_LEAD: "The server has checked it, and published nothing.", "Le serveur l’a vérifiée et n’a rien publié.";
    FINDINGS: "What you should know", "Ce qu’il faut savoir";
    FINDINGS_LEAD: "Nothing here stops the publication.", "Rien ici n’empêche la publication.";
    SOURCE: "Source", "Source";
    PUBLISH_TITLE: "Publish this?", "Publier ceci\u{a0}?";
    PUBLISH_LEAD: "What differs from what is in force:", "Ce qui diffère de ce qui est en vigueur\u{a0}:";
    FIRST_LEAD: "It is the first edition of the site. Its banner can be shown a moment later.",
        "C’est la première édition du site. Son bandeau pourra être affiché l’instant d’après.";
    UNCOMPARED: "What is in force was published by an earlier version of the server: the two cannot be compared.",
        "Ce qui est en vigueur vient d’une version antérieure du serveur\u{a0}: la comparaison est impossible.";
    PUBLISH: "Publish", "Publier";
    PUBLISHING: "Publishing…", "Publication…";

    WHY_PURPOSE: "A well-known tracker has a milder purpose here than its own terms give it.",
        "Un traceur bien connu a ici une finalité plus douce que celle de ses propres conditions.";
    WHY_SAFEGUARD: "Data leaves the jurisdiction, and the law asks for a safeguard that it knows.",
        "Des données quittent le territoire, et la loi demande une garantie qu’elle connaît.";
    WHY_KEEP: "The regulator recommends to keep this data for less long, or two fields say different times.",
        "L’autorité recommande de garder ces données moins longtemps, ou deux champs donnent des durées différentes.";
    WHY_HOSTS: "Automatic blocking cannot recognise this service: it has no host.",
        "Le blocage automatique ne peut pas reconnaître ce service\u{a0}: il n’a pas d’hôte.";
    WHY_LIFETIME: "A tracker should stay thirteen months at most. Declare what is true, and shorten it at the service if you can.",
        "Un traceur ne devrait pas durer plus de treize mois. Déclarez ce qui est vrai, et raccourcissez-le si possible chez le service.";
    WHY_REASK: "The regulator recommends another interval between two questions.",
        "L’autorité recommande un autre intervalle entre deux demandes.";
    WHY_AUDIENCE: "The regulator recommends to keep audience data for less long.",
        "L’autorité recommande de garder moins longtemps les données d’audience.";
    WHY_ADVANCED: "In the advanced mode, Google’s tags send data before a choice. Under an opt-in law, that is yours to justify.",
        "En mode avancé, les balises de Google envoient des données avant un choix. Sous un régime d’accord préalable, c’est à vous de le justifier.";
    CNIL_COOKIES: "CNIL, guidelines on cookies, 17 September 2020", "CNIL, lignes directrices sur les cookies, 17 septembre 2020";
    LAW_25: "Québec, Law 25, section 17; GDPR, chapter V", "Québec, Loi 25, article 17\u{a0}; RGPD, chapitre V";
    GOOGLE_HELP: "Google, Consent Mode overview", "Google, présentation du mode Consentement";
}

/// Where a rule is from: its name and address.
pub type Source = (Word, &'static str);

const CNIL: Source = (
    CNIL_COOKIES,
    "https://www.cnil.fr/fr/cookies-et-autres-traceurs/regles",
);

/// Why a finding matters, and where the rule is from, by the field that it names.
pub fn why(field: &str) -> Option<(Word, Option<Source>)> {
    let last = field.rsplit('.').next().unwrap_or(field);
    Some(match (field, last) {
        ("reask_after_months", _) => (WHY_REASK, Some(CNIL)),
        ("audience_data_months", _) => (WHY_AUDIENCE, Some(CNIL)),
        ("signals.google.mode", _) => (
            WHY_ADVANCED,
            Some((
                GOOGLE_HELP,
                "https://developers.google.com/tag-platform/security/concepts/consent-mode",
            )),
        ),
        (_, "purpose") => (WHY_PURPOSE, None),
        (_, "safeguard") => (WHY_SAFEGUARD, Some((LAW_25, "https://www.cai.gouv.qc.ca"))),
        (_, "hosts") => (WHY_HOSTS, None),
        (_, "lifetime") => (WHY_LIFETIME, Some(CNIL)),
        (_, "keep") => (WHY_KEEP, Some(CNIL)),
        _ => return None,
    })
}
