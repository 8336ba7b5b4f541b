//! A base URL that is refused says what is wrong with it: who reads "neither https nor http" of an http URL would look
//! for a typing error, not for a key in the clear.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::ErrorCode;
use refund_signer::http::BaseUrl;

#[test]
fn a_refusal_names_its_reason() {
    for (url, reason) in [
        ("api.example.com", "has no scheme."),
        ("https://API.example.com", "has no plain lower-case host name in ASCII, without xn--."),
        ("https://xn--a", "without xn--."),
        ("https://api.xn--bcher-kva.example", "without xn--."),
        ("https://api.example.com:x", "has a port that is not a number."),
        ("https://api.example.com/a b", "has a path with other characters"),
        ("http://api.example.com", "uses http; keys would travel in the clear."),
        ("http://localhost.example.com", "uses http; keys would travel in the clear."),
        ("ftp://localhost", "is neither https nor http."),
    ] {
        let error = BaseUrl::parse(url).unwrap_err();
        let problem = &error.problems[0];
        assert_eq!((problem.code, problem.path.as_str()), (ErrorCode::InvalidBaseUrl, "baseUrl"));
        assert!(problem.message.contains(reason), "{url}: {}", problem.message);
    }
}

#[test]
fn http_is_for_this_machine_alone() {
    for url in ["http://localhost", "http://127.0.0.1:8080", "http://doku.localhost/base"] {
        assert_eq!(BaseUrl::parse(url).unwrap().as_str(), url);
    }
    for url in ["http://127.0.0.2", "http://localhost.evil.com", "http://notlocalhost", "http://0.0.0.0"] {
        assert!(BaseUrl::parse(url).is_err(), "{url}");
    }
}
