//! The shared rooms: money, time, JSON, percent-encoding, base URLs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::encode::json::{Value, Writer, minify, write_value};
use refund_signer::encode::percent;
use refund_signer::http::{BaseUrl, HttpResponse};
use refund_signer::money::{Currency, Money};
use refund_signer::verdict::{fits, retry_after_ms};
use refund_signer::{ErrorCode, Secret, time};

fn currency(code: &str) -> Currency {
    Currency::of(code).unwrap_or_else(|| panic!("{code}"))
}

#[test]
fn money_is_exact_in_every_direction() {
    for (text, code, minor, major, trimmed) in [
        ("12.34", "INR", 1234, "12.34", "12.34"),
        ("12.3", "INR", 1230, "12.30", "12.3"),
        ("12", "INR", 1200, "12.00", "12"),
        ("0.05", "INR", 5, "0.05", "0.05"),
        ("90000", "IDR", 9_000_000, "90000.00", "90000"),
        ("500", "JPY", 500, "500", "500"),
        ("99.991", "KWD", 99_991, "99.991", "99.991"),
        ("100", "JPY", 100, "100", "100"),
        ("184467440737095516.15", "EUR", u64::MAX, "184467440737095516.15", "184467440737095516.15"),
    ] {
        let money = Money::parse_major(text, currency(code)).unwrap();
        assert_eq!(money.minor(), minor, "{text} {code}");
        assert_eq!(money.major(), major);
        assert_eq!(money.major_trimmed(), trimmed);
        assert_eq!(Money::from_minor(minor, currency(code)), money);
    }
}

#[test]
fn what_is_no_plain_amount_is_refused() {
    for (text, code) in [
        ("", ErrorCode::InvalidAmount),
        (".5", ErrorCode::InvalidAmount),
        ("5.", ErrorCode::InvalidAmount),
        ("05", ErrorCode::InvalidAmount),
        ("1e3", ErrorCode::InvalidAmount),
        ("1,000", ErrorCode::InvalidAmount),
        ("+1", ErrorCode::InvalidAmount),
        (" 1", ErrorCode::InvalidAmount),
        ("١", ErrorCode::InvalidAmount),
        ("1.2.3", ErrorCode::InvalidAmount),
        ("NaN", ErrorCode::InvalidAmount),
        ("-1", ErrorCode::NotPositive),
        ("12.345", ErrorCode::TooManyDecimals),
        ("184467440737095516.16", ErrorCode::TooLong),
        ("99999999999999999999999", ErrorCode::TooLong),
    ] {
        assert_eq!(Money::parse_major(text, currency("INR")), Err(code), "{text}");
    }
    assert_eq!(Money::parse_minor("12.3", currency("INR")), Err(ErrorCode::InvalidAmount));
    assert!(Currency::of("inr").is_none() && Currency::of("XXX").is_none() && Currency::of("NR2").is_none());
}

#[test]
fn a_provider_may_write_more_zeros_but_no_more_digits() {
    let lira = currency("TRY");
    assert_eq!(Money::parse_major("100.00000000", lira).map(|money| money.minor()), Ok(10_000));
    assert_eq!(Money::parse_major("0.10", lira).map(|money| money.minor()), Ok(10));
    assert_eq!(Money::parse_major("500.00", currency("JPY")).map(|money| money.minor()), Ok(500));
    assert_eq!(Money::parse_major("100.00100000", lira), Err(ErrorCode::TooManyDecimals));
    assert_eq!(Money::parse_major("1e2", lira), Err(ErrorCode::InvalidAmount));
}

#[test]
fn timestamps_are_those_of_the_documentation() {
    // 2020-09-22 08:51:00 WIB is 01:51:00 UTC (DOKU, "Request-Timestamp").
    assert_eq!(time::utc_seconds(1_600_739_460_999), "2020-09-22T01:51:00Z");
    assert_eq!(time::jakarta_millis(1_709_364_000_007), "2024-03-02T14:20:00.007+07:00");
    assert_eq!(time::jakarta_seconds(1_709_364_000_007), "2024-03-02T14:20:00+07:00");
    assert_eq!(time::utc_seconds(951_782_400_000), "2000-02-29T00:00:00Z");
    assert_eq!(time::utc_seconds(4_102_444_799_999), "2099-12-31T23:59:59Z");
    assert_eq!(time::jakarta_seconds(1_704_045_600_000), "2024-01-01T01:00:00+07:00");
}

