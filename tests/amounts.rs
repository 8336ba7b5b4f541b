//! Money at its edges: no minor unit is lost or gained, and what is no exact amount is none.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::encode::json::Value;
use refund_signer::money::{Currency, Money};
use refund_signer::plan::Operation;
use refund_signer::{ErrorCode, Plan, doku, razorpay};

fn currency(code: &str) -> Currency {
    Currency::of(code).unwrap_or_else(|| panic!("{code}"))
}

#[test]
fn a_currency_has_the_decimals_of_the_standard() {
    for (code, decimals) in [("INR", 2), ("IDR", 2), ("TRY", 2), ("JPY", 0), ("KWD", 3), ("BHD", 3), ("VND", 0)] {
        assert_eq!((currency(code).code(), currency(code).decimals()), (code, decimals));
    }
}

#[test]
fn decimals_beyond_the_currencys_are_read_only_when_they_are_zeros() {
    for (text, code, minor) in [
        ("12", "INR", Some(1200)),
        ("12.3", "INR", Some(1230)),
        ("12.34", "INR", Some(1234)),
        ("12.340", "INR", Some(1234)),
        ("12.34000000", "INR", Some(1234)),
        ("12.341", "INR", None),
        ("12.3400001", "INR", None),
        ("12.34x", "INR", None),
        ("12.340.0", "INR", None),
        ("500", "JPY", Some(500)),
        ("500.0", "JPY", Some(500)),
        ("500.00", "JPY", Some(500)),
        ("500.01", "JPY", None),
        // A point without decimals is no amount, however many decimals the currency has.
        ("500.", "JPY", None),
        ("500.", "INR", None),
        ("500..", "JPY", None),
        ("1.234", "KWD", Some(1234)),
        ("1.2340", "KWD", Some(1234)),
        ("", "INR", None),
        (".00", "JPY", None),
    ] {
        let read = Money::read_major(text, currency(code));
        assert_eq!(read, minor.map(|minor| Money::from_minor(minor, currency(code))), "{text:?} {code}");
    }
}

#[test]
fn only_a_number_can_be_negative() {
    for (text, code) in [
        ("-1", ErrorCode::NotPositive),
        ("-0", ErrorCode::NotPositive),
        ("-1.50", ErrorCode::NotPositive),
        ("-", ErrorCode::InvalidAmount),
        ("-x", ErrorCode::InvalidAmount),
        ("-1x", ErrorCode::InvalidAmount),
        ("-1.x", ErrorCode::InvalidAmount),
        ("-x.1", ErrorCode::InvalidAmount),
        ("-.5", ErrorCode::InvalidAmount),
        ("--1", ErrorCode::InvalidAmount),
    ] {
        assert_eq!(Money::parse_major(text, currency("INR")), Err(code), "{text}");
    }
}

#[test]
fn too_many_decimals_are_refused_with_how_many_there_may_be() {
    let refused = |operation: &'static Operation, json: &str| {
        let error = Plan::new(operation, &Value::parse(json).unwrap(), Some("id")).unwrap_err();
        error.problems.last().unwrap().message.clone()
    };
    let rupees = r#"{"paymentId":"pay_1","amount":{"value":"1.234","currency":"INR"}}"#;
    let dinars = r#"{"paymentId":"pay_1","amount":{"value":"1.2345","currency":"KWD"}}"#;
    let rupiah = r#"{"invoiceNumber":"1","originalRequestId":"1","amount":{"value":"1.5","currency":"IDR"}}"#;
    let razorpay = razorpay::PROVIDER.operation("razorpay", "createRefund").unwrap();
    assert_eq!(refused(razorpay, rupees), "may have at most 2 decimals.");
    // Razorpay takes three decimals only where the last is a zero.
    assert_eq!(refused(razorpay, dinars), "may have at most 2 decimals.");
    let doku = doku::PROVIDER.operation("doku", "createRefund").unwrap();
    assert_eq!(refused(doku, rupiah), "may have no decimals.");
}
