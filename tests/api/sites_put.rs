//! `PUT /v1/sites/SITE`

use crate::support::{
    Api, Framing, ORIGIN, SITE, UNKNOWN_NOTICE, UNKNOWN_SITE, config, fields, manifest, now, report,
};
use consent_core::loader::LOADER_CALLERS_NAME;
use consent_core::{Sha256Digest, Timestamp};
use serde_json::{Value, json};

#[test]
fn publishing_answers_the_notice_and_the_tag_to_paste() {
    let api = Api::empty();
    let answer = api.publish(SITE, &config());
    assert_eq!(answer.status, 201, "{}", answer.text);
    let publication = answer.json();
    assert_eq!(publication["site"], SITE);
    assert_eq!(publication["unchanged"], false);
    assert_eq!(publication["asks_anew"], false);
    assert_eq!(
        publication["embed"],
        format!(
            r#"<script src="{}/t/{SITE}.js"></script>"#,
            api.server.url()
        )
    );
    assert_eq!(publication["notice"].as_str().unwrap().len(), 64);
    assert_eq!(publication["material_changes"], json!([]));
    assert_eq!(publication["findings"], json!([]));
    let published_at: Timestamp = publication["published_at"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let age = now().as_millis() - published_at.as_millis();
    assert!((0..60_000).contains(&age), "{age} ms");
}

#[test]
fn publishing_the_same_again_changes_nothing() {
    let (api, notice) = Api::with_site();
    let answer = api.publish(SITE, &config());
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["notice"], notice);
    assert_eq!(answer.json()["unchanged"], true);
}

#[test]
fn an_edition_that_comes_back_was_published_when_it_was_first() {
    let (api, notice) = Api::with_site();
    let first = api.publish(SITE, &config()).json();
    let mut changed = config();
    changed["policy"]["version"] = json!("2");
    api.publish(SITE, &changed);
    let answer = api.publish(SITE, &config());
    assert_eq!(answer.status, 201);
    let again = answer.json();
    assert_eq!(again["notice"], notice);
    assert_eq!(again["published_at"], first["published_at"]);
    assert_eq!(again["unchanged"], false);
}

#[test]
fn only_a_material_change_asks_anew_and_it_is_said() {
    let (api, _) = Api::with_site();
    let material = |change: &dyn Fn(&mut Value)| {
        api.publish(SITE, &config());
        let mut changed = config();
        change(&mut changed);
        let answer = api.publish(SITE, &changed);
        assert!(answer.status < 300, "{}", answer.text);
        let publication = answer.json();
        let said = publication["material_changes"].clone();
        assert_eq!(publication["asks_anew"], said != json!([]));
        said
    };
    for immaterial in [
        &(|c: &mut Value| c["services"][0]["description"]["en"] = json!("Counts visits!"))
            as &dyn Fn(&mut Value),
        &|c| c["origins"] = json!(["https://relais.example"]),
        &|c| c["languages"] = json!(["en", "fr-CA"]),
        &|c| c["reask_after_months"] = json!(6),
        &|c| c["blocking"] = json!("automatic"),
        &|c| c["signals"] = json!({ "google": {} }),
    ] {
        assert_eq!(material(immaterial), json!([]));
    }
    assert_eq!(
        material(&|c| c["policy"]["version"] = json!("2")),
        json!(["the policy is version 2, no longer 2024-05-02"])
    );
    assert_eq!(
        material(&|c| c["purposes"] = json!(["statistics"])),
        json!(["purpose preferences is gone", "purpose marketing is gone"])
    );
    assert_eq!(
        material(&|c| c["services"][0]["purpose"] = json!("marketing")),
        json!(["service mesure serves marketing, no longer statistics"])
    );
    assert_eq!(
        material(&|c| c["services"][0]["recipient"] = json!("Une autre inc.")),
        json!(["service mesure sends to Une autre inc., no longer to Mesure inc."])
    );
    assert_eq!(
        material(&|c| c["services"][0]["id"] = json!("visites")),
        json!([
            "service visites is new (statistics, Mesure inc.)",
            "service mesure is gone"
        ])
    );
}

