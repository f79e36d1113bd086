//! `DELETE /v1/sites/SITE`: an owner leaves the server.

use crate::support::{
    Answer, Api, DAY_MS, ERASED, Log, SITE, config, fields, logs, report, restart_at, verify,
    wait_for,
};
use consent_core::entry::{ErasureReason, Event};
use serde_json::{Value, json};

const LEFT: (u16, &str, &str) = (
    410,
    "site-left",
    "the owner of the site left this server: nothing of it is served or kept any more",
);

fn delete(api: &Api, query: &str) -> Answer {
    let path = format!("/v1/sites/{SITE}{query}");
    api.delete(&path, &[("authorization", &api.owner())])
}

/// What confirms that the owner wants to leave.
fn confirm(api: &Api) -> String {
    let answer = delete(api, "");
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["confirm"].as_str().unwrap().to_owned()
}

fn leave(api: &Api) -> Value {
    let answer = delete(api, &format!("?confirm={}", confirm(api)));
    assert_eq!(answer.status, 202, "{}", answer.text);
    answer.json()
}

fn loader(api: &Api) -> Answer {
    api.get(&format!("/t/{SITE}.js"), &[])
}

fn listed(api: &Api) -> Value {
    let answer = api.get("/v1/sites", &[("authorization", &api.owner())]);
    answer.json()["sites"].clone()
}

#[test]
fn the_first_step_changes_nothing_and_says_what_the_second_does() {
    let (api, _) = Api::with_site();
    let answer = delete(&api, "");
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = answer.json();
    assert_eq!(
        answer,
        json!({
            "site": SITE, "confirm": answer["confirm"], "purge_after_days": 30, "hosts": []
        })
    );
    assert_eq!(loader(&api).status, 200);
    let why = "must be the `confirm` of the answer to this request without it; it changes with each publication";
    delete(&api, "?confirm=yes").assert_contradiction(&[("confirm", why)]);
    // What is confirmed is what was looked at.
    let before = confirm(&api);
    let mut changed = config();
    changed["policy"]["version"] = json!("2");
    assert_eq!(api.publish(SITE, &changed).status, 201);
    delete(&api, &format!("?confirm={before}")).assert_contradiction(&[("confirm", why)]);
    assert_eq!(delete(&api, "?now").status, 400);
    assert_eq!(loader(&api).status, 200);
    let path = format!("/v1/sites/{SITE}");
    let auditor = api.delete(&path, &[("authorization", &api.auditor())]);
    assert_eq!(auditor.status, 403);
    let unknown = api.delete("/v1/sites/unknown", &[("authorization", &api.owner())]);
    assert_eq!(unknown.status, 404);
}

#[test]
fn a_site_that_was_left_serves_and_keeps_nothing_new_and_what_it_has_can_still_be_read() {
    let (api, notice) = Api::with_site();
    let sent = report(&notice, 1, "accept_all");
    let receipt = api.report(&sent).receipt();
    let departure = leave(&api);
    assert_eq!(departure["confirm"], Value::Null);
    assert!(departure["purge_at"].as_str() > departure["left_at"].as_str());
    // Asked again, it is as it was.
    let again = delete(&api, "?confirm=whatever");
    assert_eq!((again.status, again.json()), (200, departure.clone()));

    loader(&api).assert_refused(LEFT);
    api.get(&format!("/v1/sites/{SITE}/ticket"), &[])
        .assert_refused(LEFT);
    api.get(&format!("/d/{SITE}"), &[]).assert_refused(LEFT);
    api.report(&report(&notice, 2, "reject_all"))
        .assert_refused(LEFT);
    assert_eq!(listed(&api)[0]["purge_at"], departure["purge_at"]);
    assert_eq!(api.records().len(), 1);
    assert_eq!(api.receipt(&receipt.id, &sent).status, 200);
    Log::of_site(&api).verify();
    let path = format!("/v1/sites/{SITE}/events");
    let events = api.get(&path, &[("authorization", &api.owner())]).json();
    assert_eq!(events["events"][0]["kind"], "left");
    assert_eq!(events["events"][0]["purge_at"], departure["purge_at"]);
}

#[test]
fn to_publish_again_undoes_a_departure() {
    let (mut api, notice) = Api::with_site();
    leave(&api);
    api.crash();
    loader(&api).assert_refused(LEFT);
    assert_eq!(api.publish(SITE, &config()).status, 201);
    assert_eq!(loader(&api).status, 200);
    assert_eq!(api.report(&report(&notice, 1, "accept_all")).status, 201);
    assert_eq!(listed(&api)[0].get("purge_at"), None);
    let path = format!("/v1/sites/{SITE}/events");
    let events = api.get(&path, &[("authorization", &api.owner())]).json();
    assert_eq!(events["events"][0]["kind"], "published");
    // Long after the time that was told, it is there.
    restart_at(&mut api, 40 * DAY_MS);
    assert_eq!(api.report(&report(&notice, 2, "accept_all")).status, 201);
    assert_eq!(api.records().len(), 2);
}

