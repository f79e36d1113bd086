//! What stops the program costs one request one 500, and nobody else anything.

use crate::support::{Api, SITE, config, report};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A WebAssembly module that exports a function `trap`: the instruction `unreachable` (WebAssembly 1.0, "Binary Format").
const TRAP: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x08\x01\x04trap\0\0\x0a\x05\x01\x03\0\0\x0b";

/// The server's own configuration, with the entry of these tests before its own.
fn with_entry(api: &mut Api) {
    let root = local_server::root();
    let config = std::fs::read_to_string(root.join("edge-api/workerd.capnp")).unwrap();
    let own = r#"(name = "index.js", esModule = embed "build/index.js")"#;
    let both = format!(
        r#"(name = "entry.js", esModule = embed "entry.js"), (name = "trap.wasm", wasm = embed "trap.wasm"), {own}"#
    );
    assert_eq!(config.matches(own).count(), 1);
    let config = config.replace(own, &both).replace("build/", "");
    let folder = &api.state;
    // What is embedded stands beside the configuration.
    for name in ["index.js", "index_bg.wasm"] {
        std::fs::copy(root.join("edge-api/build").join(name), folder.join(name)).unwrap();
    }
    std::fs::write(folder.join("workerd.capnp"), config).unwrap();
    std::fs::write(folder.join("trap.wasm"), TRAP).unwrap();
    let entry = root.join("tests/api/stops/entry.js");
    std::fs::copy(entry, folder.join("entry.js")).unwrap();
    let config = folder.join("workerd.capnp");
    api.server.set_config(config);
    api.crash();
}

fn stoppable() -> (Api, String) {
    let (mut api, notice) = Api::with_site();
    with_entry(&mut api);
    (api, notice)
}

/// A request that stops the Worker, or the site's object.
fn stop(api: &Api, what: &str, in_object: bool) -> u16 {
    let path = format!("/v1/sites/{SITE}/events");
    let answer = if in_object {
        let query = format!("{path}?before={what}");
        api.get(&query, &[("authorization", &api.owner())])
    } else {
        let bearer = format!("Bearer {what}");
        api.get(&path, &[("authorization", &bearer)])
    };
    answer.status
}

const WAYS: [&str; 3] = ["panic", "overflow", "exception"];

#[test]
fn what_stops_the_program_is_one_500_and_the_next_request_is_answered() {
    let (api, notice) = stoppable();
    for in_object in [false, true] {
        for (nth, what) in WAYS.iter().enumerate() {
            let answer = stop(&api, what, in_object);
            assert_eq!(answer, 500, "{what}, in the object: {in_object}");
            let nth = u32::try_from(nth).unwrap() + if in_object { 10 } else { 0 };
            let next = api.report(&report(&notice, nth, "accept_all"));
            assert_eq!(next.status, 201, "{what}: {}", next.text);
        }
    }
    assert_eq!(api.records().len(), 6);
}

#[test]
fn nobody_else_notices() {
    let (api, notice) = stoppable();
    let mut other = config();
    other["name"] = "Ailleurs".into();
    assert_eq!(api.publish("ailleurs", &other).status, 201);
    let (done, stops) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let nth = stops.fetch_add(1, Ordering::Relaxed);
                let status = stop(&api, WAYS[nth % 3], nth % 2 == 0);
                assert_eq!(status, 500, "stop {nth}");
            }
        });
        let visitors: Vec<_> = (0..4)
            .map(|visitor| {
                let (api, notice) = (&api, &notice);
                scope.spawn(move || {
                    for nth in 0..60 {
                        let report = report(notice, 1_000 * visitor + nth, "reject_all");
                        let answer = api.report(&report);
                        // 200: it was kept before the program stopped, and its answer was not sent.
                        assert!([200, 201].contains(&answer.status), "{}", answer.text);
                        let loader = api.get("/t/ailleurs.js", &[]);
                        assert_eq!(loader.status, 200, "{}", loader.text);
                    }
                })
            })
            .collect();
        let results: Vec<_> = visitors
            .into_iter()
            .map(std::thread::ScopedJoinHandle::join)
            .collect();
        done.store(true, Ordering::Relaxed);
        for result in results {
            result.unwrap();
        }
    });
    assert!(stops.load(Ordering::Relaxed) > 20, "{stops:?}");
    assert_eq!(api.records().len(), 240);
}
