//! `GET`, `POST` and `DELETE /v1/sites/SITE/tokens` and `/v1/tokens`, and `GET /v1/token`

use crate::support::{Answer, Api, SITE, config, now, wait_for};
use consent_core::Sha256Digest;
use consent_core::calendar::Timestamp;
use serde_json::{Value, json};

const TOKENS: &str = "/v1/sites/relais/tokens";

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn get(api: &Api, token: &str, path: &str) -> Answer {
    api.get(path, &[("authorization", &bearer(token))])
}

fn post(api: &Api, token: &str, path: &str, body: &Value) -> Answer {
    let headers = [("authorization", &*bearer(token))];
    api.post(path, &headers, body.to_string().as_bytes())
}

fn delete(api: &Api, token: &str, path: &str) -> Answer {
    api.delete(path, &[("authorization", &bearer(token))])
}

/// Makes a token, and returns it with its id.
fn make(api: &Api, by: &str, path: &str, body: &Value) -> (String, String) {
    let answer = post(api, by, path, body);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let made = answer.json();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("token"), text("id"))
}

fn owner(api: &Api) -> String {
    api.server.tokens().owner.clone()
}

fn administrator(api: &Api) -> String {
    api.server.tokens().administrator.clone()
}

/// An owner of one site alone, with a host.
fn owner_of(api: &Api, site: &str, hosts: &[&str]) -> (String, String) {
    let body = json!({ "name": "owner", "role": "owner", "sites": [site], "hosts": hosts });
    make(api, &administrator(api), "/v1/tokens", &body)
}

fn listed(api: &Api, token: &str, path: &str) -> Vec<Value> {
    let answer = get(api, token, path);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["tokens"].as_array().unwrap().clone()
}

/// The fields that a refusal names.
fn fields(answer: &Answer) -> Vec<String> {
    let problem = answer.json();
    let errors = problem["errors"].as_array().unwrap().iter();
    errors
        .map(|error| error["field"].as_str().unwrap().to_owned())
        .collect()
}

fn in_seconds(seconds: i64) -> String {
    let at = now().as_millis() + seconds * 1000;
    Timestamp::from_millis(at).unwrap().to_string()
}

#[test]
fn a_token_is_shown_once_opens_its_role_and_stops_at_once_when_it_is_revoked() {
    assert_eq!(TOKENS, format!("/v1/sites/{SITE}/tokens"));
    let (api, _) = Api::with_site();
    let body = json!({ "name": "  Cabinet Boréal ", "role": "auditor" });
    let answer = post(&api, &owner(&api), TOKENS, &body);
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    let made = answer.json();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("temoin_") && token.len() == 50, "{token}");
    let digest = Sha256Digest::of(token.as_bytes()).to_string();
    assert_eq!(made["id"], digest[..12]);
    assert_eq!(made["name"], "Cabinet Boréal");
    assert_eq!(made["sites"], json!([SITE]));
    let by = Sha256Digest::of(owner(&api).as_bytes()).to_string();
    assert_eq!(made["made_by"], json!([by[..12]]));

    let consents = format!("/v1/sites/{SITE}/consents");
    assert_eq!(get(&api, token, &consents).status, 200);
    assert_eq!(get(&api, token, TOKENS).status, 403);
    let refused = api.put(
        &format!("/v1/sites/{SITE}"),
        &[("authorization", &bearer(token))],
        config().to_string().as_bytes(),
    );
    assert_eq!(refused.status, 403);
    let own = get(&api, token, "/v1/token").json();
    assert_eq!(own["grants"][0]["role"], "auditor");
    assert_eq!(own["grants"][0]["id"], made["id"]);

    // The list has all of it but the token.
    let tokens = listed(&api, &owner(&api), TOKENS);
    let mut expected = made.clone();
    expected.as_object_mut().unwrap().remove("token");
    assert_eq!(tokens.last(), Some(&expected));
    assert!(!get(&api, &owner(&api), TOKENS).text.contains(token));
    // Nobody finds it on the disk.
    for file in std::fs::read_dir(api.state.join("temoin-directory")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(token.len()).any(|at| at == token.as_bytes()));
    }

    let path = format!("{TOKENS}/{}", made["id"].as_str().unwrap());
    assert_eq!(delete(&api, token, &path).status, 403);
    assert_eq!(get(&api, token, &consents).status, 200);
    assert_eq!(delete(&api, &owner(&api), &path).status, 204);
    let gone = get(&api, token, &consents);
    assert_eq!(
        (gone.status, gone.json()["title"].as_str().unwrap()),
        (401, "Wrong token")
    );
    let revoked = listed(&api, &owner(&api), TOKENS).pop().unwrap();
    assert!(revoked["revoked_at"].is_string());
    // Once more changes nothing.
    assert_eq!(delete(&api, &owner(&api), &path).status, 204);
    assert_eq!(listed(&api, &owner(&api), TOKENS).pop(), Some(revoked));
}

