//! Tells the shim whose request is being worked on, so that it knows who is to blame if the program stops there.
//!
//! WebAssembly that has panicked, or run out of stack, is not to be trusted any more: `shim.js` makes a new instance, has
//! the request that is to blame answered with a 500, and runs the others again. A request has its ticket from the shim.

use std::future::{Future, poll_fn};
use wasm_bindgen::prelude::*;
use worker::{Request, web_sys};

/// The header in which a request to an object names the request that it is made for.
pub const CALLER: &str = "x-temoin-caller";

#[wasm_bindgen]
extern "C" {
    /// A request with what the shim has noted on it.
    #[wasm_bindgen(extends = web_sys::Request)]
    type Ticketed;

    #[wasm_bindgen(method, getter)]
    fn ticket(this: &Ticketed) -> Option<f64>;

    #[wasm_bindgen(method, setter)]
    fn set_once(this: &Ticketed, once: bool);

    /// Notes whose request is worked on from now on, and returns whose it was.
    #[wasm_bindgen(js_namespace = temoinTickets)]
    fn enter(ticket: f64) -> f64;

    /// Whose request is worked on, for [`CALLER`].
    #[wasm_bindgen(js_namespace = temoinTickets)]
    fn current() -> String;
}

/// Works on a request: while what `work` makes of it is polled, the shim knows whose it is.
pub async fn contained<F: Future>(request: Request, work: impl FnOnce(Request) -> F) -> F::Output {
    let ticket = ticketed(&request).ticket().unwrap_or_default();
    let mut future = Box::pin(work(request));
    poll_fn(move |context| {
        let before = enter(ticket);
        let poll = future.as_mut().poll(context);
        enter(before);
        poll
    })
    .await
}

/// Has the shim never run this request again: it goes on to a server that may not be asked twice.
pub fn only_once(request: &Request) {
    ticketed(request).set_once(true);
}

fn ticketed(request: &Request) -> &Ticketed {
    request.inner().unchecked_ref()
}

/// The request that is worked on, as [`CALLER`] names it.
pub fn caller() -> String {
    current()
}
