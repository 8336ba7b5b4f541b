//! JSON at its edges: the grammar of RFC 8259 and nothing more, strings as `JSON.stringify` writes them, and minify
//! against a slow reference.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

use refund_signer::encode::json::{Value, Writer, minify, write_list, write_string, write_value};
use refund_signer::encode::{base64, from_base64, from_hex, hex};

fn written(value: &Value<'_>) -> String {
    let mut out = String::new();
    write_value(&mut out, value);
    out
}

fn string(text: &str) -> String {
    let mut out = String::new();
    write_string(&mut out, text);
    out
}

#[test]
fn numbers_are_those_of_the_grammar_and_stay_as_written() {
    for number in [
        "0",
        "-0",
        "1",
        "-1",
        "10",
        "9007199254740993",
        "0.0",
        "0.50",
        "-0.1",
        "100.00000000",
        "1e3",
        "1E3",
        "1e+3",
        "1e-3",
        "0e0",
        "1.5e10",
        "12345678901234567890123456789",
    ] {
        let value = Value::parse(number).unwrap_or_else(|| panic!("{number}"));
        assert_eq!((value.scalar(), value.text()), (Some(number), None));
        assert_eq!(written(&value), number);
    }
    for broken in [
        "", "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e3", "1e", "1e+", "1e-", "e3", "1e1.5", "1e3e3",
        "1.2.3", "1e++3", "--1", "1-", "0x10", "1_000", "Infinity", "NaN", "1e3 1", "١",
    ] {
        assert_eq!(Value::parse(broken), None, "{broken}");
    }
}

