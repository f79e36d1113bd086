//! The export of the records that pass the filters.

use super::words;

words! {
    EXPORT: "Export these", "Exporter";
    LEAD: "Every record that passes the filters, in one file. That you exported is kept among the reads.",
        "Toutes les fiches qui répondent aux filtres, en un seul fichier. L’exportation est inscrite parmi les consultations.";
    NDJSON: "With the proof", "Avec la preuve";
    NDJSON_LEAD: "NDJSON: each record with its salts, and what shows that none is left out.", "NDJSON\u{a0}: chaque fiche avec ses sels, et ce qui montre qu’il n’en manque aucune.";
    CSV: "For a spreadsheet", "Pour un tableur";
    CSV_LEAD: "CSV: it opens in Excel, LibreOffice and Numbers. It proves nothing by itself.", "CSV\u{a0}: s’ouvre dans Excel, LibreOffice et Numbers. Ne prouve rien par lui-même.";
    JSONLD: "For another system", "Pour un autre système";
    JSONLD_LEAD: "JSON-LD in the terms of ISO/IEC TS 27560 and of the Data Privacy Vocabulary.", "JSON-LD, dans les termes d’ISO/IEC TS 27560 et du Data Privacy Vocabulary.";
    DOWNLOAD: "Download", "Télécharger";
    UNDER_WAY: "The file is on its way: {size} so far", "Le fichier arrive\u{a0}: {size} jusqu’ici";
    DONE: "Downloaded: {size}", "Téléchargé\u{a0}: {size}";
    VERIFY: "To check the file against the log, and that it is complete:",
        "Pour vérifier le fichier auprès du registre, et qu’il est complet\u{a0}:";
    COMMAND: "Command", "Commande";
    TOO_LARGE: "A file of more than a gigabyte does not fit into a tab: take the command line.",
        "Un fichier de plus d’un gigaoctet ne tient pas dans un onglet\u{a0}: passez par la ligne de commande.";
}
