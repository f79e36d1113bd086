//! An owner leaves the server.

use super::words;

words! {
    TITLE: "Leave this server", "Quitter ce serveur";
    LEAD: "The banner stops at once. After {n} days everything that belongs to the site is erased, for good.",
        "Le bandeau s’arrête aussitôt. Après {n} jours, tout ce qui appartient au site est effacé, pour de bon.";
    BEFORE: "Before you leave", "Avant de partir";
    BEFORE_TAG: "Take the tag out of your pages. What is marked with a purpose keeps waiting without it; what is blocked automatically runs again.",
        "Retirez la balise de vos pages. Sans elle, ce qui est signalé par une finalité continue d’attendre\u{a0}; ce qui est bloqué automatiquement s’exécute de nouveau.";
    BEFORE_EXPORT: "Export the records that you must keep. What was exported proves itself after the site is gone.",
        "Exportez les preuves que vous devez garder. Ce qui a été exporté se vérifie encore après la disparition du site.";
    WHAT: "What becomes of it", "Ce qu’il en advient";
    AT_ONCE: "At once: no banner, no new record. You, auditors and visitors can still read what there is.",
        "Aussitôt\u{a0}: plus de bandeau, plus de nouvelle preuve. Vous, les auditeurs et les visiteurs pouvez encore lire ce qui existe.";
    LATER: "After {n} days: records, reads, configurations, editions, statistics, hosts and the tokens of this site alone are erased.",
        "Après {n} jours\u{a0}: preuves, consultations, configurations, éditions, statistiques, hôtes et jetons propres à ce site sont effacés.";
    STAYS: "For ever: the entries of the log, which say nothing of anyone and name the departure, and the notices that receipts name.",
        "Pour toujours\u{a0}: les inscriptions du registre, qui ne disent rien de personne et nomment le départ, et les avis que nomment les reçus.";
    UNDO: "To publish the site again before then undoes it.", "Publier de nouveau le site d’ici là annule le départ.";
    HOSTS: "Pages pass through this server", "Des pages passent par ce serveur";
    HOSTS_LEAD: "They would stop being served under: {list}. Point these names elsewhere, publish the site without `edge`, then come back.",
        "Elles cesseraient d’être servies sous\u{a0}: {list}. Dirigez ces noms ailleurs, publiez le site sans `edge`, puis revenez.";
    TYPE_NAME: "Write the name of the site to confirm", "Écrivez le nom du site pour confirmer";
    NAME_WRONG: "Write {name}, exactly.", "Écrivez exactement {name}.";
    LEFT: "The owner of this site has left", "Le propriétaire de ce site est parti";
    LEFT_LEAD: "Everything that belongs to it is erased on {date}. To publish it again before then undoes that.",
        "Tout ce qui lui appartient sera effacé le {date}. Le publier de nouveau d’ici là annule le départ.";
    LEAVING: "Erased on {date}", "Effacé le {date}";
}
