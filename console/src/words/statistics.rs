//! How visitors answer.

use super::words;

words! {
    LEAD: "What people answered themselves, by a press that the browser trusts. Signals, scripts, imports and robots are counted apart.",
        "Ce que les gens ont répondu eux-mêmes, par un geste que le navigateur atteste. Signaux, scripts, reprises et robots sont comptés à part.";
    PERIOD: "Period", "Période";
    FROM: "From (UTC)", "Du (UTC)";
    TO: "To, included (UTC)", "Au, compris (UTC)";
    BY: "By", "Par";
    DAY: "Day", "Jour";
    WEEK: "Week", "Semaine";
    MONTH: "Month", "Mois";
    SHOW: "Show", "Afficher";
    RATES: "Share of people who agreed", "Part des personnes qui ont accepté";
    RATES_NOTE: "{n} answers", "{n} réponses";
    CHART_OF: "{purpose}: share that agreed, period by period; the table below has the numbers",
        "{purpose}\u{a0}: part qui a accepté, période par période\u{a0}; le tableau ci-dessous donne les nombres";
    TABLE: "The numbers, period by period", "Les nombres, période par période";
    BEGINS: "From", "Début";
    CHOICES: "Answers", "Réponses";
    OTHERS: "Counted apart", "Comptés à part";
    WITHDRAWALS: "Withdrawals", "Retraits";
    SIGNALS: "Signals of the browser", "Signaux du navigateur";
    SCRIPTS: "Scripts of the page", "Scripts de la page";
    IMPORTED: "Taken over from another tool", "Repris d’un autre outil";
    SYNTHETIC: "Robots, scans, extensions", "Robots, analyses, extensions";
    BY_LANGUAGE: "By language", "Par langue";
    BY_NOTICE: "By notice", "Par avis";
    BY_GPC: "By privacy signal (GPC)", "Par signal de confidentialité (GPC)";
    VALUE: "Value", "Valeur";
    NONE: "Nobody has answered yet", "Personne n’a encore répondu";
    NONE_LEAD: "Rates appear with the first answer.", "Les taux paraissent dès la première réponse.";
}