#[test]
fn tokens_outlive_a_crash_and_so_does_their_end() {
    let (mut api, _) = Api::with_site();
    let auditor = json!({ "name": "a", "role": "auditor" });
    let (stays, _) = make(&api, &owner(&api), TOKENS, &auditor);
    let (goes, id) = make(&api, &owner(&api), TOKENS, &auditor);
    assert_eq!(
        delete(&api, &owner(&api), &format!("{TOKENS}/{id}")).status,
        204
    );
    api.crash();
    let consents = format!("/v1/sites/{SITE}/consents");
    assert_eq!(get(&api, &stays, &consents).status, 200);
    assert_eq!(get(&api, &goes, &consents).status, 401);
}

#[test]
fn a_token_ends_when_it_says_and_makes_none_that_lasts_longer() {
    let (api, _) = Api::with_site();
    let soon = in_seconds(2);
    let body = json!({ "name": "short", "role": "owner", "expires_at": soon });
    let (short, _) = make(&api, &owner(&api), TOKENS, &body);
    // What it makes ends with it, unless it says less.
    let child = post(
        &api,
        &short,
        TOKENS,
        &json!({ "name": "child", "role": "auditor" }),
    );
    assert_eq!(child.json()["expires_at"], Value::from(soon.clone()));
    let longer = json!({ "name": "child", "role": "auditor", "expires_at": in_seconds(60) });
    let answer = post(&api, &short, TOKENS, &longer);
    assert_eq!(answer.status, 422);
    assert_eq!(fields(&answer), ["expires_at"]);
    let child = child.json()["token"].as_str().unwrap().to_owned();
    wait_for("the tokens have ended", || {
        get(&api, &short, TOKENS).status == 401
    });
    assert_eq!(
        get(&api, &child, &format!("/v1/sites/{SITE}/consents")).status,
        401
    );
}

#[test]
fn every_wrong_field_is_named_and_nothing_is_made() {
    let (api, _) = Api::with_site();
    let before = listed(&api, &owner(&api), TOKENS).len();
    let (own, _) = owner_of(&api, SITE, &["relais.example", "*.relais.example"]);
    for (body, wrong) in [
        (
            json!({ "name": "x", "role": "administrator" }),
            vec!["role"],
        ),
        (
            json!({ "name": "x", "role": "auditor", "sites": ["other"] }),
            vec!["sites"],
        ),
        (
            json!({ "name": "x", "role": "auditor", "hosts": ["relais.example"], "expires_at": in_seconds(-1) }),
            vec!["hosts", "expires_at"],
        ),
        (
            json!({ "name": "x", "role": "owner", "hosts": ["a.relais.example", "autre.example", "*.example"] }),
            vec!["hosts[1]", "hosts[2]"],
        ),
    ] {
        let answer = post(&api, &own, TOKENS, &body);
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert_eq!(fields(&answer), wrong, "{body}");
    }
    for (body, wrong) in [
        (json!({ "role": "auditor" }), "name"),
        (json!({ "name": " ", "role": "auditor" }), "name"),
        (json!({ "name": "x", "role": "admin" }), "role"),
        (
            json!({ "name": "x", "role": "auditor", "site": "relais" }),
            "site",
        ),
        (
            json!({ "name": "x", "role": "owner", "hosts": ["https://relais.example"] }),
            "hosts[0]",
        ),
        (
            json!({ "name": "x", "role": "owner", "expires_at": "tomorrow" }),
            "expires_at",
        ),
    ] {
        let answer = post(&api, &own, TOKENS, &body);
        assert_eq!(answer.status, 400, "{body} {}", answer.text);
        assert!(answer.text.contains(wrong), "{wrong}: {}", answer.text);
    }
    assert_eq!(listed(&api, &owner(&api), TOKENS).len(), before + 1);
    let (made, _) = make(
        &api,
        &own,
        TOKENS,
        &json!({ "name": "x", "role": "owner", "hosts": ["*.a.relais.example"] }),
    );
    let grant = get(&api, &made, "/v1/token").json()["grants"][0].clone();
    assert_eq!(grant["hosts"], json!(["*.a.relais.example"]));
}

