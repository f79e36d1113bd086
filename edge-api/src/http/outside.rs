//! Asks servers that owners name: which of their addresses may be named, and the way there.
//!
//! This server trusts no owner. What an owner names is on the public internet, unless the operator says otherwise.

use crate::http::time_limit::within;
use crate::setting;
use js_sys::{Function, Reflect};
use std::fmt;
use std::net::Ipv4Addr;
use std::time::Duration;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};
use worker::{Env, Url};

/// The environment variable that lets what owners name be on private addresses, if it is `allow`: for a server whose
/// owners are all known, such as a demo.
const PRIVATE_ORIGINS: &str = "TEMOIN_PRIVATE_ORIGINS";

/// Whether what owners name may be on private addresses.
pub fn private_allowed(env: &Env) -> bool {
    setting::read(env, PRIVATE_ORIGINS).is_some_and(|setting| setting == "allow")
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// None has begun within so many seconds.
    Late(u64),
    /// The network's own words.
    Failed(String),
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(seconds) => write!(f, "no answer within {seconds} s"),
            Self::Failed(why) => f.write_str(why),
        }
    }
}

/// Asks a server that an owner has named, and waits for the beginning of its answer, no longer than `limit`.
pub async fn fetch(
    env: &Env,
    request: &web_sys::Request,
    limit: Duration,
) -> Result<web_sys::Response, NoAnswer> {
    let failed = |error: JsValue| NoAnswer::Failed(format!("{error:?}"));
    let controller = AbortController::new().map_err(failed)?;
    let Some(answer) = within(limit, send(env, request, &controller.signal())).await else {
        controller.abort();
        return Err(NoAnswer::Late(limit.as_secs()));
    };
    answer.map_err(failed)
}

/// Sends a request: through the binding `ORIGIN_NETWORK` where there is one, else through the public internet. Where the
/// operator allows private addresses, the binding is `PRIVATE_ORIGIN_NETWORK`.
async fn send(
    env: &Env,
    request: &web_sys::Request,
    signal: &AbortSignal,
) -> Result<web_sys::Response, JsValue> {
    let binding = if private_allowed(env) {
        "PRIVATE_ORIGIN_NETWORK"
    } else {
        "ORIGIN_NETWORK"
    };
    let network = Reflect::get(env.as_ref(), &JsValue::from_str(binding))?;
    let network = if network.is_truthy() {
        network
    } else {
        js_sys::global().into()
    };
    let fetch: Function = Reflect::get(&network, &JsValue::from_str("fetch"))?.dyn_into()?;
    let init = web_sys::RequestInit::new();
    init.set_signal(Some(signal));
    let answer = fetch.call2(&network, request, &init)?;
    JsFuture::from(js_sys::Promise::resolve(&answer))
        .await?
        .dyn_into()
}

/// Whether an address names a host that is not globally reachable (IANA special-purpose address registry), however it
/// is spelt (WHATWG URL, host parsing: `0x7f000001` is 127.0.0.1), or a name that resolves only within a network (RFC
/// 6761, RFC 6762, RFC 8375). What a public name resolves to, the runtime's network checks.
pub fn is_private(address: &str) -> bool {
    const LOCAL: [&str; 7] = [
        "localhost",
        "local",
        "internal",
        "home.arpa",
        "lan",
        "intranet",
        "test",
    ];
    let Ok(url) = address.parse::<Url>() else {
        return true;
    };
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return is_special(address);
    }
    let is_name = host.contains('.') && !host.starts_with('[');
    !is_name
        || LOCAL
            .iter()
            .any(|suffix| host.ends_with(&format!(".{suffix}")))
}

/// Whether an address is in a block of the IANA IPv4 special-purpose registry that is not globally reachable, or is
/// multicast.
fn is_special(address: Ipv4Addr) -> bool {
    const BLOCKS: [([u8; 4], u32); 15] = [
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 4),
        ([240, 0, 0, 0], 4),
    ];
    let bits = u32::from(address);
    BLOCKS.iter().any(|&(block, length)| {
        let mask = u32::MAX.checked_shl(32 - length).unwrap_or_default();
        bits & mask == u32::from(Ipv4Addr::from(block))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_on_the_public_internet() {
        for private in [
            "http://127.0.0.1:8080",
            "https://169.254.169.254",
            "https://10.0.0.1:22",
            "https://0x7f000001",
            "https://2130706433",
            "https://0177.0.0.1",
            "https://127.1",
            "https://100.64.0.1",
            "https://172.31.255.255",
            "https://192.168.1.1",
            "https://198.19.0.1",
            "https://224.0.0.1",
            "https://255.255.255.255",
            "https://0.0.0.0",
            "https://localhost",
            "https://a.localhost",
            "https://router",
            "https://db.internal",
            "https://printer.local",
            "https://nas.home.arpa",
            "https://db.internal.",
            "https://[::1]",
            "https://[::ffff:10.0.0.1]",
            "https://[fd00::1]",
            "not an origin",
        ] {
            assert!(is_private(private), "{private}");
        }
        for public in [
            "https://pages.example.org",
            "https://93.184.215.14",
            "https://172.15.0.1",
            "https://hooks.example.org:8443/x?y=127.0.0.1",
            "https://172.32.0.1",
            "https://100.128.0.1",
            "https://localhost.example.org",
            "https://internal.example",
        ] {
            assert!(!is_private(public), "{public}");
        }
    }
}
