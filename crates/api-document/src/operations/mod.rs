//! Every operation of the API. A file for each group; what a group is, its first line says.

mod log;
mod pages;
mod proofs;
mod registers;
mod server;
mod sites;
mod tokens;
mod visitors;
mod webhooks;

use crate::operation::Operation;

/// The groups, with what is in them.
pub const TAGS: &[(&str, &str)] = &[
    ("sites", "What an owner publishes, and what was published."),
    ("tokens", "Tokens: made, listed, revoked."),
    (
        "webhooks",
        "Programs that are told what happens on a site (Standard Webhooks).",
    ),
    (
        "registers",
        "An owner's registers: visitors' requests, and incidents of confidentiality.",
    ),
    (
        "proofs",
        "What is kept of visitors' choices, and what proves it.",
    ),
    (
        "visitors",
        "What pages send for a visitor, and what the holder of a secret may ask.",
    ),
    ("pages", "What pages load, and what people read."),
    (
        "log",
        "The transparency logs, open to everyone (C2SP tlog-tiles).",
    ),
    ("server", "The server itself, and its console."),
];

/// Every operation, in the order of the document.
pub fn all() -> Vec<Operation> {
    [
        sites::operations(),
        tokens::operations(),
        webhooks::operations(),
        registers::operations(),
        proofs::operations(),
        visitors::operations(),
        pages::operations(),
        log::operations(),
        server::operations(),
    ]
    .concat()
}
