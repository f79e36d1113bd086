use super::plain;
use crate::locale;
use crate::site::config::SiteConfig;
use crate::text::LanguageTag;
use crate::{Notice, Sha256Digest, notice::BundleDigests};
use serde_json::{Value, json};

fn config(words: &Value) -> Value {
    let languages: Vec<_> = locale::available().collect();
    json!({
        "name": "Le Relais", "origins": ["https://relais.example"], "jurisdiction": "FR", "languages": languages,
        "controller": { "name": "Le Relais", "person_in_charge": "A. B.", "contact": "c@relais.example" },
        "policy": { "version": "1", "url": "/p" }, "purposes": ["statistics", "marketing"], "words": words
    })
}

/// The errors, a line each.
fn errors(words: &Value) -> String {
    let config = config(words).to_string();
    let errors = SiteConfig::parse(config.as_bytes())
        .err()
        .unwrap_or_default();
    let lines = errors
        .iter()
        .map(|error| format!("{}: {}", error.field, error.message));
    lines.collect::<Vec<_>>().join("\n")
}

/// The errors of one pair of answers.
fn answers(language: &str, accept: &str, refuse: &str) -> String {
    errors(&json!({ language: { "accept": accept, "refuse": refuse } }))
}

#[test]
fn plain_words_of_one_weight_pass() {
    for (language, accept, refuse) in [
        ("fr-CA", "J’accepte", "Je refuse"),
        ("fr-FR", "Oui, j’accepte", "Non, je refuse"),
        ("fr-FR", "J’accepte", "Je n’accepte pas"),
        ("en", "Yes", "No"),
        ("en", "I agree", "I disagree"),
        ("en", "Allow", "Don't allow"),
        ("en", "ACCEPT ALL", "REFUSE ALL"),
        ("de", "Zustimmen", "Ablehnen"),
        ("de", "Ich stimme zu", "Ich stimme nicht zu"),
        ("es", "Sí, acepto", "No acepto"),
        ("it", "Accetto", "Non accetto"),
        ("el", "Αποδοχή όλων", "Απόρριψη όλων"),
        ("ar", "أوافق", "لا أوافق"),
        ("he", "מסכים", "לא מסכים"),
        ("bg", "Съгласен съм", "Отказвам"),
        ("pl", "Zgadzam się", "Nie zgadzam się"),
        ("nb", "Jeg godtar", "Jeg godtar ikke"),
        ("is", "Ég samþykki", "Ég hafna"),
        ("uk", "Погоджуюся", "Не погоджуюся"),
        ("tr", "Kabul ediyorum", "Kabul etmiyorum"),
        ("pt-BR", "Sim, aceito", "Não aceito"),
        ("ja", "同意する", "同意しない"),
        ("ko", "동의합니다", "동의하지 않습니다"),
        ("zh-Hans", "我同意", "我不同意"),
    ] {
        assert_eq!(answers(language, accept, refuse), "", "{language}");
    }
}

#[test]
fn our_own_words_pass_in_every_language() {
    let mut faults = Vec::new();
    for tag in locale::available() {
        let texts = locale::texts(&tag.parse().unwrap()).unwrap();
        let (banner, dialog) = (&texts.banner, &texts.dialog);
        let said = errors(&json!({ tag: {
                "title": banner.title, "accept": banner.accept_all, "refuse": banner.reject_all,
                "choose": banner.customize, "dialog_title": dialog.title, "save": dialog.save,
                "text": texts.purposes.marketing.description,
            } }));
        faults.extend(said.lines().map(ToOwned::to_owned));
        let plain = plain::of(&tag.parse().unwrap());
        for text in [
            &banner.body,
            &banner.body_alone,
            &banner.body_opt_out,
            &dialog.intro,
            &banner.gpc,
        ] {
            let found = plain.pressing_in_text(text.as_str());
            faults.extend(found.map(|found| format!("{tag}: {found}: {text}")));
        }
    }
    assert_eq!(faults, [] as [String; 0]);
}

