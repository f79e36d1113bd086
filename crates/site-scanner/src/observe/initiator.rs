//! Who did something: from the protocol's initiators, from stacks, from a server's headers.

use super::observation::{Initiator, bounded};
use serde_json::Value;

/// How many calls of a stack are kept.
const MAX_CALLS: usize = 6;

/// A server, by a header of its response to this address.
pub fn server(url: &str) -> Initiator {
    Initiator {
        way: "header".to_owned(),
        url: bounded(url),
        stack: Vec::new(),
    }
}

/// A script, by the stack that it reported itself, as V8 writes one.
pub fn script(stack: &str) -> Initiator {
    let calls = stack.lines().filter_map(call_of_line).take(MAX_CALLS);
    from_stack("script", calls.collect())
}

/// The initiator of a request, from the protocol's `Network.Initiator`.
pub fn initiator(value: &Value) -> Option<Initiator> {
    let way = value["type"].as_str()?;
    let mut stack = calls(&value["stack"]["callFrames"]);
    let mut parent = &value["stack"]["parent"];
    while parent.is_object() && stack.len() < MAX_CALLS {
        stack.extend(calls(&parent["callFrames"]));
        parent = &parent["parent"];
    }
    stack.truncate(MAX_CALLS);
    if !stack.is_empty() {
        return Some(from_stack(way, stack));
    }
    let line = value["lineNumber"]
        .as_u64()
        .map(|line| format!(":{}", line + 1));
    let url = value["url"].as_str().unwrap_or_default();
    Some(Initiator {
        way: way.to_owned(),
        url: if url.is_empty() {
            String::new()
        } else {
            format!("{}{}", bounded(url), line.unwrap_or_default())
        },
        stack: Vec::new(),
    })
}

/// The initiator that a stack leads to: its innermost call.
pub fn from_stack(way: &str, stack: Vec<String>) -> Initiator {
    let url = stack.first().and_then(|call| call.rsplit(' ').next());
    Initiator {
        way: way.to_owned(),
        url: url.unwrap_or_default().to_owned(),
        stack,
    }
}

/// The calls of a stack of the protocol, as `function address:line`, the innermost first.
pub fn calls(frames: &Value) -> Vec<String> {
    let frames = frames.as_array().into_iter().flatten();
    frames
        .filter(|frame| {
            frame["url"]
                .as_str()
                .is_some_and(|url| url.starts_with("http"))
        })
        .take(MAX_CALLS)
        .map(|frame| {
            let line = frame["lineNumber"].as_u64().unwrap_or(0) + 1;
            let name = frame["functionName"].as_str().unwrap_or_default();
            format!(
                "{name} {}:{line}",
                bounded(frame["url"].as_str().unwrap_or_default())
            )
            .trim_start()
            .to_owned()
        })
        .collect()
}

/// Parses a line of a stack as V8 writes it, `at set (https://tags.example/t.js:3:7)`, into `set address:line`.
fn call_of_line(line: &str) -> Option<String> {
    let line = line
        .trim()
        .trim_start_matches("at ")
        .trim_start_matches("async ");
    let start = line.find("http://").or_else(|| line.find("https://"))?;
    let name = line[..start].trim_end_matches('(').trim();
    let address = line[start..].trim_end_matches(')');
    let (address, _column) = address.rsplit_once(':')?;
    Some(
        format!("{name} {}", bounded(address))
            .trim_start()
            .to_owned(),
    )
}
