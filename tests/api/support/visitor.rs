//! What the browser of a visitor sends.

use serde_json::{Value, json};

/// The report of a visitor who answers with this method; `nth` makes it this visitor's and no
/// other's.
pub fn report(notice: &str, nth: u32, method: &str) -> Value {
    let granted: &[&str] = match method {
        "accept_all" => &["preferences", "statistics", "marketing"],
        "save" => &["statistics"],
        _ => &[],
    };
    let answer = |purpose: &str| {
        if granted.contains(&purpose) {
            "granted"
        } else {
            "denied"
        }
    };
    json!({
        "id": format!("{nth:032x}"),
        "consent_id": format!("{:032x}", u64::from(nth) + 0xc0_0000),
        "notice": notice,
        "language": "fr-CA",
        "decision": {
            "necessary": "granted",
            "preferences": answer("preferences"),
            "statistics": answer("statistics"),
            "marketing": answer("marketing"),
        },
        "method": method,
        "layer": if method == "save" || method == "withdraw" { "dialog" } else { "banner" },
        "trusted": !matches!(method, "api" | "gpc" | "imported"),
        "gpc": method == "gpc"
    })
}

/// The secret of the visitor who made this report, as an `Authorization` header has it.
pub fn secret(report: &Value) -> String {
    format!("Bearer {}", report["consent_id"].as_str().unwrap())
}