#[test]
fn an_answer_that_does_not_say_what_it_does_is_refused() {
    for (language, accept, refuse) in [
        ("en", "OK", "Refuse"),
        ("en", "Got it", "Refuse"),
        ("en", "Accept and continue", "Refuse and continue"),
        ("en", "Sounds good", "Refuse all"),
        ("en", "Accept", "Later"),
        ("en", "Accept", "Not now"),
        ("en", "Accept", "Maybe"),
        ("en", "Accept", "Settings"),
        ("en", "Refuse", "Accept"),
        ("en", "I refuse nothing, accept", "Refuse all of them now"),
        ("fr-FR", "J’ai compris", "Je refuse"),
        ("fr-FR", "Continuer", "Refuser"),
        ("fr-FR", "Tout accepter", "Continuer sans accepter"),
        ("fr-FR", "Accepter", "Plus tard"),
        ("fr-CA", "Accepter", "Personnaliser"),
        ("de", "Weiter", "Ablehnen"),
        ("de", "Zustimmen", "Später"),
        ("fr-FR", "Got it, j’accepte", "Je refuse cela"),
        ("ar", "حسنا", "رفض"),
        ("ja", "続ける", "すべて拒否"),
        ("ja", "同意して続ける", "拒否して続ける"),
        ("ko", "확인", "모두 거부"),
        ("zh-Hans", "知道了", "全部拒绝"),
        ("zh-Hans", "全部接受", "稍后"),
        ("tr", "Tamam", "Reddet"),
        ("uk", "Зрозуміло", "Відхилити"),
    ] {
        let said = answers(language, accept, refuse);
        assert!(
            said.contains(&format!("words.{language}.")),
            "{accept} | {refuse}: {said}"
        );
    }
}

