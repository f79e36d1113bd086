//! What the site's own server is told of a request's way, and what a visitor is told of that server.

use super::origin::answer;
use super::{HTML, PAGE, edge_site, edge_site_with, without_loader};

#[test]
fn what_belongs_to_a_connection_ends_here() {
    let edge = edge_site(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    let hops = "connection: x-secret, X-Other\r\nx-secret: 1\r\nx-other: 2\r\nkeep-alive: timeout=5\r\n\
        proxy-authorization: Basic eA==\r\nproxy-connection: keep-alive\r\nte: trailers\r\ntrailer: x\r\n\
        x-kept: 3\r\n";
    edge.get("/", hops);
    let asked = edge.origin.last().headers;
    for name in [
        "x-secret",
        "x-other",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
    ] {
        assert!(!asked.contains_key(name), "{name}: {asked:?}");
    }
    assert_eq!(asked["x-kept"], "3");
}

#[test]
fn a_clients_claim_of_its_address_is_not_passed_on() {
    let edge = edge_site(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    let claims = [
        "x-forwarded-for",
        "x-forwarded-port",
        "forwarded",
        "x-real-ip",
        "x-client-ip",
        "true-client-ip",
        "cf-connecting-ip",
        "x-original-forwarded-for",
    ];
    let headers = claims
        .map(|name| format!("{name}: 203.0.113.7\r\n"))
        .concat();
    edge.get(
        "/",
        &format!("{headers}x-forwarded-host: evil.example\r\nx-forwarded-proto: https\r\n"),
    );
    let asked = edge.origin.last().headers;
    for name in claims {
        assert!(!asked.contains_key(name), "{name}: {asked:?}");
    }
    assert_eq!(asked["x-forwarded-host"], edge.host);
    assert_eq!(asked["x-forwarded-proto"], "http");
}

#[test]
fn a_get_with_a_body_is_a_get_without_one() {
    let edge = edge_site(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    let got = edge.ask("GET /", "content-type: text/plain\r\n", "a=b");
    assert_eq!(got.status, 200);
    assert!(without_loader(&got.text()).ends_with(super::HELD));
    assert_eq!(
        (&*edge.origin.last().line, &*edge.origin.last().body),
        ("GET /", "")
    );
    let got = edge.ask("DELETE /", "", "a=b");
    assert_eq!((got.status, &*edge.origin.last().body), (200, "a=b"));
    let got = edge.ask("PROPFIND /", "", "<x/>");
    assert_eq!((got.status, &*edge.origin.last().line), (200, "PROPFIND /"));
    let got = edge.ask("TRACE /", "", "");
    assert_eq!(got.status, 405);
}

#[test]
fn nothing_names_the_server_behind_the_gate() {
    let moved = |location: &str| {
        answer(
            "301 Moved Permanently",
            &format!("location: {location}\r\n"),
            b"",
        )
    };
    let headers = format!(
        "{HTML}refresh: 5; url=http://ITSELF/r\r\nalt-svc: h3=\":443\"\r\ncontent-location: /own\r\n"
    );
    let linked = format!("{HTML}link: <http://ITSELF/l>; rel=canonical\r\n");
    let located = format!("{HTML}content-location: http://ITSELF/c?d\r\n");
    let edge = edge_site(vec![
        ("/whole", moved("http://ITSELF/b?c")),
        ("/relative", moved("/b?c#d")),
        ("/other", moved("https://other.example/")),
        ("/page", answer("200 OK", &headers, PAGE.as_bytes())),
        ("/linked", answer("200 OK", &linked, PAGE.as_bytes())),
        ("/located", answer("200 OK", &located, PAGE.as_bytes())),
    ]);
    let server = edge.origin.url.strip_prefix("http:").unwrap().to_owned();
    let own = format!("http://{}", edge.host);
    assert_eq!(
        edge.get("/whole", "").header("location"),
        format!("{own}/b?c")
    );
    assert_eq!(edge.get("/relative", "").header("location"), "/b?c#d");
    assert_eq!(
        edge.get("/other", "").header("location"),
        "https://other.example/"
    );
    let page = edge.get("/page", "");
    assert_eq!(page.header("refresh"), format!("5; url={own}/r"));
    assert_eq!(
        (&*page.header("alt-svc"), &*page.header("content-location")),
        ("", "/own")
    );
    assert_eq!(
        edge.get("/linked", "").header("link"),
        format!("<{own}/l>; rel=canonical")
    );
    assert_eq!(
        edge.get("/located", "").header("content-location"),
        format!("{own}/c?d")
    );
    for path in ["/whole", "/page", "/linked", "/located"] {
        let got = edge.get(path, "");
        assert!(
            !format!("{:?}", got.headers).contains(&server),
            "{path}: {:?}",
            got.headers
        );
    }
    // The same without the scheme.
    let edge = edge_site(vec![("/double", moved("//ITSELF/a"))]);
    let named = edge.get("/double", "").header("location");
    assert_eq!(named, format!("http://{}/a", edge.host));
}

#[test]
fn a_server_that_takes_a_request_and_never_answers_costs_its_own_visitors_a_502() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let edge = edge_site_with(vec![], |config| {
        config["edge"]["origin_server"] = address.into();
    });
    let answers = std::thread::scope(|scope| {
        // More than once, so that whoever waits holds up nobody who waits too.
        let waiting: Vec<_> = (0..4).map(|_| scope.spawn(|| edge.get("/", ""))).collect();
        // The others of the same server are answered all the while.
        let mut answered = 0;
        while !waiting
            .iter()
            .all(std::thread::ScopedJoinHandle::is_finished)
        {
            assert_eq!(edge.api.get("/v1/health", &[]).status, 200);
            answered += 1;
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert!(answered > 10, "{answered}");
        let answers = waiting.into_iter().map(|thread| thread.join().unwrap());
        answers.collect::<Vec<_>>()
    });
    for got in answers {
        assert_eq!(got.status, 502);
        assert!(got.text().contains("origin-silent"), "{}", got.text());
    }
}