#[test]
fn a_dry_run_says_what_publishing_would_and_leaves_nothing_behind() {
    let api = Api::empty();
    let loader = format!("/t/{SITE}.js");
    api.get(&loader, &[]).assert_refused(UNKNOWN_SITE);
    let files = api.files();
    let answer = api.dry_run(SITE, &config());
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut would = answer.json();
    api.get(&loader, &[]).assert_refused(UNKNOWN_SITE);
    let notice = format!("/v1/notices/{}", would["notice"].as_str().unwrap());
    api.get(&notice, &[]).assert_refused(UNKNOWN_NOTICE);
    assert_eq!(api.files(), files);

    let publication = api.publish(SITE, &config()).json();
    for name in ["published_at", "preview"] {
        assert_eq!(would.get(name), None);
        would[name] = publication[name].clone();
    }
    assert_eq!(would, publication);
}

#[test]
fn a_dry_run_leaves_the_edition_in_force() {
    let (api, notice) = Api::with_site();
    let before = api.get(&format!("/t/{SITE}.js"), &[]).text;
    let mut changed = config();
    changed["policy"]["version"] = json!("2");
    let would = api.dry_run(SITE, &changed);
    assert_eq!(would.status, 200, "{}", would.text);
    let would = would.json();
    assert_eq!(would["asks_anew"], true);
    assert_eq!(
        would["material_changes"],
        json!(["the policy is version 2, no longer 2024-05-02"])
    );
    assert_eq!(would["unchanged"], false);
    assert_eq!(would.get("published_at"), None);
    assert_eq!(api.get(&format!("/t/{SITE}.js"), &[]).text, before);
    let new = would["notice"].as_str().unwrap();
    api.report(&report(new, 1, "reject_all"))
        .assert_refused(UNKNOWN_NOTICE);
    let same = api.dry_run(SITE, &config()).json();
    assert_eq!(
        (&same["notice"], &same["unchanged"]),
        (&json!(notice), &json!(true))
    );
}

#[test]
fn a_dry_run_is_checked_as_a_publication_is() {
    let api = Api::empty();
    let mut bad = config();
    bad["choice_max_age_months"] = json!(24);
    api.dry_run(SITE, &bad).assert_contradiction(&[(
        "choice_max_age_months",
        "is 24; a choice is kept 1 to 13 months",
    )]);
    let path = format!("/v1/sites/{SITE}?dry_run");
    api.put(&path, &[], config().to_string().as_bytes())
        .assert_problem(
            401,
            "missing-token",
            "send the token in the header: Authorization: Bearer …",
        );
}

