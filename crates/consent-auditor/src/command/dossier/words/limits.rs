//! What a dossier proves and what it does not, in plain words. The content is that of `docs/proof-format.md` ("What a
//! record proves, and what it does not") and of `SECURITY.md`.

super::words! {
    /// The words of the limits, and of how to verify again.
    Limits {
        title: "Ce qui est prouvé, et ce qui ne l’est pas", "What is proved, and what is not";
        caption: "Portée de chaque affirmation", "What each claim is worth";
        claim: "Affirmation", "Claim";
        worth: "Valeur", "Worth";
        proved: "Prouvé", "Proved";
        checked: "Contrôlé", "Checked";
        said: "Affirmé", "Said";
        not_known: "Inconnu", "Not known";
        not_proved: "Non prouvé", "Not proved";
        received: "Cette réponse a été reçue à cette heure, sous cet avis, et n’a pas changé depuis.", "This answer was received at this time, under this notice, and has not been changed since.";
        received_by: "par le registre signé, ses témoins, et l’empreinte de l’avis, qui nomme chaque texte montré et les empreintes du chargeur et du composant.", "by the signed log, its witnesses, and the hash of the notice, which names every text that was shown and the digests of the loader and the widget.";
        before: "L’avis a été publié avant qu’on y réponde.", "The notice was published before it was answered.";
        before_by: "son inscription de publication vient d’abord dans le même registre.", "its publish entry comes first in the same log.";
        complete: "Aucune preuve n’a été omise, ni ajoutée après coup.", "No record was left out, nor was one added later.";
        complete_by: "à qui détient un état signé antérieur : le registre ne fait que croître. Que la réponse soit complète a été vérifié par temoin sur toutes les inscriptions de la période ; ce fichier seul ne le montre pas, car il ne contient pas les autres preuves.", "to whoever has an earlier signed state: the log only grows. That the answer is complete, temoin verified over all entries of the period; this file alone does not show it, because it does not hold the other records.";
        follows: "La réponse découle de la manière de répondre (tout accepter accorde tout, tout refuser n’accorde rien).", "The answer follows from how it was given (accept all grants everything, reject all nothing).";
        follows_by: "par le serveur, qui refuse un envoi qui dit autre chose.", "by the server, which refuses a report that says otherwise.";
        origin: "La page était l’une de celles du site.", "The page was one of the site’s.";
        origin_by: "par le navigateur ; aucune page ne peut le forger, mais un programme le peut.", "by the browser; no page can forge it, and any program can.";
        trusted: "Le clic était celui d’une personne.", "The click was a person’s.";
        trusted_by: "par le chargeur : un navigateur distingue le clic d’un script ; un programme qui n’est pas un navigateur dit ce qu’il veut.", "by the loader: a browser tells a script’s click from a user’s; a program that is no browser says what it wants.";
        same: "Les preuves de même « personne » sont d’un même navigateur.", "Records of the same “person” are one browser’s.";
        same_by: "seul qui a son secret peut les faire. Qu’il s’agisse d’une seule personne ne l’est pas.", "only who has its secret makes them. That it is one person is not.";
        loader: "Un chargeur a été servi à quelqu’un à la minute indiquée.", "A loader was served to somebody at the stated minute.";
        loader_by: "au serveur, qui signe des billets ; par sa parole, aux autres.", "to the server, which signs tickets; by its word, to others.";
        who: "Qui est cette personne.", "Who that person is.";
        who_by: "à dessein : ni adresse IP, ni compte, ni nom ne sont conservés.", "on purpose: no IP address, account or name is kept.";
        ran: "Notre chargeur s’exécutait, inchangé, quand la personne a répondu ; l’écran avait exactement l’aspect montré.", "Our loader ran, unchanged, when the person answered; their screen looked exactly as shown.";
        ran_by: "un programme qui parle le protocole peut envoyer une réponse sans lui ; la taille, les polices et le thème dépendent de l’appareil.", "a program that speaks the protocol can send a report without it; size, fonts and theme depend on the device.";
        dropped: "Une réponse que le serveur a laissée tomber.", "A report that the server dropped.";
        dropped_by: "seule la personne sait qu’aucun reçu n’est venu.", "only the visitor knows that no receipt came.";
        split: "Un registre distinct montré à une seule personne.", "A separate log shown to one visitor.";
        split_by: "tant qu’aucun témoin extérieur ne cosigne l’ancre.", "while no outside witness cosigns the anchor.";
        file: "Que ce fichier n’a pas été altéré, script compris.", "That this file was not altered, its script included.";
        file_by: "par le fichier lui-même : qui le change peut aussi changer son vérificateur. Vérifiez-le de nouveau avec vos propres outils, comme ci-dessous, ou comparez son empreinte SHA-256 à celle que temoin a affichée.", "by the file itself: whoever changes it can change its verifier too. Verify again with tools of your own, as below, or compare its SHA-256 with the one that temoin printed.";
        again: "Vérifier de nouveau", "Verify again";
        again_temoin: "Avec temoin", "With temoin";
        again_temoin_why: "La même question, posée de nouveau ; puis le site entier. Le jeton d’auditeur est dans TEMOIN_TOKEN, et ne figure nulle part dans ce fichier.", "The same question, asked again; then the whole site. The auditor’s token is in TEMOIN_TOKEN, and nowhere in this file.";
        again_alone: "Sans notre code", "Without our code";
        again_alone_why: "Les formats sont ouverts : RFC 6962 pour l’arbre, C2SP (signed-note, tlog-checkpoint, tlog-proof, tlog-cosignature) pour les signatures et les preuves, SHA-256 et Ed25519 partout. Pour une preuve, avec ses textes et ses sels ci-dessus enregistrés dans des fichiers :", "The formats are open: RFC 6962 for the tree, C2SP (signed-note, tlog-checkpoint, tlog-proof, tlog-cosignature) for signatures and proofs, SHA-256 and Ed25519 throughout. For one record, with its texts and salts above saved in files:";
        again_format: "docs/proof-format.md, dans le dépôt de Témoin, donne chaque octet. Les données de ce fichier sont en JSON dans l’élément dont l’identifiant est « dossier-data ».", "docs/proof-format.md, in the repository of Témoin, gives every byte. The data of this file is JSON, in the element with the id “dossier-data”.";
        step_hashes: "les deux parties", "the two parts";
        step_commitment: "l’engagement : octets 26 à 57 de l’inscription", "the commitment: bytes 26 to 57 of the entry";
        step_leaf: "l’empreinte de feuille de l’inscription, 58 octets", "the leaf hash of the entry, 58 bytes";
        step_file: "l’empreinte de ce fichier", "the hash of this file";
    }
}