#[test]
fn words_lists_and_objects_are_read_with_any_white_space() {
    for (text, value) in [
        (" null ", Value::Null),
        ("\ttrue\n", Value::Bool(true)),
        ("\rfalse", Value::Bool(false)),
        ("[]", Value::List(vec![])),
        ("[ ]", Value::List(vec![])),
        ("[ 1 , \"a\" ]", Value::List(vec![1.into(), "a".into()])),
        ("{}", Value::object([])),
        ("{ }", Value::object([])),
        (
            "{ \"a\" : 1 , \"b\" : [ { } ] }",
            Value::object([("a", 1.into()), ("b", Value::List(vec![Value::object([])]))]),
        ),
    ] {
        assert_eq!(Value::parse(text), Some(value), "{text}");
    }
    for broken in [
        " ",
        "nul",
        "nulll",
        "True",
        "t",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{\"a\" 1}",
        "{a:1}",
        "{1:1}",
        "{\"a\":1 \"b\":2}",
        "\u{a0}1",
        "\u{feff}1",
        "1 2",
        "[] []",
        "null,",
        "//1\n1",
    ] {
        assert_eq!(Value::parse(broken), None, "{broken}");
    }
}

#[test]
fn every_escape_is_read_and_no_other() {
    for (escaped, text) in [
        (r#""\"\\\/""#, "\"\\/"),
        (r#""\b\f\n\r\t""#, "\u{8}\u{c}\n\r\t"),
        (r#""a\u0041b""#, "aAb"),
        (r#""\u00e9\u00E9""#, "éé"),
        (r#""\u0000\u001f""#, "\0\u{1f}"),
        (r#""\uffff""#, "\u{ffff}"),
        (r#""\ud83d\ude00""#, "😀"),
        (r#""\uD83D\uDE00!""#, "😀!"),
        (r#""\udbff\udfff""#, "\u{10ffff}"),
        (r#""\ud800\udc00""#, "\u{10000}"),
        // What is half a pair is no character.
        (r#""\ud83d""#, "\u{fffd}"),
        (r#""\ud83dx""#, "\u{fffd}x"),
        (r#""\ude00""#, "\u{fffd}"),
        (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
        (r#""\ud83d\u0041""#, "\u{fffd}A"),
        (r#""\ud83d\n""#, "\u{fffd}\n"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
        (r#""A\ude00""#, "A\u{fffd}"),
        (r#""\u0041\ude00""#, "A\u{fffd}"),
        (r#""\ud7ff\ue000""#, "\u{d7ff}\u{e000}"),
        ("\"\u{7f}é😀\"", "\u{7f}é😀"),
    ] {
        assert_eq!(Value::parse(escaped).as_ref().and_then(Value::text), Some(text), "{escaped}");
    }
    for broken in [
        r#"""#,
        r#""a"#,
        r#""\"#,
        r#""\""#,
        r#""\x41""#,
        r#""\U0041""#,
        r#""\0""#,
        r#""\'""#,
        r#""\u""#,
        r#""\u004""#,
        r#""\u004g""#,
        r#""\u+041""#,
        r#""\u 041""#,
        r#""\u00é""#,
        r#""\ud83d\u""#,
        r#""\ud83d\ude0""#,
        "'a'",
        "\"a\n\"",
    ] {
        assert_eq!(Value::parse(broken), None, "{broken}");
    }
    for control in 0..0x20_u8 {
        assert_eq!(Value::parse(&format!("\"a{}b\"", char::from(control))), None, "{control:#x}");
        assert_eq!(Value::parse(&format!("\"\\n{}b\"", char::from(control))), None, "{control:#x}, after an escape");
    }
}

#[test]
fn strings_are_written_as_json_stringify_writes_them() {
    let expected = [
        "\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006", "\\u0007", "\\b", "\\t", "\\n",
        "\\u000b", "\\f", "\\r", "\\u000e", "\\u000f", "\\u0010", "\\u0011", "\\u0012", "\\u0013", "\\u0014",
        "\\u0015", "\\u0016", "\\u0017", "\\u0018", "\\u0019", "\\u001a", "\\u001b", "\\u001c", "\\u001d", "\\u001e",
        "\\u001f",
    ];
    for (control, escape) in (0_u8..).zip(expected) {
        assert_eq!(string(&char::from(control).to_string()), format!("\"{escape}\""));
    }
    for (text, json) in [
        ("", r#""""#),
        ("a b", r#""a b""#),
        ("\"", r#""\"""#),
        ("\\", r#""\\""#),
        ("/", r#""/""#),
        ("\u{7f}", "\"\u{7f}\""),
        ("\u{2028}", "\"\u{2028}\""),
        ("é😀", "\"é😀\""),
    ] {
        assert_eq!(string(text), json);
    }
    let all: String = (0..0x2100).filter_map(char::from_u32).collect();
    assert_eq!(Value::parse(&string(&all)), Some(Value::from(all)));
}

#[test]
fn values_end_at_131072() {
    let list = |values: usize| format!("[{}1]", "1,".repeat(values - 2));
    let object = |values: usize| format!("{{{}\"a\":1}}", "\"a\":1,".repeat(values - 2));
    for json in [list(131_072), object(131_072)] {
        assert_eq!(written(&Value::parse(&json).unwrap()), json);
    }
    for json in [list(131_073), object(131_073)] {
        assert_eq!(Value::parse(&json), None);
    }
}

#[test]
fn nesting_ends_at_sixty_four() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        let deepest = nested(64);
        assert_eq!(written(&Value::parse(&deepest).unwrap()), deepest);
        assert_eq!(Value::parse(&nested(65)), None);
        assert_eq!(Value::parse(&nested(100_000)), None);
    }
}

#[test]
fn a_name_that_stands_twice_is_kept_and_the_last_one_counts() {
    let value = Value::parse(r#"{"a":1,"b":2,"a":3}"#).unwrap();
    assert_eq!(value.get("a"), Some(&3.into()));
    assert_eq!(value.get("b"), Some(&2.into()));
    assert_eq!(value.get("c"), None);
    assert_eq!(written(&value), r#"{"a":1,"b":2,"a":3}"#);
    for (text, twice) in [
        (r#"{"a":1,"b":2,"a":3}"#, true),
        (r#"{"a":1,"\u0061":3}"#, true),
        (r#"{"a":1,"b":2}"#, false),
        (r#"{"a":{"a":1},"b":{"a":1}}"#, false),
        (r#"{"x":{"a":1,"a":1}}"#, true),
        (r#"[1,{"a":1,"a":1}]"#, true),
        (r#"[{"a":1},{"a":1}]"#, false),
        (r#"{"b":[[{"a":1,"c":2,"a":1}]]}"#, true),
        ("{}", false),
        ("[]", false),
        ("[1,1]", false),
        (r#""a""#, false),
    ] {
        assert_eq!(Value::parse(text).unwrap().has_duplicates(), twice, "{text}");
    }
}

#[test]
fn a_value_gives_what_it_is_and_nothing_else() {
    let value = Value::parse(r#"{"t":"x","n":12,"l":[1],"o":{"p":{"q":"deep"}},"f":false,"z":null}"#).unwrap();
    let of = |name: &str| value.get(name).unwrap();
    assert_eq!(["t", "n", "l", "o", "f", "z"].map(|name| of(name).text()), [Some("x"), None, None, None, None, None]);
    assert_eq!(
        ["t", "n", "l", "o", "f", "z"].map(|name| of(name).scalar()),
        [Some("x"), Some("12"), None, None, None, None]
    );
    assert_eq!(of("l").list(), Some([Value::from(1)].as_slice()));
    assert!(["t", "n", "o", "f", "z"].iter().all(|name| of(name).list().is_none()));
    assert_eq!(
        ["t", "n", "l", "o", "f", "z"].map(|name| of(name).is_object()),
        [false, false, false, true, false, false]
    );
    assert_eq!(value.at("o.p.q"), Some(&"deep".into()));
    assert_eq!(value.at("t"), Some(&"x".into()));
    for path in ["o.p.x", "o.q", "t.x", "l.0", "", "o."] {
        assert_eq!(value.at(path), None, "{path}");
    }
    assert_eq!([Value::from(true), Value::from(false)], [Value::Bool(true), Value::Bool(false)]);
    assert_eq!([written(&u64::MAX.into()), written(&String::from("s").into())], ["18446744073709551615", r#""s""#]);
}

#[test]
fn the_writer_writes_members_in_the_order_of_the_calls() {
    let mut writer = Writer::object();
    writer
        .text("a", "{")
        .open("b")
        .text("c", "d\"")
        .flag("e", true)
        .close()
        .optional_text("f", None)
        .optional_text("g", Some("{"))
        .optional_flag("h", None)
        .optional_flag("i", Some(false))
        .raw("j", "1.50")
        .open("k")
        .close()
        .value("l", &Value::parse(r#"[{},[],null,true,"x",1e2,{"y":[1,2]}]"#).unwrap());
    assert_eq!(
        writer.finish(),
        r#"{"a":"{","b":{"c":"d\"","e":true},"g":"{","i":false,"j":1.50,"k":{},"l":[{},[],null,true,"x",1e2,{"y":[1,2]}]}"#
    );
    assert_eq!(Writer::object().finish(), "{}");
    for (items, list) in [([].as_slice(), "[]"), (&[1], "[1]"), (&[1, 2, 3], "[1,2,3]")] {
        let mut out = String::from("=");
        write_list(&mut out, items, |out, item: &u8| out.push_str(&item.to_string()));
        assert_eq!(out, format!("={list}"));
    }
}

/// By splitting at quotes: what stands between the first and the second quote that is not escaped is a string.
fn slow_minify(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((outside, string)) = rest.split_once('"') {
        out.extend(outside.chars().filter(|c| !" \t\r\n".contains(*c)));
        let mut end = 0;
        while end < string.len() && !string[end..].starts_with('"') {
            end += if string[end..].starts_with('\\') { 2.min(string.len() - end) } else { 1 };
        }
        let end = (end + 1).min(string.len());
        out.push('"');
        out.push_str(&string[..end]);
        rest = &string[end..];
    }
    out.extend(rest.chars().filter(|c| !" \t\r\n".contains(*c)));
    out
}

#[test]
fn minify_drops_white_space_outside_of_strings_and_nothing_else() {
    for (text, minified) in [
        ("", ""),
        (" \t\r\n", ""),
        ("{}", "{}"),
        (r#"{ "a b" : " c\" d " , "e" : [ 1 , 2 ] }"#, r#"{"a b":" c\" d ","e":[1,2]}"#),
        (r#"{"a":"\\" , "b":" "}"#, r#"{"a":"\\","b":" "}"#),
        (r#""\\\" " "x""#, r#""\\\" ""x""#),
        ("\u{b}\u{a0}1", "\u{b}\u{a0}1"),
        ("{\"a\" :\"\u{a0} é\"}", "{\"a\":\"\u{a0} é\"}"),
    ] {
        assert_eq!(minify(text.as_bytes()), minified.as_bytes(), "{text}");
        assert_eq!(minify(minified.as_bytes()), minified.as_bytes(), "{minified}");
    }
    // Every text of six of these characters.
    let letters = ['"', '\\', ' ', '\n', 'a'];
    for number in 0..letters.len().pow(6) {
        let digit = |place: u32| letters[number / letters.len().pow(place) % letters.len()];
        let text: String = (0..6).map(digit).collect();
        assert_eq!(minify(text.as_bytes()), slow_minify(&text).as_bytes(), "{text:?}");
    }
}

#[test]
fn bytes_are_written_and_read_exactly() {
    for (bytes, in_base64, in_hex) in [
        (b"".as_slice(), "", ""),
        (b"f", "Zg==", "66"),
        (b"fo", "Zm8=", "666f"),
        (b"foo", "Zm9v", "666f6f"),
        (b"\xfb\xff\x00", "+/8A", "fbff00"),
    ] {
        assert_eq!((base64(bytes).as_str(), hex(bytes).as_str()), (in_base64, in_hex));
        assert_eq!((from_base64(in_base64), from_hex(in_hex)), (Some(bytes.to_vec()), Some(bytes.to_vec())));
    }
    for broken in ["Zg", "Zg=", "Zh==", "Zg==\n", " Zg==", "-_8A", "Z", "Zg==Zg=="] {
        assert_eq!(from_base64(broken), None, "{broken}");
    }
    for broken in ["6", "6g", "0x66", " 66", "66 "] {
        assert_eq!(from_hex(broken), None, "{broken}");
    }
}
