//! `GET /v1/sites/SITE/stats`

use crate::support::{Answer, Api, Clock, DAY_MS, SITE, config, now, report, secret};
use consent_core::calendar::Timestamp;
use serde_json::{Value, json};

fn ask(api: &Api, query: &str) -> Answer {
    let path = format!("/v1/sites/{SITE}/stats{query}");
    api.get(&path, &[("authorization", &api.auditor())])
}

fn stats(api: &Api, query: &str) -> Value {
    let answer = ask(api, query);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn send(api: &Api, report: &Value) {
    let answer = api.report(report);
    assert_eq!(answer.status, 201, "{}", answer.text);
}

/// The day of an instant, and how many days from now.
fn day(ahead: i64) -> String {
    let at = Timestamp::from_millis(now().as_millis() + ahead * DAY_MS).unwrap();
    at.to_string()[..10].to_owned()
}

/// How many have a value, in one part of the breakdown.
fn of(stats: &Value, part: &str, value: &str) -> u64 {
    let parts = stats["breakdown"][part].as_array().unwrap();
    let found = parts.iter().find(|it| it["value"] == value);
    found.map_or(0, |it| it["choices"].as_u64().unwrap())
}

#[test]
fn what_people_answer_is_counted_and_everything_else_stands_apart() {
    let (api, notice) = Api::with_site();
    let empty = stats(&api, "");
    assert_eq!(empty["choices"], 0);
    assert_eq!(empty["periods"], json!([]));
    for (nth, method) in [
        "accept_all",
        "accept_all",
        "reject_all",
        "save",
        "withdraw",
        "api",
        "gpc",
    ]
    .into_iter()
    .enumerate()
    {
        send(&api, &report(&notice, u32::try_from(nth).unwrap(), method));
    }
    let mut robot = report(&notice, 20, "accept_all");
    robot["trusted"] = json!(false);
    send(&api, &robot);
    let mut english = report(&notice, 21, "reject_all");
    english["language"] = json!("en");
    english["gpc"] = json!(true);
    send(&api, &english);

    let all = stats(&api, "");
    assert_eq!(all["choices"], 5);
    assert_eq!(
        all["granted"],
        json!({ "preferences": 2, "statistics": 3, "marketing": 2 })
    );
    let others =
        json!({ "withdrawals": 1, "signals": 1, "scripts": 1, "imported": 0, "synthetic": 1 });
    assert_eq!(all["others"], others);
    assert_eq!(
        (all["from"].as_str(), all["to"].as_str()),
        (Some(&*day(0)), Some(&*day(0)))
    );
    let [period] = &all["periods"].as_array().unwrap()[..] else {
        panic!("{all}");
    };
    for name in ["choices", "granted", "others"] {
        assert_eq!(period[name], all[name], "{name}");
    }
    assert_eq!(of(&all, "notice", &notice), 5);
    assert_eq!(
        of(
            &all,
            "jurisdiction",
            config()["jurisdiction"].as_str().unwrap()
        ),
        5
    );
    assert_eq!(
        (of(&all, "language", "fr-CA"), of(&all, "language", "en")),
        (4, 1)
    );
    assert_eq!((of(&all, "gpc", "true"), of(&all, "gpc", "false")), (1, 4));
    // These divide all records, as the filters of a query do.
    for (part, value) in [
        ("method", "accept_all"),
        ("method", "reject_all"),
        ("method", "api"),
        ("method", "gpc"),
        ("trusted", "true"),
        ("trusted", "false"),
        ("status", "given"),
        ("status", "refused"),
        ("status", "withdrawn"),
    ] {
        let path = format!("/v1/sites/{SITE}/consents/count?{part}={value}");
        let counted = api.get(&path, &[("authorization", &api.auditor())]).json();
        assert_eq!(
            of(&all, part, value),
            counted["records"].as_u64().unwrap(),
            "{part} {value}"
        );
    }
}

#[test]
fn what_comes_later_is_added_once_and_what_is_erased_stays_counted() {
    let (mut api, notice) = Api::with_site();
    send(&api, &report(&notice, 1, "accept_all"));
    assert_eq!(stats(&api, "")["choices"], 1);
    assert_eq!(stats(&api, "")["choices"], 1, "asked twice, counted once");
    let second = report(&notice, 2, "save");
    send(&api, &second);
    assert_eq!(
        stats(&api, "")["granted"],
        json!({ "preferences": 1, "statistics": 2, "marketing": 1 })
    );
    let erase = |report: &Value| {
        let id = report["id"].as_str().unwrap();
        let path = format!("/v1/receipts/{SITE}.{id}");
        let answer = api.delete(&path, &[("authorization", &secret(report))]);
        assert_eq!(answer.status, 204, "{}", answer.text);
    };
    erase(&second);
    assert_eq!(stats(&api, "")["choices"], 2);
    // One that was erased before anybody asked was never counted.
    let third = report(&notice, 3, "accept_all");
    send(&api, &third);
    erase(&third);
    api.crash();
    assert_eq!(stats(&api, "")["choices"], 2);
}

#[test]
fn a_choice_is_counted_on_its_day_in_its_week_and_its_month() {
    let (mut api, notice) = Api::with_site();
    let clock = Clock::of(&mut api);
    for (nth, ahead) in [0, 0, 1, 40].into_iter().enumerate() {
        clock.set_ahead(ahead * DAY_MS);
        send(
            &api,
            &report(&notice, u32::try_from(nth).unwrap(), "accept_all"),
        );
    }
    let all = stats(&api, "");
    let choices = |stats: &Value| -> Vec<(String, u64)> {
        let periods = stats["periods"].as_array().unwrap().iter();
        periods
            .map(|it| {
                (
                    it["from"].as_str().unwrap().to_owned(),
                    it["choices"].as_u64().unwrap(),
                )
            })
            .collect()
    };
    let days = choices(&all);
    assert_eq!(days.len(), 41);
    assert_eq!(days[0], (day(0), 2));
    assert_eq!(days[1], (day(1), 1));
    assert_eq!(days[40], (day(40), 1));
    assert!(days[2..40].iter().all(|(_, choices)| *choices == 0));
    let two = stats(&api, &format!("?from={}&to={}", day(0), day(1)));
    assert_eq!(choices(&two), days[..2]);
    assert_eq!(two["breakdown"]["language"][0]["choices"], 3);
    let week = stats(&api, "?by=week");
    assert_eq!(
        choices(&week)
            .iter()
            .map(|(_, choices)| choices)
            .sum::<u64>(),
        4
    );
    assert!((6..=7).contains(&choices(&week).len()));
    let month = choices(&stats(&api, "?by=month"));
    assert!(month.iter().all(|(from, _)| from.ends_with("-01")));
    assert_eq!(month.iter().map(|(_, choices)| choices).sum::<u64>(), 4);
}

#[test]
fn the_shards_of_a_site_are_counted_together() {
    let mut sharded = config();
    sharded["shards"] = json!(3);
    let (api, notice) = Api::publishing(&sharded);
    api.report_many(&notice, 1..41, "accept_all");
    let all = stats(&api, "");
    assert_eq!(all["choices"], 40);
    assert_eq!(all["periods"].as_array().unwrap().len(), 1);
    assert_eq!(of(&all, "language", "fr-CA"), 40);
}

#[test]
fn owners_and_auditors_may_ask_and_every_wrong_parameter_is_named() {
    let (api, _) = Api::with_site();
    let path = format!("/v1/sites/{SITE}/stats");
    assert_eq!(
        api.get(&path, &[("authorization", &api.owner())]).status,
        200
    );
    assert_eq!(api.get(&path, &[]).status, 401);
    let inspector = format!("Bearer {}", api.server.tokens().inspector);
    assert_eq!(api.get(&path, &[("authorization", &inspector)]).status, 403);
    let wrong = ask(&api, "?from=2026-02-30&by=hour&x=1");
    assert_eq!(wrong.status, 400);
    let problem = wrong.json();
    let fields: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["field"])
        .collect();
    assert_eq!(fields, ["from", "by", "x"]);
    let long = ask(&api, "?from=1990-01-01&to=2026-01-01");
    assert_eq!(
        (long.status, long.json()["errors"][0]["field"].as_str()),
        (400, Some("by"))
    );
}
