//! Which words say yes and no plainly in each language, and which lead or press. One row for each language; no list of such words can
//! be complete, so an answer must have a word of the first two columns, and the others name what is known to mislead.
//!
//! The kinds come from the report of the European Data Protection Board's taskforce on cookie banners (January 2023), from the CNIL's
//! recommendation of 17 September 2020 (to refuse is as easy as to accept; to go on browsing is no yes), and from California's rule of
//! symmetry in choice, for which "Ask me later" is no refusal (11 CCR 7004(a)(2)(B)). The words are ours; no native reader has
//! reviewed them.

use crate::text::LanguageTag;
use std::borrow::Cow;

/// The words of one language, as [`fold`] leaves them, with a comma between two; a `*` stands for the rest of a word.
pub(super) struct Plain {
    /// How its words are found: by whole words, or anywhere, in the scripts that put no spaces between words.
    spaces: bool,
    yes: &'static str,
    no: &'static str,
    labels: &'static str,
    texts: &'static str,
}

impl Plain {
    /// Whether a label accepts, and does nothing else.
    pub(super) fn says_yes(&self, label: &str) -> bool {
        let label = fold(label);
        self.find(self.yes, &label).is_some() && self.find(self.no, &label).is_none()
    }

    /// Whether a label refuses. It may name what it refuses: "do not accept".
    pub(super) fn says_no(&self, label: &str) -> bool {
        self.find(self.no, &fold(label)).is_some()
    }

    pub(super) fn words_for_yes(&self) -> String {
        in_words(self.yes)
    }

    pub(super) fn words_for_no(&self) -> String {
        in_words(self.no)
    }

    /// A word of a label that leads or presses, in its language or in English, which many sites mix in.
    pub(super) fn leading_in_label(&self, label: &str) -> Option<String> {
        let label = fold(label);
        let found = self.find(self.labels, &label);
        found
            .or_else(|| ENGLISH.find(ENGLISH.labels, &label))
            .map(shown)
    }

    /// Words of a text that press, or take something else than a press of a button for a yes.
    pub(super) fn pressing_in_text(&self, text: &str) -> Option<String> {
        let text = fold(text);
        let found = self.find(self.texts, &text);
        found
            .or_else(|| ENGLISH.find(ENGLISH.texts, &text))
            .map(shown)
    }

    fn find(&self, list: &'static str, folded: &str) -> Option<&'static str> {
        let padded = format!(" {folded} ");
        list.split(", ").find(|entry| {
            if !self.spaces {
                return folded.contains(*entry);
            }
            match entry.strip_suffix('*') {
                Some(start) => padded.contains(&format!(" {start}")),
                None => padded.contains(&format!(" {entry} ")),
            }
        })
    }
}

/// The first words of a list, for a message.
fn in_words(list: &str) -> String {
    let words = list
        .split(", ")
        .take(4)
        .map(|entry| format!("“{}”", shown(entry)));
    words.collect::<Vec<_>>().join(", ")
}

fn shown(entry: &str) -> String {
    entry.replace('*', "…")
}

/// A text as it is compared: in lower case, without accents, and with one space for all that stands between words.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            // Marks on a letter: of İ in lower case, of Hebrew and of Arabic.
            '\u{300}'..='\u{36f}' | '\u{5b0}'..='\u{5c2}' | '\u{64b}'..='\u{652}' => {}
            c if c.is_alphanumeric() => folded.push_str(&without_accent(c)),
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn without_accent(c: char) -> Cow<'static, str> {
    let plain = match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ά' => "α",
        'έ' => "ε",
        'ή' => "η",
        'ί' | 'ϊ' | 'ΐ' => "ι",
        'ό' => "ο",
        'ύ' | 'ϋ' | 'ΰ' => "υ",
        'ώ' => "ω",
        'ς' => "σ",
        'أ' | 'إ' | 'آ' => "ا",
        'ى' => "ي",
        other => return Cow::Owned(other.to_string()),
    };
    Cow::Borrowed(plain)
}

/// The row of a language; English where there is none, which a test rules out for every language that has texts.
pub(super) fn of(language: &LanguageTag) -> &'static Plain {
    let row = ROWS.iter().find(|(tag, _)| *tag == language.language());
    row.map_or(&ENGLISH, |(_, row)| row)
}