#[test]
fn times_are_read_with_their_zone() {
    assert_eq!(time::parse_rfc3339("2020-09-22T01:51:00Z"), Some(1_600_739_460_000));
    assert_eq!(time::parse_rfc3339("2024-03-02T14:20:00.123+07:00"), Some(1_709_364_000_123));
    assert_eq!(time::parse_rfc3339("2024-03-02T02:20:00.1-05:00"), Some(1_709_364_000_100));
    assert_eq!(time::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000));
    for broken in [
        "",
        "2024-02-30T00:00:00Z",
        "2024-03-02",
        "2024-03-02T25:00:00Z",
        "2024-03-02T14:20:00",
        "2024-13-02T14:20:00Z",
    ] {
        assert_eq!(time::parse_rfc3339(broken), None, "{broken}");
    }
}

#[test]
fn json_is_read_without_loss() {
    let text = r#"{"b":1.10,"2":9223372036854775807,"1":100.00000000,"e":1E+2,"s":"\u20b9\ud83d\ude00\/","n":null,"l":[],"o":{}}"#;
    let value = Value::parse(text).unwrap();
    let mut again = String::new();
    write_value(&mut again, &value);
    assert_eq!(again, text.replace("\\u20b9", "₹").replace("\\ud83d\\ude00", "😀").replace("\\/", "/"));
    assert_eq!(Value::parse(r#"{"a":1,"a":2}"#).unwrap().get("a").and_then(Value::scalar), Some("2"));
    assert_eq!(Value::parse(r#""\ud800x""#), Some(Value::Text("\u{fffd}x".into())));
    assert_eq!(Value::parse(r#""\ud800\u0041""#), Some(Value::Text("\u{fffd}A".into())));
}

#[test]
fn what_is_not_json_is_not_read() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "[1,]",
        "{\"a\":1,}",
        "{'a':1}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "- 1",
        "nul",
        "NaN",
        "\"a",
        "\"\n\"",
        "\"\\x\"",
        "\"\\u12\"",
        "{} {}",
        "\u{feff}{}",
        "\u{a0}1",
        "{\"a\" 1}",
        "{1:2}",
        "[1 2]",
        "tru\u{0}e",
    ] {
        assert_eq!(Value::parse(text), None, "{text:?}");
    }
    let nested = |depth: usize| Value::parse(&["[".repeat(depth), "]".repeat(depth)].concat()).is_some();
    assert!(nested(64) && !nested(65) && !nested(1_000_000));
}

#[test]
fn strings_are_escaped_as_json_stringify_does() {
    let mut json = Writer::object();
    json.text("q\"", "\u{0}\u{1f}\u{7f}\u{8}\u{c}\n\r\t\\/\"\u{2028}é😀");
    assert_eq!(json.finish(), "{\"q\\\"\":\"\\u0000\\u001f\u{7f}\\b\\f\\n\\r\\t\\\\/\\\"\u{2028}é😀\"}");
}

#[test]
fn minify_drops_space_outside_strings_only() {
    let text = b"{ \"a\\\" b\" :\t[ 1 ,\r\n \"c:\\\\\" , \" x \" ] }\n";
    assert_eq!(&*minify(text), b"{\"a\\\" b\":[1,\"c:\\\\\",\" x \"]}");
    assert_eq!(&*minify(&minify(text)), &*minify(text));
    assert_eq!(&*minify("\u{a0}".as_bytes()), "\u{a0}".as_bytes());
}

#[test]
fn percent_encoding_keeps_only_unreserved_characters() {
    let mut out = String::new();
    percent::encode(&mut out, "aZ0-._~ /?#%+&=é");
    assert_eq!(out, "aZ0-._~%20%2F%3F%23%25%2B%26%3D%C3%A9");
    assert_eq!(percent::decode(&out).as_deref(), Some("aZ0-._~ /?#%+&=é"));
    for broken in ["%", "%2", "%zz", "%C3", "%+1"] {
        assert_eq!(percent::decode(broken), None, "{broken}");
    }
}

#[test]
fn only_plain_origins_are_base_urls() {
    for (url, path) in [
        ("https://api.doku.com", "/x"),
        ("https://api.doku.com/", "/x"),
        ("https://proxy.example:8443/doku", "/doku/x"),
        ("http://127.0.0.1:8080/doku", "/doku/x"),
        ("http://localhost", "/x"),
        ("https://10.0.0.255", "/x"),
        ("https://1.example", "/x"),
    ] {
        assert_eq!(BaseUrl::parse(url).unwrap_or_else(|error| panic!("{error}")).path("/x"), path);
    }
    for url in [
        "",
        "api.doku.com",
        "ftp://api.doku.com",
        "http://api.doku.com",
        "https://",
        "https://user:key@api.doku.com",
        "https://api.doku.com?x",
        "https://api.doku.com#x",
        "https://api.doku.com/a/../b",
        "https://api.doku.com//a",
        "https://API.doku.com",
        // Which of these a URL parser takes differs between versions of Unicode.
        "https://xn--dk-fkab.com",
        "https://xn--a",
        "https://api.doku.com:99999",
        "https://api.doku.com/%2e",
        "https://dökü.com",
        "https://api.doku.com\\@evil.example",
        "https://127.0.0.1.evil\n.com",
        "http://localhost.evil.com",
        // URL parsers make 1.0.0.1, 127.0.0.1, 0.0.0.9 and 8.0.0.1 of these, or refuse them.
        "https://1.1",
        "https://0x7f.1",
        "https://9",
        "https://010.0.0.1",
        "https://256.0.0.1",
        "https://a.1",
        "https://1.2.3.4.5",
        "https://..",
        "https://api..doku.com",
        "https://.doku.com",
        "https://api.doku.com.",
        "https://-api.doku.com",
        "https://api-.doku.com",
        "https://xn--",
        "https://api.xn--.com",
        "https://api.doku.com:0443",
        "https://api.doku.com:",
    ] {
        assert!(BaseUrl::parse(url).is_err(), "{url}");
    }
}

/// `fetch` leaves out the scheme's own port, so a signature over it would be wrong.
#[test]
fn the_port_of_the_scheme_is_left_out() {
    for (url, text) in [
        ("https://api.doku.com:443", "https://api.doku.com"),
        ("https://api.doku.com:443/base/", "https://api.doku.com/base"),
        ("http://localhost:80/base", "http://localhost/base"),
        ("https://api.doku.com:80", "https://api.doku.com:80"),
        ("http://localhost:443", "http://localhost:443"),
        ("https://api.doku.com:4430/base", "https://api.doku.com:4430/base"),
    ] {
        let base = BaseUrl::parse(url).unwrap();
        assert_eq!((base.as_str(), base.join("/x", "")), (text, [text, "/x"].concat()), "{url}");
        assert_eq!(base.path("/x"), if text.ends_with("/base") { "/base/x" } else { "/x" }, "{url}");
    }
}

#[test]
fn patterns_fit_what_they_say() {
    for (pattern, text, expected) in [
        ("", "", true),
        ("", "x", false),
        ("*", "", true),
        ("?*", "", false),
        ("?*", "x", true),
        ("5??", "503", true),
        ("5??", "50", false),
        ("SUCCESS", "success", true),
        ("SUCCESS", "SUCCESS MANUAL", false),
        ("FAILED*", "FAILED MANUAL", true),
    ] {
        assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
    }
}

#[test]
fn retry_after_needs_no_clock() {
    let answer = |headers: &[(&'static str, &'static str)]| {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        retry_after_ms(&HttpResponse { status: 429, headers, body: [].as_slice().into() })
    };
    let date = ("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(answer(&[("retry-after", "120")]), Some(120_000));
    assert_eq!(answer(&[("Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT"), date]), Some(60_000));
    assert_eq!(answer(&[("Retry-After", "Sun, 06 Nov 1994 08:48:37 GMT"), date]), Some(0));
    assert_eq!(answer(&[("Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT")]), None);
    assert_eq!(answer(&[("Retry-After", "99999999999999999999")]), None);
    assert_eq!(answer(&[("Retry-After", "soon"), date]), None);
    assert_eq!(answer(&[]), None);
}

#[test]
fn a_secret_shows_nothing() {
    assert_eq!(format!("{:?}", Secret::from("sk_live_marker")), "Secret(hidden)");
}