#[test]
fn owners_see_and_revoke_what_is_theirs_alone() {
    let (api, _) = Api::with_site();
    let (own, own_id) = owner_of(&api, SITE, &["relais.example"]);
    let (other, other_id) = owner_of(&api, "autre", &["autre.example"]);
    let both = json!({ "name": "both", "role": "auditor", "sites": [SITE, "autre"] });
    let (both, both_id) = make(&api, &administrator(&api), "/v1/tokens", &both);

    let of_own = listed(&api, &own, TOKENS);
    let names: Vec<_> = of_own
        .iter()
        .map(|token| token["id"].as_str().unwrap())
        .collect();
    // The operator's tokens, which open every site, are no secret to its owners.
    assert_eq!(names.len(), 4 + 2, "{of_own:?}");
    assert!(names.contains(&&*own_id) && names.contains(&&*both_id));
    assert!(!names.contains(&&*other_id));
    let shared = of_own.iter().find(|token| token["id"] == *both_id).unwrap();
    assert_eq!(
        shared["sites"],
        json!([SITE]),
        "the other's site is not named"
    );

    let at = |id: &str| format!("{TOKENS}/{id}");
    assert_eq!(delete(&api, &own, &at(&other_id)).status, 404);
    assert_eq!(delete(&api, &own, &at(&both_id)).status, 403);
    let environment = &Sha256Digest::of(administrator(&api).as_bytes()).to_string()[..12];
    assert_eq!(delete(&api, &own, &at(environment)).status, 403);
    assert_eq!(delete(&api, &own, &at("not-there")).status, 404);
    assert_eq!(delete(&api, &own, &at("NOT/there")).status, 404);
    assert_eq!(get(&api, &own, "/v1/sites/autre/tokens").status, 403);
    assert_eq!(get(&api, &own, "/v1/tokens").status, 403);
    assert_eq!(get(&api, &owner(&api), "/v1/tokens").status, 403);
    for token in [&other, &both] {
        assert_eq!(get(&api, token, "/v1/token").status, 200);
    }
    let of_all = listed(&api, &administrator(&api), "/v1/tokens");
    assert_eq!(of_all.len(), 4 + 3);
    let all_at = |id: &str| format!("/v1/tokens/{id}");
    for id in [&own_id, &other_id, &both_id] {
        assert_eq!(delete(&api, &administrator(&api), &all_at(id)).status, 204);
    }
    for token in [&own, &other, &both] {
        assert_eq!(get(&api, token, "/v1/token").status, 401);
    }
}

#[test]
fn an_administrator_that_was_made_does_everything_and_cannot_shut_out_the_operator() {
    let (api, _) = Api::with_site();
    let body = json!({ "name": "second", "role": "administrator" });
    let (second, id) = make(&api, &administrator(&api), "/v1/tokens", &body);
    assert_eq!(get(&api, &second, "/v1/sites").status, 200);
    assert_eq!(
        get(&api, &second, &format!("/v1/sites/{SITE}/consents")).status,
        200
    );
    let published = api.put(
        "/v1/sites/nouveau",
        &[("authorization", &bearer(&second))],
        config().to_string().as_bytes(),
    );
    assert_eq!(published.status, 201, "{}", published.text);
    // Whoever owns a site does not revoke who runs the server.
    assert_eq!(
        delete(&api, &owner(&api), &format!("{TOKENS}/{id}")).status,
        403
    );
    let (first, first_id) = (
        administrator(&api),
        Sha256Digest::of(administrator(&api).as_bytes()).to_string(),
    );
    assert_eq!(
        delete(&api, &second, &format!("/v1/tokens/{}", &first_id[..12])).status,
        403
    );
    assert_eq!(get(&api, &first, "/v1/tokens").status, 200);
    let wrong = json!({ "name": "x", "role": "administrator", "sites": [SITE] });
    let answer = post(&api, &first, "/v1/tokens", &wrong);
    assert_eq!(
        (answer.status, fields(&answer)),
        (422, vec!["sites".to_owned()])
    );
}