#[test]
fn the_two_answers_weigh_the_same() {
    for (accept, refuse, field) in [
        ("Accept all cookies of the site", "Refuse", "accept"),
        ("Accept", "Refuse all of them, thank you", "refuse"),
        ("ACCEPT", "Refuse", "accept"),
        ("ACCEPT all", "Refuse all", "accept"),
        ("Accept", "REFUSE", "refuse"),
    ] {
        let said = answers("en", accept, refuse);
        assert!(
            said.starts_with(&format!("words.en.{field}: has ")),
            "{accept} | {refuse}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    // To the character: 6 characters let the other have 13.
    assert_eq!(answers("en", "Accept", "Refuse others"), "");
    insta::assert_snapshot!(answers("en", "Accept", "Refuse cookies"), @"words.en.refuse: has 14 characters, and `accept` 6: beside that, at most 13, so that both weigh the same");
    insta::assert_snapshot!(errors(&json!({ "en": { "accept": "Accept" } })), @"words.en.refuse: is missing beside `accept`: give both or neither, such as “Refuse all”");
    insta::assert_snapshot!(errors(&json!({ "fr-CA": { "refuse": "Je refuse" } })), @"words.fr-CA.accept: is missing beside `refuse`: give both or neither, such as “Tout accepter”");
}

#[test]
fn a_sign_that_is_not_what_it_looks_like_is_refused_wherever_it_stands() {
    for (wrong, said) in [
        ("Ассept", "letter of another script"),
        ("Αccept", "letter of another script"),
        ("Ac\u{200b}cept", "nobody sees (U+200B)"),
        ("Accept\u{200d}", "nobody sees (U+200D)"),
        ("Ac\u{ad}cept", "nobody sees (U+00AD)"),
        ("\u{202e}tpecca", "nobody sees (U+202E)"),
        ("Accept\u{2066}", "nobody sees (U+2066)"),
        ("Accept\u{e0041}", "nobody sees (U+E0041)"),
        ("\u{feff}Accept", "nobody sees (U+FEFF)"),
        ("Accept\u{3164}", "nobody sees (U+3164)"),
        ("Acce\u{301}pt", "nobody sees (U+0301)"),
        ("Accept ✓", "pictures or marks"),
        ("Accept 🎉", "pictures or marks"),
        ("→ Accept", "pictures or marks"),
        ("𝐀𝐜𝐜𝐞𝐩𝐭", "pictures or marks"),
        ("Ａｃｃｅｐｔ", "pictures or marks"),
        ("Accept {site}", "pictures or marks"),
        ("<b>Accept</b>", "pictures or marks"),
        (" Accept", "a space at its start"),
        ("Accept\u{a0}", "a space at its start"),
        ("Accept  it", "a space at its start"),
        ("Accept\nall", "must not contain control characters"),
        ("Accept\u{2028}all", "nobody sees (U+2028)"),
        ("Accept\u{85}", "must not contain control characters"),
    ] {
        for field in [
            "title",
            "text",
            "accept",
            "refuse",
            "choose",
            "dialog_title",
            "dialog_text",
            "save",
        ] {
            let text = errors(&json!({ "en": { field: wrong } }));
            let start = format!("words.en.{field}: ");
            let line = text.lines().find(|line| line.starts_with(&start));
            assert!(
                line.is_some_and(|line| line.contains(said)),
                "{field} {wrong:?}: {text}"
            );
        }
    }
    // Where both scripts are at home, one word has one of them.
    let said = errors(&json!({ "bg": { "title": "Бисквитки и Cooкies" } }));
    assert!(
        said.contains("has letters of two scripts in “Cooкies”"),
        "{said}"
    );
    assert_eq!(
        errors(&json!({ "bg": { "title": "Бисквитки на Relais" } })),
        ""
    );
    assert!(
        errors(&json!({ "en": { "accept": "Accept!", "refuse": "Refuse" } }))
            .contains("words.en.accept: has “!”")
    );
    assert_eq!(
        errors(&json!({ "en": { "text": "What we count? Visits; “only” that (20 % of them)." } })),
        ""
    );
}

#[test]
fn a_text_takes_nothing_but_a_press_for_a_yes() {
    for (language, text) in [
        ("en", "By continuing to browse, you agree."),
        ("en", "Please accept, it helps us."),
        ("fr-FR", "En poursuivant votre navigation, vous acceptez."),
        ("fr-CA", "EN CONTINUANT, vous acceptez nos témoins."),
        ("de", "Wenn Sie weiter surfen, stimmen Sie zu."),
        ("es", "Al continuar, acepta las cookies."),
        ("fr-FR", "By using this site, vous acceptez."),
    ] {
        for field in ["text", "dialog_text"] {
            let said = errors(&json!({ language: { field: text } }));
            let start = format!("words.{language}.{field}: says “");
            assert!(said.starts_with(&start), "{text}: {said}");
        }
    }
}

#[test]
fn no_two_buttons_have_one_name() {
    insta::assert_snapshot!(errors(&json!({ "en": { "choose": "accept ALL", "save": "Refuse all" } })), @r"
    words.en.choose: reads as `accept`: each button says what it alone does
    words.en.save: reads as `refuse`: each button says what it alone does
    ");
    assert!(answers("en", "Accept", "accept").contains("words.en.refuse: reads as `accept`"));
}

#[test]
fn every_fault_is_named_at_once() {
    insta::assert_snapshot!(errors(&json!({
        "en": { "accept": "OK", "refuse": "Maybe later", "titel": "X" },
        "fr-CA": { "title": "Témoins 🍪", "accept": "J’accepte" },
    })), @"
    words.en.titel: unknown field `titel`, expected one of `title`, `text`, `accept`, `refuse`, `choose`, `dialog_title`, `dialog_text`, `save`
    words.fr-CA.title: has “🍪” (U+1F36A): write letters, digits and the usual punctuation alone, without pictures or marks
    words.fr-CA.refuse: is missing beside `accept`: give both or neither, such as “Tout refuser”
    ");
    insta::assert_snapshot!(errors(&json!({
        "en": { "accept": "OK", "refuse": "Maybe later, if you must", "text": "By continuing, you agree." },
        "fr-CA": { "title": "Témoins 🍪", "accept": "J’accepte" },
        "ca": { "title": "Galetes" },
    })), @"
    words.ca: is no language of the site: add ca to `languages`, or leave these words out
    words.en.accept: does not say plainly that the visitor accepts: write “Accept all”, or another text with “accept…”, “agree…”, “allow…”, “consent…”, and with no word of refusal
    words.en.refuse: does not say plainly that the visitor refuses: write “Refuse all”, or another text with “refuse…”, “reject…”, “declin…”, “deny”
    words.en.accept: says “ok”, which leads, presses or answers nothing: say what the button does, such as “Accept all”
    words.en.refuse: says “later”, which leads, presses or answers nothing: say what the button does, such as “Refuse all”
    words.en.text: says “by continuing”, which presses, or takes for a yes what is none: only a press of a button answers
    words.fr-CA.title: has “🍪” (U+1F36A): write letters, digits and the usual punctuation alone, without pictures or marks
    words.fr-CA.refuse: is missing beside `accept`: give both or neither, such as “Tout refuser”
    ");
    let long =
        errors(&json!({ "en": { "accept": "a".repeat(31), "title": "t".repeat(61), "text": "" } }));
    insta::assert_snapshot!(long, @"
    words.en.accept: has 31 characters; at most 30 are allowed
    words.en.text: must not be empty
    words.en.title: has 61 characters; at most 60 are allowed
    ");
}

#[test]
fn every_language_has_its_row_and_each_word_stands_as_it_is_compared() {
    let tags: Vec<LanguageTag> = locale::available()
        .map(|tag| tag.parse().unwrap())
        .collect();
    let rows: Vec<_> = plain::lists().collect();
    for tag in &tags {
        assert!(rows.iter().any(|(row, _)| *row == tag.language()), "{tag}");
    }
    for (tag, lists) in rows {
        for list in lists {
            for entry in list.split(", ") {
                let word = entry.strip_suffix('*').unwrap_or(entry);
                assert_eq!(plain::fold(word), word, "{tag}");
                assert!(!word.is_empty(), "{tag}: {list}");
            }
        }
    }
}

#[test]
fn words_stand_in_for_ours_in_the_notice_of_every_law_and_what_the_law_wants_stays() {
    let own = json!({ "en": {
        "title": "Cookies here", "text": "We count visits.", "accept": "I accept", "refuse": "I refuse",
        "choose": "Let me choose", "dialog_title": "You choose", "dialog_text": "One by one.", "save": "Keep this"
    } });
    let bundle = || {
        let digest = Sha256Digest::from_bytes([0; 32]);
        BundleDigests {
            loader: digest,
            script: digest,
            wasm: digest,
        }
    };
    let notice = |words: &Value, law: &str| {
        let mut config = config(words);
        config["languages"] = json!(["en", "fr-CA"]);
        config["jurisdiction"] = json!(law);
        let config = SiteConfig::parse(config.to_string().as_bytes()).unwrap();
        Notice::new("relais".parse().unwrap(), config, bundle())
    };
    for law in ["FR", "CA-QC", "CA", "US-CA"] {
        let (ours, theirs) = (notice(&json!({}), law), notice(&own, law));
        let mut before = ours.texts[&"en".parse().unwrap()].clone();
        let after = &theirs.texts[&"en".parse().unwrap()];
        let json = serde_json::to_value(after).unwrap();
        assert_eq!(json["banner"]["title"], "Cookies here");
        assert_eq!(json["banner"]["accept_all"], "I accept");
        assert_eq!(json["banner"]["reject_all"], "I refuse");
        assert_eq!(json["banner"]["customize"], "Let me choose");
        assert_eq!(json["banner"]["own_text"], "We count visits.");
        assert_eq!(json["dialog"]["title"], "You choose");
        assert_eq!(json["dialog"]["own_text"], "One by one.");
        assert_eq!(json["dialog"]["save"], "Keep this");
        // Everything else is as it was, and so is the other language.
        before.banner.title = after.banner.title.clone();
        before.banner.accept_all = after.banner.accept_all.clone();
        before.banner.reject_all = after.banner.reject_all.clone();
        before.banner.customize = after.banner.customize.clone();
        before.banner.own_text = after.banner.own_text.clone();
        before.dialog.title = after.dialog.title.clone();
        before.dialog.own_text = after.dialog.own_text.clone();
        before.dialog.save = after.dialog.save.clone();
        assert_eq!(&before, after, "{law}");
        let french = "fr-CA".parse().unwrap();
        assert_eq!(ours.texts[&french], theirs.texts[&french]);
        assert_ne!(ours.to_bytes(), theirs.to_bytes());
        assert_eq!(ours.material().digest(), theirs.material().digest());
    }
    // No words, and words that say nothing, leave the notice its bytes.
    let without = notice(&json!({}), "FR").to_bytes();
    assert_eq!(notice(&json!({ "en": {} }), "FR").to_bytes(), without);
}

#[test]
fn a_language_without_words_is_a_finding() {
    let findings = |words: &Value| {
        let mut config = config(words);
        config["languages"] = json!(["en", "fr-CA", "de"]);
        let config = SiteConfig::parse(config.to_string().as_bytes()).unwrap();
        let findings = crate::lint::findings(&config).into_iter();
        let of_words = findings.filter(|it| it.field.starts_with("words"));
        of_words.map(|it| it.message).collect::<Vec<_>>()
    };
    assert!(findings(&json!({})).is_empty());
    assert_eq!(
        findings(&json!({ "en": { "title": "Cookies" } })),
        ["has no words in fr-CA, de: visitors who read that read ours"]
    );
}