const fn row(
    yes: &'static str,
    no: &'static str,
    labels: &'static str,
    texts: &'static str,
) -> Plain {
    Plain {
        spaces: true,
        yes,
        no,
        labels,
        texts,
    }
}

const fn without_spaces(
    yes: &'static str,
    no: &'static str,
    labels: &'static str,
    texts: &'static str,
) -> Plain {
    Plain {
        spaces: false,
        yes,
        no,
        labels,
        texts,
    }
}

const ENGLISH: Plain = row(
    "accept*, agree*, allow*, consent*, yes",
    "refuse*, reject*, declin*, deny, no, not, don, disagree*, disallow*, without, never, object",
    "ok, okay, got it, understood, i understand, i see, continue*, proceed, go on, go ahead, close, dismiss, skip, next, start, enter, later, not now, maybe, perhaps, remind*, recommended, best, better, great, sure, awesome, cool, please, sorry, sadly, unfortunately, worse, limited, lose, miss, risk, anyway, problem, worry, whatever",
    "by continuing, by browsing, by scrolling, by closing, by using this, by using our, by using the, if you continue, continued use, keep browsing, you must accept, must agree, you have to accept, you need to accept, please accept, please agree, we recommend, best experience, best possible experience, better experience, last chance, hurry",
);

const ROWS: &[(&str, Plain)] = &[
    ("en", ENGLISH),
    (
        "fr",
        row(
            "accept*, autoris*, consen*, oui",
            "refus*, rejet*, declin*, non, pas, sans, interdi*, aucun*",
            "ok, j ai compris, compris, entendu, continu*, poursuiv*, fermer, ignorer, passer, suivant, commencer, entrer, c est parti, allons y, plus tard, pas maintenant, peut etre, rappel*, recommand*, meilleur*, super, genial, parfait, volontiers, s il vous plait, dommage, tant pis, malheureusement, limite*, risqu*, perdre, quand meme",
            "en continuant, en poursuivant, en navigant, en fermant, en faisant defiler, en utilisant ce, en utilisant notre, en utilisant le, si vous continuez, si vous poursuivez, la poursuite de votre navigation, vous devez accepter, il faut accepter, veuillez accepter, merci d accepter, nous recommandons, nous vous recommandons, meilleure experience, experience optimale, derniere chance",
        ),
    ),
    (
        "de",
        row(
            "akzept*, zustimm*, stimme, einverstanden, erlaub*, zulass*, einwillig*, ja, annehm*",
            "ablehn*, lehne, verweiger*, nein, nicht, kein*, ohne, widersprech*, untersag*",
            "ok, okay, verstanden, alles klar, weiter, weitersurfen, weiterlesen, fortfahren, schliessen, uberspringen, los, starten, spater, nicht jetzt, jetzt nicht, vielleicht, erinner*, empfohlen*, empfehl*, beste*, besser*, super, toll, gern, gerne, bitte, leider, schade, eingeschrankt*, trotzdem, risik*, verzicht*",
            "durch die weitere nutzung, durch weitere nutzung, durch weitersurfen, wenn sie weiter, mit der nutzung dieser, durch die nutzung dieser, mussen sie zustimmen, mussen zustimmen, mussen akzeptieren, bitte akzeptieren, bitte stimmen, wir empfehlen, beste erlebnis, bestes erlebnis, bestmogliche*, letzte chance",
        ),
    ),
    (
        "es",
        row(
            "acept*, permit*, autoriz*, consient*, consent*, si",
            "rechaz*, deneg*, no, sin, niego, ningun*",
            "ok, vale, entendido, entiendo, continu*, seguir, cerrar, omitir, siguiente, empezar, entrar, mas tarde, luego, despues, ahora no, quizas, tal vez, recorda*, recomend*, mejor*, genial, perfecto, claro, por favor, lamentable*, limitad*, riesg*, perder",
            "al continuar, si continua, si continuas, al navegar, si sigue navegando, si sigues navegando, al utilizar este, al usar este, al cerrar, debe aceptar, debes aceptar, tiene que aceptar, tienes que aceptar, por favor acepte, por favor acepta, le recomendamos, te recomendamos, mejor experiencia, ultima oportunidad",
        ),
    ),
    (
        "it",
        row(
            "accett*, acconsent*, consent*, autorizz*, si, permett*",
            "rifiut*, no, non, nega*, senza, respin*, nessun*",
            "ok, ho capito, capito, va bene, continu*, prosegui*, procedi, chiudi, salta, avanti, inizia, entra, piu tardi, dopo, non ora, non adesso, forse, ricorda*, consigliat*, raccomandat*, miglior*, ottimo, perfetto, certo, per favore, purtroppo, peccato, limitat*, rischi*",
            "continuando, proseguendo, navigando, chiudendo, scorrendo, utilizzando questo, se continui, se prosegui, devi accettare, deve accettare, per favore accetta, si prega di accettare, consigliamo di, raccomandiamo, miglior esperienza, migliore esperienza, ultima occasione",
        ),
    ),
    (
        "pt",
        row(
            "aceit*, permit*, autoriz*, consent*, concord*, sim",
            "recus*, rejeit*, neg*, nao, sem, nenhum*, discord*",
            "ok, entendi, percebi, compreendi, continu*, prosseguir, avancar, fechar, saltar, pular, seguinte, proximo, comecar, entrar, mais tarde, depois, agora nao, talvez, lembr*, recomend*, melhor*, otimo, perfeito, claro, por favor, infelizmente, limitad*, risc*, perder",
            "ao continuar, ao navegar, ao utilizar este, ao usar este, ao fechar, se continuar, se continua, deve aceitar, tem de aceitar, tem que aceitar, por favor aceite, recomendamos, melhor experiencia, ultima oportunidade",
        ),
    ),
    (
        "nl",
        row(
            "accept*, toesta*, toestemm*, akkoord, ja, instemm*",
            "weiger*, afwijz*, nee, niet, geen, zonder",
            "ok, oke, begrepen, ik begrijp het, snap ik, doorgaan, ga door, verder, sluiten, sluit, overslaan, volgende, starten, later, nu niet, niet nu, misschien, herinner*, aanbevolen, beste, beter*, prima, top, graag, alstublieft, helaas, jammer, beperkt*, toch",
            "door verder te, door te surfen, door gebruik van deze, als u doorgaat, als je doorgaat, u moet accepteren, je moet accepteren, accepteer alstublieft, raden wij aan, wij raden, beste ervaring, optimale ervaring, laatste kans",
        ),
    ),
    (
        "da",
        row(
            "accepter*, tillad*, godkend*, samtyk*, ja",
            "afvis*, nej, ikke, uden, afsla*",
            "ok, okay, forstaet, jeg forstar, fortsaet*, luk, spring over, naeste, start, senere, ikke nu, maske, pamind*, anbefal*, bedste, bedre, fint, super, gerne, desvaerre, begraens*, alligevel",
            "ved at fortsaette, ved fortsat brug, ved at bruge dette, ved at bruge siden, hvis du fortsaetter, du skal acceptere, vi anbefaler, bedste oplevelse, bedst mulige, sidste chance",
        ),
    ),
    (
        "sv",
        row(
            "accepter*, godkann*, tillat*, samtyck*, godta*, ja",
            "avvisa*, neka*, nej, inte, utan, avbo*, inga",
            "ok, okej, jag forstar, forstatt, uppfattat, fortsatt*, stang, hoppa over, nasta, starta, senare, inte nu, kanske, paminn*, rekommend*, basta, battre, toppen, garna, tyvarr, begransa*, anda",
            "genom att fortsatta, genom att anvanda denna, genom att anvanda webbplatsen, om du fortsatter, du maste acceptera, du maste godkanna, vi rekommenderar, basta upplevelse*, basta mojliga, sista chansen",
        ),
    ),
    (
        "nb",
        row(
            "godta*, godkjenn*, tillat*, aksepter*, samtykk*, ja",
            "avvis*, avsla*, nekt*, nei, ikke, uten, ingen",
            "ok, okei, jeg forstar, forstatt, skjonner, fortsett*, lukk, hopp over, neste, start, senere, ikke na, kanskje, paminn*, anbefal*, beste, bedre, flott, gjerne, dessverre, begrens*, likevel",
            "ved a fortsette, ved a bruke dette, ved a bruke nettstedet, hvis du fortsetter, om du fortsetter, du ma godta, du ma godkjenne, vi anbefaler, beste opplevelsen, best mulig, siste sjanse",
        ),
    ),
    (
        "is",
        row(
            "samthykk*, samthykki, leyf*, fellst, ja",
            "hafna*, hafn*, neita*, nei, ekki, an, engin*",
            "ok, allt i lagi, skilid, eg skil, halda afram, afram, loka, sleppa, naesta, byrja, seinna, sidar, ekki nuna, kannski, minna, bestu, betri, frabaert, endilega, thvi midur, takmork*",
            "med thvi ad halda afram, med thvi ad nota thessa, ef thu heldur afram, thu verdur ad samthykkja, vid maelum med, besta upplifun, sidasta taekifaeri",
        ),
    ),
    (
        "fi",
        row(
            "hyvaksy*, salli*, suostu*, kylla",
            "hylka*, hylkaa, kiella*, kielt*, en, ei, ala, ilman, esta*",
            "ok, selva, ymmarran, ymmarretty, jatka*, sulje, ohita, seuraava, aloita, myohemmin, ei nyt, ehka, muistut*, suosit*, paras, parempi, hienoa, mielellani, valitettav*, rajoit*",
            "jatkamalla, kayttamalla tata, selaamalla, jos jatkat, sinun on hyvaksyttava, taytyy hyvaksya, suosittelemme, paras kokemus, parhaan kokemuksen, viimeinen mahdollisuus",
        ),
    ),
    (
        "et",
        row(
            "noustu*, luba*, aktsept*, jah",
            "keeldu*, lukka*, keela*, ei, ilma, mitte",
            "ok, selge, sain aru, moistan, jatka*, sulge, jargmine, alusta, hiljem, mitte praegu, voib olla, meelde*, soovita*, parim*, parem, tore, kahjuks, piira*",
            "jatkates, jatkamisega, kasutades seda, sirvides, kui jatkate, peate noustuma, soovitame, parima kogemuse, viimane voimalus",
        ),
    ),
    (
        "lv",
        row(
            "piekri*, atlau*, akcept*, pienem*, ja",
            "noraidi*, atteik*, ne, nepiekr*, bez, liegt",
            "ok, labi, sapratu, saprotu, turpin*, aizvert, izlaist, nakamais, sakt, velak, ne tagad, varbut, atgadin*, ieteic*, labak*, lieliski, diemzel, ierobezo*",
            "turpinot, lietojot vietni, izmantojot vietni, parlukojot, ja turpinat, jums japiekrit, mes iesakam, labako pieredzi, pedeja iespeja",
        ),
    ),
    (
        "lt",
        row(
            "sutink*, sutikti, priim*, leisti, leidziu, taip",
            "atmes*, atsisak*, nesutink*, ne, be, neleisti",
            "ok, gerai, supratau, suprantu, testi, uzdaryti, praleisti, kitas, pradeti, veliau, ne dabar, galbut, primin*, rekomend*, geriaus*, puiku, deja, ribot*",
            "tesdami, naudodamiesi svetaine, narsydami, jei tesite, turite sutikti, rekomenduojame, geriausia patirt*, paskutine proga",
        ),
    ),
    (
        "pl",
        row(
            "akcept*, zaakcept*, zgadzam, zgod*, zezw*, pozw*, tak",
            "odrzu*, odmaw*, odmow*, nie, bez",
            "ok, rozumiem, zrozumialem, jasne, kontynuuj*, dalej, przejdz, zamknij, pomin, nastepn*, zacznij, pozniej, nie teraz, moze, przypomnij, polecan*, zalecan*, rekomend*, najlepsz*, lepsz*, super, swietnie, chetnie, prosze, niestety, szkoda, ogranicz*, mimo to",
            "kontynuujac, korzystajac z tej, przegladajac, jesli kontynuujesz, dalsze korzystanie, musisz zaakceptowac, prosimy o akceptacje, zalecamy, polecamy, rekomendujemy, najlepsze doswiadczenia, ostatnia szansa",
        ),
    ),
    (
        "cs",
        row(
            "prij*, souhlas*, povol*, akcept*, ano",
            "odmit*, nesouhlas*, ne, bez, zamit*, nepovol*, neprij*",
            "ok, rozumim, chapu, jasne, pokracovat, pokracuj*, zavrit, preskocit, dalsi, zacit, pozdeji, ted ne, ne ted, mozna, pripom*, doporuc*, nejlep*, lepsi, super, skvele, prosim, bohuzel, omezen*, presto",
            "pokracovanim, prohlizenim, pokud budete pokracovat, dalsim pouzivanim, pouzivanim techto stranek, musite prijmout, musite souhlasit, doporucujeme, nejlepsi zazit*, posledni sance",
        ),
    ),
    (
        "sk",
        row(
            "prij*, suhlas*, povol*, akcept*, ano",
            "odmiet*, nesuhlas*, nie, bez, zamiet*, nepovol*, neprij*",
            "ok, rozumiem, chapem, jasne, pokracovat, pokracuj*, zavriet, zatvorit, preskocit, dalej, zacat, neskor, teraz nie, nie teraz, mozno, pripom*, odporuc*, najlep*, lepsi, super, skvele, prosim, bohuzial, obmedzen*, napriek tomu",
            "pokracovanim, prehliadanim, ak budete pokracovat, dalsim pouzivanim, pouzivanim tejto, musite prijat, musite suhlasit, odporucame, najlepsi zazit*, posledna sanca",
        ),
    ),
    (
        "sl",
        row(
            "sprejm*, strinja*, dovol*, soglas*, da",
            "zavrn*, zavrac*, ne, brez, odklon*",
            "ok, v redu, razumem, jasno, nadaljuj*, zapri, preskoci, naprej, zacni, pozneje, kasneje, ne zdaj, morda, opomni*, priporoc*, najbolj*, boljs*, super, odlicno, prosim, zal, omejen*, vseeno",
            "z nadaljevanjem, z nadaljnjo uporabo, z uporabo tega, z brskanjem, ce nadaljujete, morate sprejeti, morate soglasati, priporocamo, najboljso izkusnjo, zadnja priloznost",
        ),
    ),
    (
        "hr",
        row(
            "prihva*, slazem*, pristaj*, dopus*, suglas*, da",
            "odbij*, odbac*, ne, bez",
            "ok, u redu, razumijem, shvacam, jasno, nastavi*, zatvori, preskoci, dalje, pocni, kasnije, ne sada, mozda, podsjeti*, preporuc*, najbol*, bolj*, super, odlicno, molim*, nazalost, ogranic*, svejedno",
            "nastavkom, daljnjim koristenjem, koristenjem ove, pregledavanjem, ako nastavite, morate prihvatiti, preporucujemo, najbolje iskustvo, posljednja prilika",
        ),
    ),
    (
        "hu",
        row(
            "elfogad*, hozzajarul*, engedely*, beleegyez*, egyetert*, igen",
            "elutasit*, visszautasit*, nem, nelkul, megtagad*, letilt*, tilt*",
            "ok, oke, rendben, ertem, megertettem, tovabb, folytat*, bezar*, kihagy*, kovetkezo, kezdes, kesobb, most nem, talan, emlekeztet*, ajanlott, javasolt, legjobb*, jobb*, szuper, remek, szivesen, kerem, sajnos, korlatoz*, megis",
            "folytatasaval, bongeszesevel, oldal hasznalataval, ha folytatja, a tovabbi bongeszes, el kell fogadnia, kerjuk fogadja el, ajanljuk, javasoljuk, legjobb elmeny*, utolso esely",
        ),
    ),
    (
        "ro",
        row(
            "accept*, permit*, de acord, consimt*, autoriz*, da",
            "refuz*, resping*, nu, fara, niciun*",
            "ok, am inteles, inteleg, bine, continu*, mai departe, inchid*, omite, urmator*, incepe, mai tarziu, nu acum, poate, aminteste*, recomand*, cel mai bun, cea mai buna, mai bun*, super, grozav, cu placere, va rugam, din pacate, limit*, risc*",
            "continuand, navigand, prin continuarea, prin utilizarea acestui, daca continuati, trebuie sa acceptati, va rugam sa acceptati, va recomandam, cea mai buna experienta, ultima sansa",
        ),
    ),
    (
        "bg",
        row(
            "приема*, приеми, съглас*, разреш*, позвол*, да",
            "отказ*, откаж*, отхвърл*, не, без",
            "ok, ок, добре, разбрах, разбирам, продълж*, затвор*, пропусн*, напред, започн*, вход, по късно, не сега, може би, напомн*, препоръч*, най добр*, по добр*, супер, чудесно, моля, за съжаление, огранич*, въпреки това",
            "продължавайки, с продължаването, използвайки този, ако продължите, разглеждайки, трябва да приемете, моля приемете, препоръчваме, най доброто изживяване, последен шанс",
        ),
    ),
    (
        "uk",
        row(
            "прийм*, прийня*, погодж*, дозвол*, згод*, згоден, згодна, так",
            "відхил*, відмов*, не, без, заборон*, ні",
            "ok, ок, добре, зрозуміло, зрозумів*, продовж*, далі, закрити, пропустити, почати, увійти, пізніше, не зараз, можливо, нагад*, рекоменд*, найкращ*, кращ*, чудово, супер, будь ласка, на жаль, обмежен*, все одно",
            "продовжуючи, використовуючи цей, переглядаючи цей, якщо ви продовжите, ви повинні прийняти, потрібно прийняти, будь ласка прийміть, рекомендуємо, найкращий досвід, останній шанс",
        ),
    ),
    (
        "el",
        row(
            "αποδοχ*, αποδεχ*, δεχομαι, συμφων*, επιτρεπ*, συναιν*, ναι",
            "απορριψ*, απορριπτ*, αρνουμαι, αρνησ*, οχι, δεν, χωρισ, καμια, κανενα",
            "ok, οκ, ενταξει, καταλαβα, κατανοω, συνεχ*, κλεισιμο, παραλειψη, επομενο, εναρξη, αργοτερα, οχι τωρα, ισωσ, υπενθυμ*, προτειν*, συνιστ*, καλυτερ*, τελεια, παρακαλ*, δυστυχωσ, περιορισμεν*",
            "συνεχιζοντασ, χρησιμοποιωντασ τον, χρησιμοποιωντασ αυτον, με τη συνεχιση, αν συνεχισετε, εαν συνεχισετε, πρεπει να αποδεχ*, παρακαλω αποδεχ*, συνιστουμε, προτεινουμε, καλυτερη εμπειρια, τελευταια ευκαιρια",
        ),
    ),
    (
        "ga",
        row(
            "glac*, ghlac*, ceada*, cheada*, aonta*, toil*",
            "diult*, dhiult*, ni, gan, nil",
            "ok, ceart go leor, tuigim, lean*, dun, ar aghaidh, tosaigh, nios deanai, ni anois, b fheidir, molta, is fearr, le do thoil, faraor",
            "tri leanuint, ma leanann, tri usaid a bhaint as an suiomh, caithfidh tu glacadh, ni mor duit glacadh, molaimid, an taithi is fearr, deis deireanach",
        ),
    ),
    (
        "mt",
        row(
            "accetta*, naccetta*, taccetta*, aqbel, naqbel, qbil*, ippermetti, iva",
            "irrifjuta*, nirrifjuta*, tirrifjuta*, ichad, cahad, le, ma, mhux, bla, ebda",
            "ok, fhimt, nifhem, kompli*, ghalaq, aghlaq, aqbez, li jmiss, ibda, aktar tard, mhux issa, forsi, fakkar*, rakkomandat*, ahjar, tajjeb, jekk joghgbok, sfortunatament, limitat*",
            "billi tkompli, jekk tkompli, billi tuza dan, trid taccetta, nirrakkomandaw, l ahjar esperjenza, l ahhar cans",
        ),
    ),
    (
        "ar",
        row(
            "قبول, القبول, اقبل, موافقة, الموافقة, اوافق, موافق, سماح, السماح, اسمح, نعم",
            "رفض, الرفض, ارفض, لا, عدم, بدون, دون, منع",
            "ok, حسنا, فهمت, مفهوم, متابعة, المتابعة, تابع, استمرار, الاستمرار, اغلاق, تخطي, التالي, ابدا, لاحقا, ليس الان, ربما, ذكرني, موصي, الموصي, افضل, الافضل, رائع, من فضلك, للاسف, محدود*",
            "بمتابعة, بالمتابعة, باستمرارك, باستخدامك, بتصفحك, اذا تابعت, يجب ان تقبل, يرجي القبول, نوصي, ننصح, افضل تجربة, الفرصة الاخيرة",
        ),
    ),
    (
        "he",
        row(
            "קבל, לקבל, קבלת, קבלה, מקבל*, אישור, אשר, לאשר, מאשר*, מסכים, מסכימה, הסכמה, כן",
            "סירוב, דחייה, דחיית, לסרב, סרב, מסרב*, לא, ללא, בלי, לדחות, דחה, דחו",
            "ok, אוקיי, הבנתי, המשך, להמשיך, ממשיכ*, סגירה, סגור, דלג, דילוג, הבא, התחל, כניסה, אחר כך, מאוחר יותר, לא עכשיו, אולי, הזכר*, מומלץ, מומלצת, הטוב ביותר, טוב יותר, מעולה, בבקשה, לצערנו, מוגבל*",
            "בהמשך הגלישה, המשך הגלישה, המשך השימוש, בשימוש באתר, אם תמשיכו, עליך לאשר, חובה לאשר, אנא אשרו, אנו ממליצים, החוויה הטובה ביותר, הזדמנות אחרונה",
        ),
    ),
    (
        "tr",
        row(
            "kabul, izin, onayl*, riza*, evet",
            "reddet*, reddi, red, hayir, etme, etmem, etmeyin, etmiyorum, etmeden, verme, vermiyorum, vermeden, olmadan, istemi*, yok",
            "ok, tamam, anladim, devam, surdur, kapat, atla, ileri, sonraki, basla, gir, daha sonra, sonra, simdi degil, belki, hatirlat*, onerilen, tavsiye*, en iyi, daha iyi, harika, super, lutfen, maalesef, ne yazik ki, sinirli, yine de",
            "devam ederek, siteyi kullanarak, gezinerek, devam ederseniz, kabul etmelisiniz, kabul etmeniz gerekir, lutfen kabul, oneriyoruz, tavsiye ediyoruz, en iyi deneyim, son sans",
        ),
    ),
    (
        "ja",
        without_spaces(
            "同意, 許可, 承諾, 受け入れ, はい",
            "拒否, 拒む, しない, しません, せず, いいえ, 断る, 不同意",
            "オッケー, 了解, わかりました, 分かりました, 続ける, 続行, 進む, 次へ, 閉じる, スキップ, 始める, 後で, あとで, たぶん, おすすめ, お勧め, 推奨, 最適, 快適, ぜひ, お願い, 残念, 制限",
            "続けることで, 続行すると, 閲覧を続け, 利用を続け, 継続して利用, 同意したもの, 同意したとみな, 同意が必要, 同意してください, 同意をお願い, おすすめします, 推奨します, 最高の体験, 最適な体験, 最後のチャンス",
        ),
    ),
    (
        "ko",
        without_spaces(
            "동의, 수락, 허용, 승인, 예",
            "거부, 거절, 아니, 안 함, 안함, 하지 않, 없이",
            "확인, 알겠습니다, 이해했습니다, 계속, 진행, 닫기, 건너뛰기, 다음, 시작, 나중에, 지금은, 아마, 추천, 권장, 최고, 최적, 더 나은, 좋아요, 제발, 아쉽, 제한",
            "계속 이용하면, 계속 사용하면, 계속하면, 계속 이용함으로써, 동의한 것으로, 동의해야 합니다, 동의하셔야, 동의해 주세요, 추천합니다, 권장합니다, 최고의 경험, 최적의 경험, 마지막 기회",
        ),
    ),
    (
        "zh",
        without_spaces(
            "接受, 同意, 允许",
            "拒绝, 不, 无需, 没有",
            "好的, 知道了, 明白, 继续, 下一步, 关闭, 跳过, 开始, 进入, 稍后, 以后, 暂不, 暂时, 也许, 推荐, 建议, 最佳, 更好, 太好了, 请, 遗憾, 受限",
            "继续浏览, 继续使用, 使用本网站即, 视为同意, 必须同意, 必须接受, 请接受, 请同意, 我们推荐, 我们建议, 最佳体验, 更好的体验, 最后机会",
        ),
    ),
];

#[cfg(test)]
pub(super) fn lists() -> impl Iterator<Item = (&'static str, [&'static str; 4])> {
    let rows = ROWS.iter();
    rows.map(|(tag, row)| (*tag, [row.yes, row.no, row.labels, row.texts]))
}