#[test]
fn after_thirty_days_everything_is_erased_and_the_log_says_why() {
    for shards in [1, 2] {
        let mut config = config();
        config["shards"] = json!(shards);
        let (mut api, notice) = Api::publishing(&config);
        let made = api.post(
            &format!("/v1/sites/{SITE}/tokens"),
            &[("authorization", &api.owner())],
            json!({ "name": "of this site", "role": "auditor" })
                .to_string()
                .as_bytes(),
        );
        assert_eq!(made.status, 201, "{}", made.text);
        let token = format!("Bearer {}", made.json()["token"].as_str().unwrap());
        let mut first = report(&notice, 1, "accept_all");
        first["id"] = json!("00000000000000000000000000000001");
        let mut second = report(&notice, 2, "reject_all");
        second["id"] = json!("ffff0000000000000000000000000002");
        let receipts = [&first, &second].map(|sent| (sent, api.report(sent).receipt()));
        assert_eq!(api.records().len(), 2);
        let before = Log::new(&api, &logs(&api).logs[0]).checkpoint();
        let configuration = listed(&api)[0]["configuration"]
            .as_str()
            .unwrap()
            .to_owned();
        leave(&api);

        restart_at(&mut api, 29 * DAY_MS);
        assert_eq!(
            api.get(
                &format!("/v1/sites/{SITE}/consents"),
                &[("authorization", &token)]
            )
            .status,
            200
        );
        restart_at(&mut api, 31 * DAY_MS);
        wait_for("the alarm came", || listed(&api) == json!([]));
        loader(&api).assert_refused(LEFT);
        let page = api.query("").json();
        assert_eq!(page["records"], json!([]));
        let erased = page["erased"].as_array().unwrap();
        assert_eq!(erased.len(), 2);
        assert!(erased.iter().all(|one| one["reason"] == "departure"));
        for (sent, receipt) in receipts {
            let from_nowhere = api.get(
                &format!("/v1/receipts/{}", receipt.id),
                &[("authorization", &crate::support::secret(sent))],
            );
            from_nowhere.assert_refused(ERASED);
            // What was given proves itself as ever.
            let all = logs(&api).logs;
            let log = all.iter().find(|log| log.origin == receipt.log).unwrap();
            let log = Log::new(&api, log);
            verify(&receipt, &log.key);
            let entries = log.verify();
            let reasons = entries.iter().filter_map(|entry| match entry.event {
                Event::Erase(erasure) => Some(erasure.reason),
                _ => None,
            });
            assert_eq!(reasons.collect::<Vec<_>>(), [ErasureReason::Departure]);
        }
        Log::new(&api, &logs(&api).logs[0]).assert_continues(&before);
        let edition = format!("/v1/sites/{SITE}/editions/{configuration}");
        assert_eq!(
            api.get(&edition, &[("authorization", &api.owner())]).status,
            404
        );
        let page = api.get(
            &format!("/v1/sites/{SITE}/consents"),
            &[("authorization", &token)],
        );
        assert_eq!(page.status, 401, "the token opened nothing else");
        assert_eq!(api.get(&format!("/v1/notices/{notice}"), &[]).status, 200);
        // Whoever has the name may publish again: what comes is new, in the same log.
        assert_eq!(api.publish(SITE, &config).status, 201);
        assert_eq!(loader(&api).status, 200);
        let later = api.report(&report(&notice, 3, "accept_all"));
        assert_eq!(later.status, 201, "{}", later.text);
        assert_eq!(api.records().len(), 1);
    }
}

#[test]
fn nobody_leaves_while_pages_pass_through_the_server() {
    let mut at_edge = config();
    at_edge["origins"] = json!(["http://relais.localhost"]);
    at_edge["edge"] = json!({ "origin_server": "http://127.0.0.1:9" });
    let (api, _) = Api::publishing(&at_edge);
    wait_for("the host is known", || {
        delete(&api, "").json()["hosts"] == json!(["relais.localhost"])
    });
    let answer = delete(&api, &format!("?confirm={}", confirm(&api)));
    let why = "the site's pages pass through this server under relais.localhost: point these names elsewhere, publish the \
        site without `edge`, then leave";
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert_eq!(answer.json()["errors"], fields(&[("edge", why)]));
    assert_eq!(loader(&api).status, 200);
}
