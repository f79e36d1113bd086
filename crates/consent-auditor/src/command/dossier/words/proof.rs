//! The words of the proof: the checkpoints, the steps of the verifier in the file, what temoin checked.

use crate::report::{Check, Outcome};

super::words! {
    /// The words of the proof.
    Proof {
        title: "La preuve, pas à pas", "The proof, step by step";
        intro: "À l’ouverture, le script contenu dans ce fichier recalcule tout ce qui suit à partir des données du fichier, sans rien demander à personne : d’abord pour l’ensemble, puis pour chaque preuve dans son détail.", "On opening, the script in this file recomputes all of the following from the data in the file, and asks nobody for anything: first in sum, then for each record in its detail.";
        sum_caption: "Ce que ce fichier recalcule, en somme", "What this file recomputes, in sum";
        step: "Étape", "Step";
        passed_count: "Tient", "Holds";
        failed_count: "Ne tient pas", "Fails";
        other_count: "Indécis", "Undecided";
        waiting: "Vérification en cours…", "Verifying…";
        progress: "Vérification : {done} sur {all}…", "Verifying: {done} of {all}…";
        without_script: "Le script de ce fichier n’a pas été exécuté. Ouvrez le fichier dans un navigateur récent pour que chaque étape soit recalculée, ou suivez la dernière section.", "The script of this file has not run. Open the file in a recent browser to have each step recomputed, or follow the last section.";
        holds: "Tout tient : chaque étape recalculée dans ce fichier est juste.", "Everything holds: each step recomputed in this file is right.";
        partial: "Rien n’est faux, mais une partie n’a pas pu être vérifiée ici : {unknown} étapes. Ce navigateur n’a peut-être pas Ed25519.", "Nothing is wrong, but a part could not be verified here: {unknown} steps. This browser may lack Ed25519.";
        broken: "ATTENTION : {failed} étapes ne tiennent pas. Ce fichier a été altéré, ou une preuve est fausse.", "WARNING: {failed} steps do not hold. This file was altered, or a proof is false.";
        unreadable: "ATTENTION : les données de ce fichier sont illisibles. Il a été altéré.", "WARNING: the data in this file cannot be read. It was altered.";
        passed: "tient", "holds";
        failed: "ne tient pas", "does not hold";
        unknown: "invérifiable dans ce navigateur", "cannot be verified in this browser";
        pending: "pas encore", "not yet";
        step_shown: "Les mots affichés sont ceux des textes mis en gage", "The words shown are those of the committed texts";
        step_texts: "Les textes et leurs sels se recodent en une inscription et donnent son empreinte", "The texts and their salts re-encode to an entry, and give its leaf hash";
        step_log: "L’inscription est dans l’arbre du registre : le chemin mène à la racine", "The entry is in the log’s tree: the path leads to the root";
        step_signature: "Le registre a signé cette racine (Ed25519)", "The log signed that root (Ed25519)";
        step_anchor: "L’ancre contient cet état signé du registre, et a signé le sien", "The anchor has this signed state of the log, and signed its own";
        step_witnesses: "Des témoins extérieurs ont cosigné l’état de l’ancre", "Outside witnesses have cosigned the anchor’s state";
        step_notice: "L’avis a l’empreinte que les preuves nomment", "The notice has the hash that the records name";
        step_digest: "Ce qui est montré a l’empreinte que l’avis énonce", "What is shown has the digest that the notice states";
        step_whole: "Rien ne manque au document : les preuves, les clés et les états affichés sont ceux des données", "Nothing is missing from the document: the records, keys and states shown are those of the data";
        anchored_later: "L’ancre n’a pas encore reçu cet état : demandez un nouveau dossier plus tard.", "The anchor has not received this state yet: ask for a new dossier later.";
        logs_caption: "États signés des registres, contre lesquels les preuves sont établies", "Signed states of the logs in which the proofs are";
        size: "Taille", "Size";
        root: "Racine de l’arbre", "Root of the tree";
        anchor: "Ancre", "Anchor";
        in_anchor: "rang {index} de {log}, qui a {size} inscriptions", "index {index} of {log}, which has {size} entries";
        not_in_anchor: "pas encore", "not yet";
        keys: "Les clés", "The keys";
        keys_why: "Une signature ne vaut que par sa clé. Comparez celles-ci avec les clés que vous tenez d’ailleurs : une publication du site, un reçu, un dossier antérieur.", "A signature is worth what its key is worth. Compare these with the keys that you have from elsewhere: a publication of the site, a receipt, an earlier dossier.";
        witnesses: "Les témoins", "The witnesses";
        witnesses_none: "Aucun témoin extérieur n’a cosigné l’ancre : le serveur n’en nomme aucun, ou aucun n’a répondu.", "No outside witness has cosigned the anchor: the server names none, or none has answered.";
        witnesses_caption: "Cosignatures de l’état de l’ancre", "Cosignatures on the anchor’s state";
        witness: "Témoin", "Witness";
        cosigned_at: "A cosigné le", "Cosigned at";
        checked: "Ce que temoin a vérifié en établissant ce dossier", "What temoin checked when it made this dossier";
        checked_why: "Ces vérifications portent aussi sur ce que le fichier ne contient pas : toutes les inscriptions et toutes les preuves de la période, même celles que la question écarte. Refaites-les par temoin query.", "These checks also cover what is not in the file: all entries and all records of the period, also those that the question leaves out. Do them again by temoin query.";
        checked_caption: "Vérifications faites à l’établissement", "Checks made when this was written";
        subject: "Objet", "Subject";
        check: "Vérification", "Check";
        result: "Résultat", "Result";
        ok: "tient", "holds";
        skipped: "non faite", "not made";
        check_listing: "liste des registres", "list of the logs";
        check_key: "clé", "key";
        check_signature: "signature", "signature";
        check_entries: "inscriptions", "entries";
        check_tiles: "nœuds de l’arbre", "nodes of the tree";
        check_root: "racine", "root";
        check_format: "format", "format";
        check_time: "ordre du temps", "order of time";
        check_consistency: "continuité avec les états connus", "consistency with known states";
        check_anchor: "ancre", "anchor";
        check_witnesses: "témoins", "witnesses";
        check_notices: "avis", "notices";
        check_records: "chaque preuve contre son inscription", "each record against its entry";
        check_completeness: "rien ne manque à la réponse", "nothing is missing from the answer";
        check_receipts: "reçus", "receipts";
        check_other: "autre", "other";
    }
}

impl Proof {
    /// The words of a check.
    pub const fn of_check(&self, check: Check) -> &'static str {
        match check {
            Check::Listing => self.check_listing,
            Check::Key => self.check_key,
            Check::Signature => self.check_signature,
            Check::Entries => self.check_entries,
            Check::Tiles => self.check_tiles,
            Check::Root => self.check_root,
            Check::Format => self.check_format,
            Check::Time => self.check_time,
            Check::Consistency => self.check_consistency,
            Check::Anchor => self.check_anchor,
            Check::Witnesses => self.check_witnesses,
            Check::Notices => self.check_notices,
            Check::Records => self.check_records,
            Check::Completeness => self.check_completeness,
            Check::Receipts => self.check_receipts,
            Check::Manifest | Check::Publication | Check::Erasures | Check::Reads => {
                self.check_other
            }
        }
    }

    /// The words of an outcome.
    pub const fn of_outcome(&self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Passed => self.ok,
            Outcome::Failed => self.failed,
            Outcome::Skipped => self.skipped,
        }
    }
}
