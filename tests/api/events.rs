//! `GET /v1/sites/SITE/events`: what was done with tokens on a site, and what was tried.

use crate::support::{Answer, Api, Log, SITE, UNKNOWN_SITE, config};
use consent_core::Sha256Digest;
use consent_core::entry::Event;
use serde_json::{Value, json};

const EVENTS: &str = "/v1/sites/relais/events";

/// The events, newest first.
fn events(api: &Api) -> Vec<Value> {
    let answer = api.get(EVENTS, &[("authorization", &api.owner())]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["events"].as_array().unwrap().clone()
}

/// The same configuration, with another of the site's own origins: no visitor is shown anything else.
fn with_origin(origin: &str) -> Value {
    let mut config = config();
    let origins = config["origins"].as_array_mut().unwrap();
    origins.push(origin.into());
    config
}

/// Asks for the records with a token that nobody has.
fn try_a_token(api: &Api, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    let path = format!("/v1/sites/{SITE}/consents");
    api.get(&path, &[("authorization", &bearer)])
}

#[test]
fn a_publication_says_by_whose_token_from_which_file_and_what_it_changed() {
    assert_eq!(EVENTS, format!("/v1/sites/{SITE}/events"));
    let (api, notice) = Api::with_site();
    let configuration =
        |config: &Value| Sha256Digest::of(config.to_string().as_bytes()).to_string();
    let first = events(&api);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0]["kind"], "published");
    assert_eq!(first[0]["notice"], notice);
    assert_eq!(first[0]["configuration"], configuration(&config()));
    assert_eq!(first[0]["origins"], config()["origins"]);
    assert_eq!(
        first[0]["changed"],
        json!(["notice", "configuration", "origins"])
    );

    // The notice stays; who may send reports does not.
    let changed = with_origin("https://intrus.example");
    assert_eq!(api.publish(SITE, &changed).status, 200);
    let second = events(&api);
    assert_eq!(second.len(), 2);
    assert_eq!(second[1], first[0]);
    assert_eq!(second[0]["notice"], notice);
    assert_eq!(second[0]["changed"], json!(["configuration", "origins"]));
    assert_eq!(second[0]["origins"], changed["origins"]);
    let token = Sha256Digest::of(api.server.tokens().owner.as_bytes()).to_string();
    assert_eq!(second[0]["grants"], json!([&token[..12]]));

    // The same again is no event.
    assert_eq!(api.publish(SITE, &changed).status, 200);
    assert_eq!(events(&api), second);
    // Neither is a dry run.
    assert_eq!(api.dry_run(SITE, &config()).status, 200);
    assert_eq!(events(&api), second);
}

#[test]
fn the_log_has_every_configuration_in_its_order() {
    let (api, notice) = Api::with_site();
    let other = with_origin("https://intrus.example");
    for config in [&other, &other, &config()] {
        assert_eq!(api.publish(SITE, config).status, 200);
    }
    let expected = [&config(), &other, &config()].map(|config| Event::Publish {
        notice: notice.parse().unwrap(),
        configuration: Some(Sha256Digest::of(config.to_string().as_bytes()).into()),
    });
    let entries = Log::of_site(&api).verify();
    let entries: Vec<_> = entries.iter().map(|entry| entry.event).collect();
    assert_eq!(entries, expected);
}

#[test]
fn refused_tokens_are_counted_by_the_hour_and_never_too_high() {
    let (api, _) = Api::with_site();
    for times in 1..=9 {
        let refused = try_a_token(&api, "essai");
        assert_eq!(refused.status, 401, "{}", refused.text);
        let newest = &events(&api)[0];
        assert_eq!(newest["kind"], "token_refused");
        assert_eq!(newest["request"], "consents");
        assert_eq!(newest["reason"], "unknown");
        let counted = newest["times"].as_u64().unwrap();
        let last_power = 1_u64 << (u64::BITS - 1 - u64::leading_zeros(times));
        // At the turn of an hour the count begins anew.
        assert!(counted <= last_power, "{counted} of {times}");
        assert!(counted >= 1);
    }
    // Two rows where the hour turns meanwhile, and no more.
    assert!(events(&api).len() <= 3, "{:?}", events(&api));

    // A token of another role is another event.
    let inspector = format!("Bearer {}", api.server.tokens().inspector);
    let refused = api.put(
        &format!("/v1/sites/{SITE}"),
        &[("authorization", &inspector)],
        config().to_string().as_bytes(),
    );
    assert_eq!(refused.status, 403);
    let newest = &events(&api)[0];
    assert_eq!(newest["request"], "publish");
    assert_eq!(newest["reason"], "not_allowed");
    assert_eq!(newest["times"], 1);
}

#[test]
fn what_says_nothing_of_a_token_is_no_event_and_a_made_up_site_gets_no_file() {
    let (api, _) = Api::with_site();
    let before = events(&api);
    assert_eq!(api.get(EVENTS, &[]).status, 401);
    assert_eq!(events(&api), before);
    let files = api.files();
    for number in 0..20 {
        let path = format!("/v1/sites/invente-{number}/consents");
        let refused = api.get(&path, &[("authorization", "Bearer essai")]);
        assert_eq!(refused.status, 401);
    }
    assert_eq!(api.files(), files);
}

#[test]
fn owners_and_auditors_read_the_events_page_by_page() {
    let (api, _) = Api::with_site();
    for number in 0..120 {
        let config = with_origin(&format!("https://o{number}.example"));
        assert_eq!(api.publish(SITE, &config).status, 200);
    }
    let page = |query: &str| {
        let path = format!("{EVENTS}{query}");
        api.get(&path, &[("authorization", &api.auditor())])
    };
    let first = page("").json();
    let numbers = |page: &Value| -> Vec<u64> {
        let events = page["events"].as_array().unwrap().iter();
        events
            .map(|event| event["number"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(numbers(&first), (22..=121).rev().collect::<Vec<_>>());
    let second = page(&format!("?before={}", first["next"])).json();
    assert_eq!(numbers(&second), (1..=21).rev().collect::<Vec<_>>());
    assert!(second.get("next").is_none());

    assert_eq!(page("?before=x").status, 400);
    assert_eq!(page("?after=1").status, 400);
    let inspector = format!("Bearer {}", api.server.tokens().inspector);
    let refused = api.get(EVENTS, &[("authorization", &inspector)]);
    assert_eq!(refused.status, 403);
    let unknown = api.get(
        "/v1/sites/invente/events",
        &[("authorization", &api.owner())],
    );
    unknown.assert_refused(UNKNOWN_SITE);
}
