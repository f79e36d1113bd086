//! An answer of the server, and what it must say when it refuses.

use consent_core::ConsentReceipt;
use serde_json::{Value, json};
use ureq::http::Response;

/// What several routes refuse with: status, stable name, detail.
pub type Refusal = (u16, &'static str, &'static str);

pub const UNKNOWN_SITE: Refusal = (
    404,
    "unknown-site",
    "no site of that name is published here",
);
pub const UNKNOWN_NOTICE: Refusal = (
    404,
    "unknown-notice",
    "no notice with that hash was published here",
);
pub const UNKNOWN_RECEIPT: Refusal = (
    404,
    "unknown-receipt",
    "no receipt of that name was given here",
);
pub const NOT_THE_HOLDER: Refusal = (
    403,
    "not-the-holder",
    "the secret is not that of the visitor who holds this receipt",
);
pub const ERASED: Refusal = (
    410,
    "erased",
    "the proof was erased; only its entry in the log is left, which says nothing of anyone",
);

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The receipt that it is.
    pub fn receipt(&self) -> ConsentReceipt {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts a whole problem: status, media type, stable name, detail.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, name: &str, detail: &str) {
        let problem = self.json();
        assert_eq!(
            (self.status, self.header("content-type")),
            (status, "application/problem+json"),
            "{problem}"
        );
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(
            problem["type"],
            format!("urn:temoin:problem:{name}"),
            "{problem}"
        );
        assert_eq!(problem["detail"], detail, "{problem}");
    }

    /// Asserts a whole problem that several routes answer.
    #[track_caller]
    pub fn assert_refused(&self, (status, name, detail): Refusal) {
        self.assert_problem(status, name, detail);
    }

    /// Asserts that a page was refused for its origin, and can read that much: its loader stops asking then.
    #[track_caller]
    pub fn assert_wrong_origin(&self, origin: &str) {
        self.assert_problem(
            403,
            "wrong-origin",
            &format!(
                "only pages of the origins that the site publishes are answered; this one is of {origin}"
            ),
        );
        let reader = if origin == "no origin" { "" } else { origin };
        assert_eq!(self.header("access-control-allow-origin"), reader);
    }

    /// Asserts an input that is wrong in these fields, and no others.
    #[track_caller]
    pub fn assert_contradiction(&self, errors: &[(&str, &str)]) {
        let detail = format!("{} field(s) are wrong; see `errors`", errors.len());
        self.assert_problem(422, "contradiction", &detail);
        assert_eq!(self.json()["errors"], fields(errors));
    }
}

/// Remarks on fields, as the API writes them.
pub fn fields(remarks: &[(&str, &str)]) -> Value {
    remarks
        .iter()
        .map(|(field, message)| json!({ "field": field, "message": message }))
        .collect()
}

impl From<Response<ureq::Body>> for Answer {
    fn from(mut response: Response<ureq::Body>) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.body_mut().read_to_string().unwrap(),
        }
    }
}
