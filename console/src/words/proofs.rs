//! The search of proofs, one proof, and its check in the browser.

use super::words;

words! {
    LEAD: "Each choice of a visitor is one record, and an entry in a signed public log. Filters narrow together.",
        "Chaque choix d’un visiteur est une fiche, et une entrée dans un journal public signé. Les filtres se combinent.";
    FILTERS: "Filters", "Filtres";
    FROM: "From (UTC)", "Du (UTC)";
    TO: "To, included (UTC)", "Au, compris (UTC)";
    PURPOSE: "Purpose", "Finalité";
    DECISION: "Answer", "Réponse";
    SERVICE: "Service (its id)", "Service (son identifiant)";
    STATUS: "Consent", "Consentement";
    METHOD: "How", "Comment";
    LAYER: "Where", "Où";
    NOTICE: "Notice (SHA-256)", "Avis (SHA-256)";
    LANGUAGE: "Language", "Langue";
    JURISDICTION: "Law", "Droit applicable";
    GPC: "Privacy signal (GPC)", "Signal de confidentialité (GPC)";
    TRUSTED: "Click of a person", "Clic d’une personne";
    SERVED: "Page served by us", "Page servie par nous";
    SUBJECT: "Subject tag", "Étiquette du visiteur";
    ANY: "Any", "Indifférent";
    MORE_FILTERS: "More filters", "Plus de filtres";
    SEARCH: "Search", "Chercher";
    CLEAR: "Clear all filters", "Effacer les filtres";
    NEEDS_ANSWER: "Choose an answer too: every record answers for every purpose.",
        "Choisissez aussi une réponse\u{a0}: chaque fiche répond pour chaque finalité.";
    RESULTS: "Results", "Résultats";
    COUNT_ONE: "{n} record", "{n} fiche";
    COUNT_MANY: "{n} records", "{n} fiches";
    AT_LEAST: "at least {n}", "au moins {n}";
    GO_ON_COUNTING: "Count on", "Continuer le décompte";
    ERASED_ONE: "{n} erased", "{n} effacée";
    ERASED_MANY: "{n} erased", "{n} effacées";
    COUNTING: "Counting…", "Décompte…";
    CAPTION: "Records, oldest first", "Fiches, de la plus ancienne à la plus récente";
    TIME: "Time", "Date";
    OPEN: "Open", "Ouvrir";
    OPEN_WHICH: "Open the record of {time}", "Ouvrir la fiche du {time}";
    NONE: "No record passes these filters", "Aucune fiche ne répond à ces filtres";
    NONE_LEAD: "Widen the dates, or clear a filter.", "Élargissez les dates ou effacez un filtre.";
    NONE_AT_ALL: "No proof yet", "Aucune preuve pour l’instant";
    NONE_AT_ALL_LEAD: "The first choice of a visitor will be here a moment after they make it.",
        "Le premier choix d’un visiteur apparaîtra ici un instant après.";
    NONE_SO_FAR: "Nothing found so far", "Rien trouvé jusqu’ici";
    NONE_SO_FAR_LEAD: "The server looks at a bounded number of records at a time: go on.",
        "Le serveur parcourt un nombre limité de fiches à la fois\u{a0}: continuez.";
    FIRST_PAGE: "First page", "Première page";
    NEXT_PAGE: "Next page", "Page suivante";
    ERASED_HERE: "Erased on this page: {list}", "Effacées sur cette page\u{a0}: {list}";

    RECORD: "Record", "Fiche";
    BACK: "Back to the results", "Retour aux résultats";
    NOT_THERE: "This record is not there", "Cette fiche est introuvable";
    NOT_THERE_LEAD: "It was erased, or the address is not whole.", "Elle a été effacée, ou l’adresse est incomplète.";
    ANSWERS: "What the visitor answered", "Ce que le visiteur a répondu";
    CIRCUMSTANCES: "In which circumstances", "Dans quelles circonstances";
    IDENTITY: "What identifies the record", "Ce qui identifie la fiche";
    KEPT_AT: "Kept at (server’s clock)", "Enregistrée le (horloge du serveur)";
    VALID_UNTIL: "The choice holds until", "Le choix vaut jusqu’au";
    CHOSEN_AT: "Chosen at, as the other tool says", "Choisi le, selon l’autre outil";
    SERVED_AT: "Loader of the page served at", "Chargeur de la page servi le";
    NOT_SERVED: "No ticket of this server was named", "Aucun ticket de ce serveur n’a été donné";
    TOLD: "Tools told of the choice", "Outils informés du choix";
    NOBODY: "None", "Aucun";
    SHOWN_IN: "Shown in", "Affiché en";
    POLICY_VERSION: "Policy in force", "Politique en vigueur";
    PREVIOUS: "The visitor’s receipt before", "Reçu précédent du visiteur";
    RECEIPT: "Receipt", "Reçu";
    LOG: "Log", "Journal";
    INDEX: "Index in the log", "Position dans le journal";
    SERVICES_APART: "Services answered apart", "Services choisis à part";
    ALL_OF_SUBJECT: "All of this visitor’s records", "Toutes les fiches de ce visiteur";
    UNDER_NOTICE: "All records under this notice", "Toutes les fiches sous cet avis";

    CHECK: "Inclusion proof", "Preuve d’inclusion";
    CHECK_LEAD: "Your browser reads the public log, without your token, and computes everything itself. It takes nobody’s word.",
        "Votre navigateur lit le journal public, sans votre jeton, et calcule tout lui-même. Il ne croit personne sur parole.";
    CHECK_START: "Check the proof in this browser", "Vérifier la preuve dans ce navigateur";
    HOLDS: "The proof holds", "La preuve est valide";
    HOLDS_LEAD: "This very record is entry {index} of the {size} that the server has signed for. Changing one character of it would have led to another root.",
        "Cette fiche, telle quelle, est l’entrée {index} des {size} que le serveur a signées. En changer un seul caractère aurait mené à une autre racine.";
    FAILS: "The proof does not hold", "La preuve n’est pas valide";
    FAILS_LEAD: "Keep this page as it is, and have the log checked with temoin verify.",
        "Conservez cette page telle quelle et faites vérifier le journal avec temoin verify.";
    STEP_ENTRY: "Rebuild the entry", "Reconstruire l’entrée";
    STEP_ENTRY_LEAD: "58 bytes, from the record and its two salts. Their SHA-256, after a zero byte, is the leaf.",
        "58 octets, tirés de la fiche et de ses deux sels. Leur SHA-256, après un octet nul, est la feuille.";
    STEP_CHECKPOINT: "Read the checkpoint", "Lire le point de contrôle";
    STEP_CHECKPOINT_LEAD: "The log {log} has {size} entries; the server signs for this root.",
        "Le journal {log} compte {size} entrées\u{a0}; le serveur signe cette racine.";
    STEP_SIGNATURE: "Verify the signature", "Vérifier la signature";
    STEP_SIGNATURE_LEAD: "Ed25519, with the public key of the log.", "Ed25519, avec la clé publique du journal.";
    STEP_WAY: "Climb from the leaf to the root", "Remonter de la feuille à la racine";
    STEP_WAY_ONE: "{n} step, with the neighbours’ hashes from the public tiles.", "{n} étape, avec les empreintes voisines lues dans les tuiles publiques.";
    STEP_WAY_MANY: "{n} steps, with the neighbours’ hashes from the public tiles.", "{n} étapes, avec les empreintes voisines lues dans les tuiles publiques.";
    STEP_ROOT: "Compare the roots", "Comparer les racines";
    STEP_ROOT_LEAD: "The one that was computed here, and the one that the server has signed.",
        "Celle qui est calculée ici, et celle que le serveur a signée.";
    LEAF: "Leaf", "Feuille";
    ROOT: "Root", "Racine";
    COMPUTED: "Computed", "Calculée";
    SIGNED: "Signed", "Signée";
    KEY: "Key", "Clé";
    ENTRY: "Entry", "Entrée";
    LEFT: "Left neighbour", "Voisin de gauche";
    RIGHT: "Right neighbour", "Voisin de droite";
    GIVES: "gives", "donne";
    PASSED: "Passed", "Réussi";
    FAILED: "Failed", "Échoué";
    SHOW_STEPS: "Show each step", "Montrer chaque étape";
    NO_CHECKPOINT: "The log has no checkpoint.", "Le journal n’a pas de point de contrôle.";
    NO_KEY: "The log has no public key.", "Le journal n’a pas de clé publique.";
    TILE_MISSING: "A tile that the checkpoint signs for is missing.", "Une tuile que couvre le point de contrôle manque.";
    NOT_SIGNED_FOR: "The checkpoint does not cover this entry.", "Le point de contrôle ne couvre pas cette entrée.";
}
