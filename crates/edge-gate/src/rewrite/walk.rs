//! Walks the table of what HTML fetches, row by row. `tests/html-fetches.json` has what a browser and the loader make of it.

use super::Rewriter;
use crate::loads::{Kind, Loading, TABLE, When};
use crate::page::tests::{page, rules};
use encoding_rs::UTF_8;
use std::rc::Rc;

const THEIRS: &str = "https://tiers.example/x";
const OWN: &str = "https://www.relais.example/x";

/// What comes of HTML, and whether something of it must wait.
fn rewritten(html: &str) -> (String, bool) {
    let page = Rc::new(page(rules(), "https://relais.example/"));
    let mut rewriter = Rewriter::fragment(page, UTF_8);
    let mut out = Vec::new();
    rewriter.write(html.as_bytes(), &mut out);
    rewriter.end(&mut out);
    let is_held = rewriter.output.borrow_mut().first_hold().is_some();
    (String::from_utf8(out).unwrap(), is_held)
}

/// The value of an attribute that leads to an address.
fn value(kind: Kind, address: &str) -> String {
    match kind {
        Kind::One => address.to_owned(),
        Kind::Candidates => format!("/own.gif 1x,{address} 2x"),
        Kind::Several => format!("/own {address}"),
        Kind::Document => format!("&lt;img src='{address}'>"),
        Kind::Property => format!("url({address}#a)"),
        Kind::Declarations => format!("color:red;background:url({address})"),
    }
}

/// An element with an attribute of the table, and others beside it.
fn element(row: &Loading, element: &str, value: &str, beside: &str) -> String {
    let Loading { name, when, .. } = row;
    match when {
        When::InDrawing => format!("<svg><{element} {name}=\"{value}\"{beside}></{element}></svg>"),
        When::Followed if *name == "href" => {
            format!("<link rel=stylesheet {name}=\"{value}\"{beside}>")
        }
        When::Followed => format!("<link rel=preload as=image {name}=\"{value}\"{beside}>"),
        When::ImageButton => format!("<input type=image {name}=\"{value}\"{beside}>"),
        When::Always | When::InHtml => {
            format!("<{element} {name}=\"{value}\"{beside}></{element}>")
        }
    }
}

/// Every element of every row.
fn rows() -> impl Iterator<Item = (&'static Loading, &'static str)> {
    TABLE.iter().flat_map(|row| {
        let any: &'static [&'static str] = if row.elements.is_empty() {
            &["p", "svg", "iframe", "img", "b"]
        } else {
            row.elements
        };
        any.iter().map(move |element| (row, *element))
    })
}

#[test]
fn what_each_row_names_waits_and_only_where_it_must() {
    let coded = THEIRS.replace(':', "&colon;").replace('/', "&#47;");
    for (row, name) in rows() {
        let theirs = value(row.kind, THEIRS);
        let mut ways = vec![
            element(row, name, &theirs, ""),
            element(row, name, &value(row.kind, &coded), ""),
            element(row, &name.to_uppercase(), &theirs, ""),
            element(row, name, &theirs, " data-category=\"marketing\""),
            element(row, name, &theirs, " data-cookieconsent=\"marketing\""),
        ];
        if name != "script" {
            ways.push(
                element(row, name, &theirs, " type=\"text/plain\"").replace("type=image ", ""),
            );
            if row.when == When::ImageButton {
                ways.pop();
            }
        }
        for html in ways {
            let (once, is_held) = rewritten(&html);
            assert!(is_held, "{html}");
            assert!(once.contains(row.held), "{html} became {once}");
            // What waits is found held when it is read again.
            assert_eq!(rewritten(&once), (once.clone(), false), "{html}");
        }
        for passes in [
            element(row, name, &value(row.kind, OWN), ""),
            element(row, name, &theirs, " data-cookieconsent=\"ignore\""),
        ] {
            assert_eq!(rewritten(&passes), (passes.clone(), false));
        }
    }
}

#[test]
fn what_a_style_in_the_page_names_is_taken_out_and_kept_beside_it() {
    for (html, becomes) in [
        (
            "<style>a{b:url(https://youtube.com/\"x\"&y)}</style>",
            "<style>a{b:url(https://youtube.com/\"x\"&y)}</style>",
        ),
        (
            "<STYLE media=print>@import 'https://youtube.com/a.css';a::after{content:'</b>\"&'}</STYLE>",
            "<STYLE data-category=\"marketing\" data-service=\"youtube\" data-held-style=\"@import 'https://youtube.com/a.css';a::after{content:'</b>&quot;&amp;'}\" media=print>@import \"about:invalid\";a::after{content:'</b>\"&'}</STYLE>",
        ),
        (
            "<style type=text/css data-category=statistics>a{b:url(//tiers.example/)}",
            "<style data-held-style=\"a{b:url(//tiers.example/)}\" type=text/css data-category=statistics>a{b:url(\"about:invalid\")}",
        ),
        (
            "<style type=text/less>a{b:url(//tiers.example/)}</style>",
            "<style type=text/less>a{b:url(//tiers.example/)}</style>",
        ),
        (
            "<style data-cookieconsent=ignore>a{b:url(//tiers.example/)}</style>",
            "<style data-cookieconsent=ignore>a{b:url(//tiers.example/)}</style>",
        ),
        (
            "<style>a{b:url(/own.gif)}</style>",
            "<style>a{b:url(/own.gif)}</style>",
        ),
        (
            "<p style='color:red; background:url(\"//tiers.example/\")'>",
            "<p style=\"color:red; background:url(&quot;about:invalid&quot;)\" data-category=\"marketing\" data-held-style=\"color:red; background:url(&quot;//tiers.example/&quot;)\">",
        ),
        (
            "<svg><path style='color:red' fill='url(//tiers.example/#a)'/></svg>",
            "<svg><path style='color:red' data-category=\"marketing\" data-held-style=\"fill:url(//tiers.example/#a);color:red\" /></svg>",
        ),
    ] {
        assert_eq!(rewritten(html).0, becomes);
    }
}

#[test]
fn what_a_script_in_the_page_brings_waits() {
    for html in [
        "<script type=module>import 'https://tiers.example/m.js'</script>",
        "<script type='modul&#101;'>import 'https://tiers.example/m.js'</script>",
        "<script type=importmap>{\"imports\":{\"a\":\"https://tiers.example/m.js\"}}</script>",
        "<script type=speculationrules>{\"prefetch\":[{\"urls\":[\"https://tiers.example/\"]}]}</script>",
        "<script>import('https://tiers.example/m.js')</script>",
        "<base href='https://tiers.example/'><script type=module>import './m.js'</script>",
        "<base href='data:,x'><img src='//tiers.example/x'>",
        "<script type='text&sol;javascript'>new Image().src='//youtube.com'</script>",
    ] {
        assert!(rewritten(html).1, "{html}");
    }
    for html in [
        "<script type='text&sol;plain' src='//tiers.example/x'></script>",
        "<script type='text/plain'>import('https://tiers.example/m.js')</script>",
        "<script type=module>import '/m.js'</script>",
        "<base href='data:,x'><img src='/x'>",
    ] {
        assert_eq!(rewritten(html), (html.to_owned(), false));
    }
}
