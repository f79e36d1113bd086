//! `temoin scan` with a real browser, on a site that breaks every rule and on one that breaks none.

#[path = "scan/server.rs"]
mod server;

use server::Server;
use std::process::Command;

#[test]
#[ignore = "needs Chromium: cargo xtask test browser"]
fn spike() {
    let server = Server::start("violations");
    let out = Command::new(env!("CARGO_BIN_EXE_temoin"))
        .args(["scan", &server.url(), "--delay", "0s", "--watch", "1s", "--browser-argument", "--host-resolver-rules=MAP *.example 127.0.0.1"])
        .output()
        .unwrap();
    println!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success());
}
