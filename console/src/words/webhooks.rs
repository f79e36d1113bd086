//! The webhooks of a site.

use super::{Word, words};
use consent_core::webhook::{DeliveryStatus, DisabledReason, WebhookEvent};

words! {
    LEAD: "Programs of yours that are told what happens on this site. What is sent is signed, and repeated for three days where it fails.",
        "Vos programmes qui sont avertis de ce qui arrive sur ce site. Chaque envoi est signé, et répété pendant trois jours en cas d’échec.";
    MAKE: "Add a webhook", "Ajouter un webhook";
    NAME: "What to call it", "Comment le nommer";
    URL: "Address", "Adresse";
    URL_HINT: "Begins with https://, and is on the public internet.", "Commence par https:// et se trouve sur l’internet public.";
    EVENTS: "What it is told", "Ce qui lui est annoncé";
    PUBLISHED: "A publication", "Une publication";
    WITHDRAWN: "A withdrawal of consent", "Un retrait de consentement";
    ERASED: "An erased proof", "Une preuve effacée";
    SCANNED: "A scan or a file entered as evidence", "Un balayage ou un fichier versé comme preuve";
    FORKED: "A log that somebody saw fork", "Un journal dont quelqu’un a vu la bifurcation";
    PING: "A test", "Un essai";
    MADE: "This is the secret", "Voici le secret";
    MADE_LEAD: "Copy it now into your program, which checks signatures with it: nobody can see it again.",
        "Copiez-le maintenant dans votre programme, qui vérifie les signatures avec lui\u{a0}: personne ne pourra le revoir.";
    SECRET: "The secret", "Le secret";
    LIST: "Webhooks of this site", "Webhooks de ce site";
    NONE: "No webhook yet", "Aucun webhook pour l’instant";
    NONE_LEAD: "Nothing is sent, and nothing is kept for it.", "Rien n’est envoyé, et rien n’est gardé à cette fin.";
    ON: "In use", "En usage";
    FAILING: "Failing since {date}", "En échec depuis le {date}";
    WAITING_ONE: "{n} delivery waits", "{n} envoi attend";
    WAITING_MANY: "{n} deliveries wait", "{n} envois attendent";
    OFF_OWNER: "Turned off", "Désactivé";
    OFF_GONE: "Disabled: it wants nothing more", "Désactivé\u{a0}: il ne veut plus rien";
    OFF_FAILING: "Disabled: it failed for five days", "Désactivé\u{a0}: cinq jours d’échecs";
    ENABLE: "Turn on", "Activer";
    DISABLE: "Turn off", "Désactiver";
    TEST: "Send a test", "Envoyer un essai";
    RENEW: "New secret", "Nouveau secret";
    DELIVERIES: "Deliveries", "Envois";
    REMOVE: "Remove", "Supprimer";
    REMOVE_SURE: "Remove for good?", "Supprimer pour de bon\u{a0}?";
    REMOVE_DO: "Yes, remove it", "Oui, le supprimer";
    WHICH: "{action}: {name}", "{action}\u{a0}: {name}";
    SENT: "Deliveries: {name}", "Envois\u{a0}: {name}";
    REFRESH: "Refresh", "Actualiser";
    NOTHING_SENT: "Nothing was sent yet", "Rien n’a encore été envoyé";
    NOTHING_SENT_LEAD: "Send a test to see what comes of it.", "Envoyez un essai pour voir ce qu’il en advient.";
    WAITS: "Waits", "En attente";
    DELIVERED: "Delivered", "Livré";
    FAILED: "Failed", "Échoué";
    NEXT: "next attempt: {date}", "prochaine tentative\u{a0}: {date}";
    ATTEMPT: "{date}, {ms} ms", "{date}, {ms}\u{a0}ms";
    ANSWERED: "answered {status}", "réponse {status}";
    RESEND: "Send again", "Renvoyer";
}

/// What an event is.
pub const fn event(event: WebhookEvent) -> Word {
    match event {
        WebhookEvent::SitePublished => PUBLISHED,
        WebhookEvent::ConsentWithdrawn => WITHDRAWN,
        WebhookEvent::ConsentErased => ERASED,
        WebhookEvent::ScanFindings => SCANNED,
        WebhookEvent::LogForked => FORKED,
        WebhookEvent::Ping => PING,
    }
}

/// Why nothing is sent.
pub const fn disabled(reason: DisabledReason) -> Word {
    match reason {
        DisabledReason::Owner => OFF_OWNER,
        DisabledReason::Gone => OFF_GONE,
        DisabledReason::Failing => OFF_FAILING,
    }
}

/// Where a delivery stands.
pub const fn status(status: DeliveryStatus) -> Word {
    match status {
        DeliveryStatus::Waiting => WAITS,
        DeliveryStatus::Delivered => DELIVERED,
        DeliveryStatus::Failed => FAILED,
    }
}
