//! How an answer of the demo sites is put together.

use std::io::Cursor;
use tiny_http::{Header, Response};

/// What a request is answered with.
pub(crate) type Answer = Response<Cursor<Vec<u8>>>;

/// An answer with a body of this content type.
pub(crate) fn content(kind: &str, bytes: Vec<u8>) -> Answer {
    Response::from_data(bytes).with_header(header("content-type", kind))
}

/// An answer without a body.
pub(crate) fn status(status: u16) -> Answer {
    Response::from_data([]).with_status_code(status)
}

/// A header of ASCII.
pub(crate) fn header(name: &str, value: &str) -> Header {
    // Every name and value is text of this crate, an origin, or a path that the server has let through.
    Header::from_bytes(name, value).expect("a header of ASCII")
}