#[test]
fn trackers_of_social_networks_filed_under_statistics_are_found() {
    let api = Api::empty();
    let mut config = demo_site("communautaire");
    let mut expected = Vec::new();
    for (at, service) in config["services"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .enumerate()
    {
        if ["meta-pixel", "linkedin"].contains(&service["id"].as_str().unwrap()) {
            service["purpose"] = json!("statistics");
            let name = service["name"].as_str().unwrap();
            expected.push(json!({
                "field": format!("services[{at}].purpose"),
                "message": format!(
                    "is statistics, but {name} is marketing by its own terms: file it there"
                ),
            }));
        }
    }
    assert_eq!(expected.len(), 2);
    let answer = api.dry_run("communautaire", &config);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(misfiled(&answer.json()), expected);
    assert_eq!(
        api.publish("communautaire", &config).status,
        201,
        "it is for the owner to say"
    );
}

/// The findings on what a service is filed under.
fn misfiled(publication: &Value) -> Vec<Value> {
    let findings = publication["findings"].as_array().unwrap().iter();
    let on_purpose = |finding: &&Value| finding["field"].as_str().unwrap().ends_with(".purpose");
    findings.filter(on_purpose).cloned().collect()
}

#[test]
fn what_an_owner_should_know_is_said_and_stops_nothing() {
    let api = Api::empty();
    let mut odd = config();
    odd["reask_after_months"] = json!(6);
    odd["audience_data_months"] = json!(26);
    odd["signals"] = json!({ "google": { "mode": "advanced" } });
    odd["blocking"] = json!("automatic");
    odd["services"][0]["country"] = json!("US");
    odd["services"][0]["consent_mode"] = json!(true);
    let answer = api.publish(SITE, &odd);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let expected = fields(&[
        (
            "reask_after_months",
            "is 6; good practice there (CAI) is 13",
        ),
        (
            "audience_data_months",
            "is 26; good practice there (CAI) is 25 at most",
        ),
        (
            "services[0].safeguard",
            "is not said, and the data leaves the jurisdiction (US)",
        ),
        (
            "services[0].hosts",
            "is empty, so automatic blocking cannot know this service: it waits for marketing",
        ),
        (
            "signals.google.mode",
            "is \"advanced\": tags marked `consent_mode` send data before a choice, without cookies; under an opt-in law that is for the owner to justify",
        ),
    ]);
    assert_eq!(answer.json()["findings"], expected);
    let again = api.publish(SITE, &odd);
    assert_eq!((again.status, &again.json()["findings"]), (200, &expected));
}

#[test]
fn what_the_catalogue_knows_of_a_host_is_said_and_stops_nothing() {
    let api = Api::empty();
    let mut config = config();
    config["services"][0]["purpose"] = json!("statistics");
    config["services"][0]["hosts"] = json!(["analytics.tiktok.com"]);
    config["services"][0]["cookies"] = json!([]);
    let answer = api.publish(SITE, &config);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let expected = fields(&[
        (
            "services[0].purpose",
            "is statistics, and analytics.tiktok.com is of TikTok Pixel, which the catalogue of services files under marketing: \
             file it there, or say in the description why it is not so here",
        ),
        (
            "services[0].cookies",
            "is empty, and TikTok Pixel keeps _ttp, _tt_enable_cookie, ttcsid* by default: declare what it keeps here, or make \
             sure that it keeps nothing",
        ),
    ]);
    assert_eq!(answer.json()["findings"], expected);
}

#[test]
fn a_contradiction_names_its_fields_and_publishes_nothing() {
    let api = Api::empty();
    let mut bad = config();
    bad["purposes"] = json!(["marketing"]);
    bad["choice_max_age_months"] = json!(24);
    api.publish(SITE, &bad).assert_contradiction(&[
        (
            "choice_max_age_months",
            "is 24; a choice is kept 1 to 13 months",
        ),
        (
            "services[0].purpose",
            "is statistics, which `purposes` does not ask for: add it there, or correct it here",
        ),
    ]);
    assert_eq!(api.get("/t/relais.js", &[]).status, 404);
}

#[test]
fn every_setting_has_its_bounds() {
    let api = Api::empty();
    let mut bad = config();
    bad["choice_max_age_months"] = json!(6);
    bad["reask_after_months"] = json!(7);
    bad["audience_data_months"] = json!(0);
    bad["proof_months"] = json!(121);
    bad["minors"] = json!(true);
    bad["cookie_domain"] = json!("relais.example");
    bad["hand_over"] = json!(true);
    bad["import_from"] = json!(["klaro", "klaro"]);
    bad["signals"] = json!({ "google": { "wait_for_update_ms": 5001 } });
    bad["services"][0]["consent_mode"] = json!(true);
    bad["services"][0]["hosts"] = json!(vec!["mesure.example"; 51]);
    api.publish(SITE, &bad).assert_contradiction(&[
        (
            "reask_after_months",
            "is 7; before its end, a choice can be asked anew after 1 to 6 months",
        ),
        (
            "audience_data_months",
            "is 0; audience data can be kept 1 to 120 months",
        ),
        (
            "proof_months",
            "is 121; a proof is kept, after its choice has ended, 1 to 120 months",
        ),
        (
            "signals.google.wait_for_update_ms",
            "is 5001; a tag waits 5000 ms at most",
        ),
        (
            "origins[0]",
            "is outside `cookie_domain`, relais.example: a page there could not keep a choice",
        ),
        (
            "hand_over",
            "is on, but `origins` has nobody to hand a choice to",
        ),
        (
            "purposes",
            "asks for marketing on a site for minors (`minors`), where it can never be turned on",
        ),
        ("import_from[1]", "repeats \"klaro\""),
        (
            "services[0].consent_mode",
            "is on, which takes `signals.google.mode` to be \"advanced\"",
        ),
        ("services[0].hosts", "has 51 items; at most 50 are allowed"),
    ]);
    bad = config();
    bad["cookie_domain"] = json!("localhost");
    api.publish(SITE, &bad).assert_contradiction(&[(
        "cookie_domain",
        "must be a domain of the site, such as example.org",
    )]);
}

#[test]
fn services_whose_names_a_cookie_cannot_hold_together_are_refused() {
    let api = Api::empty();
    let mut bad = config();
    let service = bad["services"][0].clone();
    bad["services"] = (0..100)
        .map(|nth| {
            let mut service = service.clone();
            service["id"] = json!(format!("service-{nth:024}"));
            service
        })
        .collect();
    api.publish(SITE, &bad).assert_contradiction(&[(
        "services",
        "have ids of 3400 characters together; a cookie that names them all has room for 3000",
    )]);
}

#[test]
fn each_setting_gets_the_loader_that_has_it() {
    let api = Api::empty();
    let mut everything = config();
    everything["origins"] = json!([ORIGIN, "http://127.0.0.1:8788"]);
    everything["blocking"] = json!("automatic");
    everything["cookiebot_api"] = json!(true);
    everything["hand_over"] = json!(true);
    everything["import_from"] = json!(["klaro"]);
    everything["signals"] = json!({ "clarity": true, "meta": true });
    let mut in_one_language = config();
    in_one_language["languages"] = json!(["fr-CA"]);
    let built = manifest();
    let caller = |tool: &str| built["callers"][tool].as_str().unwrap();
    let callers = format!("{{clarity:{},meta:{}}}", caller("clarity"), caller("meta"));
    for (config, variant) in [
        (in_one_language, "loader"),
        (config(), "loader-several"),
        (
            everything,
            "loader-automatic-cookiebot-hand_over-import-several-signals",
        ),
    ] {
        let publication = api.publish(SITE, &config).json();
        let notice = api.notice(publication["notice"].as_str().unwrap());
        let file = local_server::assets().join(format!("{variant}.js"));
        let template = std::fs::read_to_string(file).unwrap();
        let composed = template.replace(LOADER_CALLERS_NAME, &callers);
        assert_eq!(composed != template, variant.ends_with("-signals"));
        let digest = Sha256Digest::of(composed.as_bytes());
        assert_eq!(notice.bundle.loader, digest, "{variant}");
    }
}

#[test]
fn a_bad_edition_leaves_the_good_one_in_force() {
    let (api, notice) = Api::with_site();
    let before = api.get("/t/relais.js", &[]).text;
    let mut bad = config();
    bad["origins"] = json!(["javascript:alert(1)"]);
    assert_eq!(api.publish(SITE, &bad).status, 422);
    assert_eq!(api.get("/t/relais.js", &[]).text, before);
    assert_eq!(api.report(&report(&notice, 1, "reject_all")).status, 201);
}

#[test]
fn the_owners_token_is_needed() {
    let api = Api::empty();
    let body = config().to_string();
    let put = |authorization: &str| {
        api.put(
            "/v1/sites/relais",
            &[("authorization", authorization)],
            body.as_bytes(),
        )
    };
    put("").assert_problem(
        401,
        "missing-token",
        "send the token in the header: Authorization: Bearer …",
    );
    put("Bearer x").assert_problem(401, "wrong-token", "the token is not valid");
    put(&api.auditor()).assert_problem(
        403,
        "forbidden",
        "the token is valid, but not for this site and action",
    );
    assert_eq!(api.get("/t/relais.js", &[]).status, 404);
}

#[test]
fn an_oversize_configuration_is_refused() {
    let api = Api::empty();
    let bearer = api.owner();
    let answer = api.send_ten_megabytes(
        "PUT /v1/sites/relais",
        ("authorization", &bearer),
        Framing::Length,
    );
    answer.assert_problem(
        413,
        "too-large",
        "the body is larger than the 262144 bytes that are read here",
    );
}

#[test]
fn the_demo_sites_can_be_published() {
    let api = Api::empty();
    for site in demo_site::SITES {
        let answer = api.publish(site, &demo_site(site));
        assert_eq!(answer.status, 201, "{site}: {}", answer.text);
        assert_eq!(misfiled(&answer.json()), Vec::<Value>::new(), "{site}");
    }
}

/// The configuration of a demo site.
fn demo_site(site: &str) -> Value {
    let config = demo_site::site_config(site, ORIGIN).unwrap();
    serde_json::from_slice(&config).unwrap()
}
