//! Plans that were stored or sent: the same plan comes back, and what no operation makes is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::{PROVIDERS, Plan, Value};

fn plan(provider: &str, operation: &str, input: &str) -> Plan {
    let found = PROVIDERS.iter().find_map(|known| known.operation(provider, operation)).unwrap();
    Plan::new(found, &Value::parse(input).unwrap(), None).unwrap_or_else(|error| panic!("{operation}: {error}"))
}

/// The path of the first mistake in a plan that was altered; `from` must be there.
fn refused(plan: &Plan, from: &str, to: &str) -> String {
    let json = plan.to_json();
    assert!(json.contains(from), "{json}");
    let error = Plan::parse(&json.replacen(from, to, 1), PROVIDERS).expect_err(to);
    error.problems[0].path.clone()
}

const DOKU: (&str, &str, &str) = (
    "doku",
    "createRefund",
    r#"{"invoiceNumber":"I","originalRequestId":"r","amount":{"value":"1","currency":"IDR"},"requestId":"q"}"#,
);
const RAZORPAY: (&str, &str, &str) =
    ("razorpay", "createRefund", r#"{"paymentId":"pay_1","idempotencyKey":"0123456789"}"#);
const WALLET: (&str, &str, &str) = (
    "craftgate",
    "refundWalletTransaction",
    r#"{"walletTransactionId":"7","amount":{"value":"1","currency":"TRY"},"idempotencyKey":"0123456789"}"#,
);
const PAYERMAX: (&str, &str, &str) = (
    "payermax",
    "createRefund",
    r#"{"originalPartnerReferenceNo":"o","partnerRefundNo":"pr1","amount":{"value":"1","currency":"IDR"}}"#,
);

#[test]
fn what_no_operation_makes_is_refused() {
    for ((provider, operation, input), from, to, path) in [
        // Another endpoint.
        (RAZORPAY, "payments/pay_1/refund", "payments/pay_1/../payouts", "path"),
        (RAZORPAY, "pay_1", "..%2Fpayouts%3Fx", "path"),
        (RAZORPAY, "pay_1", "%2e%2e", "path"),
        (RAZORPAY, "pay_1", "a%0D%0Ax", "path"),
        (RAZORPAY, "pay_1", "a%00", "path"),
        (RAZORPAY, "pay_1", "%70ay_1", "path"),
        (WALLET, "wallet-transactions/7/", "wallet-transactions/1%2Frefunds%2F..%2F2/", "path"),
        (WALLET, "wallet-transactions/7/", "wallet-transactions/-7/", "path"),
        (DOKU, "/cancellation/credit-card/refund", "/shopeepay-emoney/v2/refund", "path"),
        // A query that no signature covers.
        (DOKU, r#""query":"""#, r#""query":"x=1""#, "query"),
        (RAZORPAY, r#""query":"""#, r#""query":"amount=1""#, "query"),
        // A body that is none.
        (RAZORPAY, r#""body":"{}""#, r#""body":"[]""#, "body"),
        (RAZORPAY, r#""body":"{}""#, r#""body":"{\"amount\":1,\"amount\":2}""#, "body"),
        (RAZORPAY, r#","body":"{}""#, "", "body"),
        // A key that is none, or not the body's.
        (DOKU, r#""idempotencyKey":"q""#, r#""idempotencyKey":"q\r\nX: y""#, "idempotencyKey"),
        (DOKU, r#","idempotencyKey":"q""#, "", "idempotencyKey"),
        (RAZORPAY, "0123456789", "short", "idempotencyKey"),
        (PAYERMAX, r#""idempotencyKey":"pr1""#, r#""idempotencyKey":"OTHER""#, "idempotencyKey"),
        // Not this plan.
        (DOKU, r#""version":1"#, r#""version":2"#, "version"),
        (DOKU, r#""version":1"#, r#""version":"1""#, "version"),
        (DOKU, r#""provider":"doku""#, r#""provider":"razorpay""#, "method"),
        (DOKU, r#""method":"POST""#, r#""method":"PATCH""#, "method"),
        (DOKU, r#""method":"POST""#, r#""method":"POST","headers":{}"#, "headers"),
        (DOKU, r#""method":"POST""#, r#""method":"POST","method":"POST""#, ""),
    ] {
        let found = refused(&plan(provider, operation, input), from, to);
        // A plan of another provider fails at the first thing that does not fit, whatever that is.
        assert!(found == path || from.contains("provider"), "{to}: {found}");
    }
}

#[test]
fn every_plan_comes_back_as_it_was() {
    for (provider, operation, input) in [DOKU, RAZORPAY, WALLET, PAYERMAX] {
        let json = plan(provider, operation, input).to_json();
        assert_eq!(Plan::parse(&json, PROVIDERS).unwrap().to_json(), json);
    }
}
