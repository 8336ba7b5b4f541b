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
        let read = Money::parse_major(text, currency(code)).ok();
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
    assert_eq!(refused(razorpay, rupees), "may have at most 2 decimals; if the point groups thousands, write 1234.");
    // Razorpay takes three decimals only where the last is a zero.
    assert_eq!(refused(razorpay, dinars), "may have at most 2 decimals.");
    let doku = doku::PROVIDER.operation("doku", "createRefund").unwrap();
    assert_eq!(refused(doku, rupiah), "may have no decimals.");
}

#[test]
fn a_point_that_may_group_thousands_is_refused_and_surplus_zeros_are_not() {
    let read = |value: &str, code: &str| {
        let input = format!(r#"{{"paymentId":"pay_1","amount":{{"value":"{value}","currency":"{code}"}}}}"#);
        let operation = razorpay::PROVIDER.operation("razorpay", "createRefund").unwrap();
        match Plan::new(operation, &Value::parse(&input).unwrap(), Some("id-of-the-host")) {
            Ok(plan) => Ok(plan.body_value().unwrap().get("amount").unwrap().scalar().unwrap().to_owned()),
            Err(error) => Err((error.problems[0].code, error.problems[0].message.clone())),
        }
    };
    for (value, code, minor) in [
        ("1499.0000", "INR", "149900"),
        ("1499.000", "INR", "149900"),
        ("100.00", "JPY", "100"),
        ("12.340", "TRY", "1234"),
        ("0.500", "INR", "50"),
        // A currency with three decimals writes its amounts like this.
        ("30.000", "KWD", "30000"),
        ("30000.00", "IDR", "3000000"),
    ] {
        assert_eq!(read(value, code), Ok(minor.to_owned()), "{value} {code}");
    }
    for (value, code, readings) in [
        ("30.000", "INR", "may be 30 or 30000: "),
        ("100.000", "JPY", "may be 100 or 100000: "),
        ("1.000", "IDR", "may be 1 or 1000: "),
        // No hundredth of a rupiah is in use, so it is twelve thousand that is meant.
        ("12.340", "IDR", "may be 12.34 or 12340: "),
        ("12.345", "IDR", "may be 12.345 or 12345: "),
    ] {
        let (found, message) = read(value, code).unwrap_err();
        assert_eq!(found, ErrorCode::AmbiguousAmount, "{value} {code}");
        assert!(message.starts_with(readings), "{value} {code}: {message}");
    }
    assert_eq!(read("0.000", "INR").unwrap_err().0, ErrorCode::NotPositive);
    assert_eq!(read("1499.0010", "INR").unwrap_err().0, ErrorCode::TooManyDecimals);
    assert_eq!(read("1000.0000000000x", "INR").unwrap_err().0, ErrorCode::InvalidAmount);
}