#[test]
fn what_is_done_with_tokens_is_among_the_sites_security_events() {
    let (api, _) = Api::with_site();
    let (_, id) = make(
        &api,
        &owner(&api),
        TOKENS,
        &json!({ "name": "a", "role": "inspector" }),
    );
    assert_eq!(
        delete(&api, &owner(&api), &format!("{TOKENS}/{id}")).status,
        204
    );
    let (_, for_both) = owner_of(&api, SITE, &[]);
    let path = format!("/v1/sites/{SITE}/events");
    let events = get(&api, &owner(&api), &path).json()["events"].clone();
    let by = |token: &str| json!([Sha256Digest::of(token.as_bytes()).to_string()[..12]]);
    let owner_made = json!({ "kind": "token_made", "grants": by(&owner(&api)), "token": id, "role": "inspector" });
    let revoked = json!({ "kind": "token_revoked", "grants": by(&owner(&api)), "token": id });
    let made = json!({ "kind": "token_made", "grants": by(&administrator(&api)), "token": for_both, "role": "owner" });
    for (at, expected) in [made, revoked, owner_made].iter().enumerate() {
        let mut event = events[at].clone();
        let event = event.as_object_mut().unwrap();
        event.remove("time").unwrap();
        event.remove("number").unwrap();
        assert_eq!(&Value::Object(event.clone()), expected);
    }
}

#[test]
fn the_tokens_of_a_site_have_a_bound_and_those_of_others_do_not_count() {
    let (api, _) = Api::with_site();
    let body = json!({ "name": "many", "role": "inspector" });
    let (own, _) = owner_of(&api, SITE, &[]);
    let mut last = String::new();
    for _ in 1..200 {
        last = make(&api, &own, TOKENS, &body).1;
    }
    let refused = post(&api, &own, TOKENS, &body);
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert_eq!(refused.json()["type"], "urn:temoin:problem:too-many-tokens");
    owner_of(&api, "autre", &[]);
    assert_eq!(delete(&api, &own, &format!("{TOKENS}/{last}")).status, 204);
    make(&api, &own, TOKENS, &body);
    // Page by page, none twice.
    let first = get(&api, &own, TOKENS).json();
    let mut ids: Vec<_> = first["tokens"].as_array().unwrap().clone();
    let mut next = first["next"].as_u64();
    while let Some(before) = next {
        let page = get(&api, &own, &format!("{TOKENS}?before={before}")).json();
        ids.extend(page["tokens"].as_array().unwrap().clone());
        next = page["next"].as_u64();
    }
    let mut names: Vec<_> = ids.iter().map(|token| token["id"].to_string()).collect();
    names.sort();
    names.dedup();
    assert_eq!((ids.len(), names.len()), (4 + 201, 4 + 201));
}

#[test]
fn a_network_that_tries_many_wrong_tokens_waits_and_others_do_not() {
    let (mut api, _) = Api::with_site();
    let setting = (
        "TEMOIN_CLIENT_ADDRESS_HEADER".to_owned(),
        "x-address".into(),
    );
    api.server.set_environment(vec![setting]);
    api.crash();
    let auditor = json!({ "name": "a", "role": "auditor" });
    let (token, _) = make(&api, &owner(&api), TOKENS, &auditor);
    let try_from = |token: &str, address: &str| {
        let headers = [("authorization", &*bearer(token)), ("x-address", address)];
        api.get("/v1/token", &headers)
    };
    let mut answers: Vec<u16> = Vec::new();
    for nth in 0..60 {
        answers.push(try_from(&format!("temoin_{nth}"), "192.0.2.7").status);
    }
    assert_eq!(answers[..30], [401; 30]);
    assert!(answers.contains(&429), "{answers:?}");
    let busy = try_from(&token, "192.0.2.99");
    assert_eq!(busy.status, 429, "the same network");
    assert!(busy.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(try_from(&token, "198.51.100.1").status, 200);
    // The operator is never shut out.
    assert_eq!(try_from(&owner(&api), "192.0.2.7").status, 200);
}
