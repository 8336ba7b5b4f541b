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

const PARTIAL: (&str, &str, &str) = (
    "razorpay",
    "createRefund",
    r#"{"paymentId":"pay_1","idempotencyKey":"0123456789","receipt":"return-1","speed":"optimum","amount":{"value":"250","currency":"INR"}}"#,
);
const WHOLE: (&str, &str, &str) = (
    "craftgate",
    "createRefund",
    r#"{"paymentId":"4711","conversationId":"return-1","idempotencyKey":"0123456789","chargeFromMe":true}"#,
);
const DURIANPAY: (&str, &str, &str) = (
    "durianpay",
    "createRefund",
    r#"{"refId":"return-1","paymentId":"pay_1","amount":{"value":"85000","currency":"IDR"},"useRefundLink":true}"#,
);
const CHANNEL: (&str, &str, &str) = (
    "doku",
    "createSnapRefund",
    r#"{"originalPartnerReferenceNo":"o","partnerRefundNo":"pr1","channel":"EMONEY_OVO_SNAP","amount":{"value":"1","currency":"IDR"}}"#,
);
const STATUS: (&str, &str, &str) = ("doku", "checkStatus", r#"{"invoiceNumber":"I","requestId":"q"}"#);
const TOKEN: (&str, &str, &str) = ("durianpay", "requestAccessToken", "{}");
const LIST: (&str, &str, &str) = ("razorpay", "listPaymentRefunds", r#"{"paymentId":"pay_1","count":5}"#);

/// The bodies, and the queries, that their operations could not have made; and where the first mistake is found.
#[test]
fn a_body_that_the_operation_does_not_make_is_refused() {
    for ((provider, operation, input), body, path) in [
        // Razorpay refunds the whole payment where no amount is sent.
        (PARTIAL, "{}", "currency"),
        (PARTIAL, r#"{"amount":-100,"receipt":"return-1"}"#, "body.amount"),
        (PARTIAL, r#"{"amount":0}"#, "body.amount"),
        (PARTIAL, r#"{"amount":2.5e4}"#, "body.amount"),
        (PARTIAL, r#"{"amount":25000.0}"#, "body.amount"),
        (PARTIAL, r#"{"amount":[25000]}"#, "body.amount"),
        (PARTIAL, r#"{"amount":25000,"receipt":17}"#, "body.receipt"),
        (PARTIAL, r#"{"amount":25000,"receipt":""}"#, "body.receipt"),
        (PARTIAL, r#"{"amount":25000,"speed":"fastest"}"#, "body.speed"),
        (PARTIAL, r#"{"amount":25000,"reverse_all":1}"#, "body.reverse_all"),
        (PARTIAL, r#"{"amount":25000,"reverseAll":true}"#, "body.reverseAll"),
        (PARTIAL, r#"{"amount":25000,"notes":{"a":["b"]}}"#, "body.notes"),
        (PARTIAL, r#"{"amount":25000,"on_hold":true}"#, "body.on_hold"),
        (PARTIAL, r#"{"amount":1,"amount":25000}"#, "body"),
        (PARTIAL, r#"{"amount":25000,"receipt":"\ud800"}"#, "body.receipt"),
        (RAZORPAY, r#"{"amount":25000}"#, "body.amount"),
        (DOKU, r#"{"refund":{"amount":-5}}"#, "body.refund.amount"),
        (DOKU, r#"{"payment":{"original_request_id":"r"},"refund":{"amount":1}}"#, "body.order.invoice_number"),
        (
            DOKU,
            r#"{"order":{"invoice_number":"I"},"payment":{"original_request_id":"r"},"refund":{"amount":0.5}}"#,
            "body.refund.amount",
        ),
        (
            DOKU,
            r#"{"order":{"invoice_number":"I"},"payment":{"original_request_id":"r"},"refund":{}}"#,
            "body.refund.amount",
        ),
        (
            DOKU,
            r#"{"order":{"invoice_number":"I","amount":1},"payment":{"original_request_id":"r"},"refund":{"amount":1}}"#,
            "body.order.amount",
        ),
        (
            DOKU,
            r#"{"order":"I","payment":{"original_request_id":"r"},"refund":{"amount":1}}"#,
            "body.order.invoice_number",
        ),
        (DURIANPAY, r#"{"ref_id":"return-1","payment_id":"pay_1","amount":"-85000"}"#, "body.amount"),
        (DURIANPAY, r#"{"ref_id":"return-1","payment_id":"pay_1","amount":"85000.5"}"#, "body.amount"),
        (DURIANPAY, r#"{"ref_id":"return-1","payment_id":"pay_1","amount":85000}"#, "body.amount"),
        (
            DURIANPAY,
            r#"{"ref_id":"return-1","payment_id":"pay_1","amount":"85000","use_refund_link":"yes"}"#,
            "body.use_refund_link",
        ),
        (WHOLE, r#"{"paymentId":"abc","conversationId":"return-1"}"#, "body.paymentId"),
        (WHOLE, r#"{"paymentId":"4711"}"#, "body.paymentId"),
        (WHOLE, r#"{"paymentId":4711,"refundPrice":1}"#, "body.refundPrice"),
        (WHOLE, r#"{"paymentId":9223372036854775808}"#, "body.paymentId"),
        (WHOLE, "{}", "body.paymentId"),
        (
            PAYERMAX,
            r#"{"partnerRefundNo":"pr1","originalPartnerReferenceNo":"o","additionalInfo":{"version":"1.4","keyVersion":"1"}}"#,
            "body.refundAmount.value",
        ),
        (
            PAYERMAX,
            r#"{"partnerRefundNo":"pr1","originalPartnerReferenceNo":"o","refundAmount":{"value":"1.00","currency":"USD"},"additionalInfo":{"version":"1.4","keyVersion":"1"}}"#,
            "body.refundAmount.currency",
        ),
        (
            PAYERMAX,
            r#"{"partnerRefundNo":"pr1","originalPartnerReferenceNo":"o","refundAmount":{"value":"1.00","currency":"IDR"}}"#,
            "body.additionalInfo",
        ),
        (PAYERMAX, r#"{"grantType":"client_credentials","partnerRefundNo":"pr1"}"#, "body.originalPartnerReferenceNo"),
        // What only two fields together forbid.
        (
            CHANNEL,
            r#"{"originalPartnerReferenceNo":"1234567890123","refundAmount":{"value":"1.00","currency":"IDR"},"partnerRefundNo":"pr1","additionalInfo":{"channel":"DIRECT_DEBIT_CIMB_SNAP"}}"#,
            "body.originalPartnerReferenceNo",
        ),
        (STATUS, "{}", "body"),
        (TOKEN, "{}", "body.grantType"),
        (TOKEN, r#"{"grantType":"password"}"#, "body.grantType"),
    ] {
        let plan = Plan { body: Some(body.into()), ..plan(provider, operation, input) };
        let error = Plan::parse(&plan.to_json(), PROVIDERS).expect_err(body);
        assert_eq!((error.code().as_str(), &*error.problems[0].path), ("invalid_plan", path), "{body}: {error}");
    }
    for query in ["count=0", "count=101", "count=5&count=5", "count=5&amount=1", "count", "from=x", "=5", "count=%35"] {
        let plan = Plan { query: query.into(), ..plan(LIST.0, LIST.1, LIST.2) };
        let error = Plan::parse(&plan.to_json(), PROVIDERS).expect_err(query);
        assert_eq!(error.problems[0].path, "query", "{query}: {error}");
    }
}

#[test]
fn another_spelling_stays_as_it_is() {
    let body = r#"{ "speed" : "optimum", "receipt": "\u0072eturn-1", "amount": 25000 }"#;
    let spelled = Plan { body: Some(body.into()), ..plan(PARTIAL.0, PARTIAL.1, PARTIAL.2) };
    let read = Plan::parse(&spelled.to_json(), PROVIDERS).unwrap();
    assert_eq!(read.body.as_deref(), Some(body));
}

#[test]
fn a_plan_says_what_it_does() {
    for ((provider, operation, input), said) in [
        (
            PARTIAL,
            r#"{"provider":"razorpay","operation":"createRefund","movesMoney":true,"payment":"pay_1","amount":{"value":"250.00","currency":"INR"},"reference":"return-1","idempotencyKey":"0123456789","options":{"speed":"optimum"},"facts":{"repeat":"silent-replay","query":"refund","events":"decide"}}"#,
        ),
        (
            RAZORPAY,
            r#"{"provider":"razorpay","operation":"createRefund","movesMoney":true,"payment":"pay_1","idempotencyKey":"0123456789","facts":{"repeat":"silent-replay","query":"refund","events":"decide"}}"#,
        ),
        (
            WHOLE,
            r#"{"provider":"craftgate","operation":"createRefund","movesMoney":true,"payment":"4711","reference":"return-1","idempotencyKey":"0123456789","options":{"chargeFromMe":true},"facts":{"repeat":"silent-replay","query":"refund","events":"hint"}}"#,
        ),
        (
            WALLET,
            r#"{"provider":"craftgate","operation":"refundWalletTransaction","movesMoney":true,"payment":"7","amount":{"value":"1.00","currency":"TRY"},"idempotencyKey":"0123456789","facts":{"repeat":"silent-replay","query":"refund","events":"hint"}}"#,
        ),
        (
            DOKU,
            r#"{"provider":"doku","operation":"createRefund","movesMoney":true,"payment":"I","amount":{"value":"1.00","currency":"IDR"},"reference":"q","idempotencyKey":"q","facts":{"repeat":"marked-replay","query":"payment","events":"hint"}}"#,
        ),
        (
            DURIANPAY,
            r#"{"provider":"durianpay","operation":"createRefund","movesMoney":true,"payment":"pay_1","amount":{"value":"85000.00","currency":"IDR"},"reference":"return-1","options":{"useRefundLink":true},"facts":{"repeat":"none","query":"refund","events":"none"}}"#,
        ),
        (
            PAYERMAX,
            r#"{"provider":"payermax","operation":"createRefund","movesMoney":true,"payment":"o","amount":{"value":"1.00","currency":"IDR"},"reference":"pr1","idempotencyKey":"pr1","facts":{"repeat":"undocumented","query":"refund","events":"decide"}}"#,
        ),
        (LIST, r#"{"provider":"razorpay","operation":"listPaymentRefunds","movesMoney":false,"payment":"pay_1"}"#),
        (TOKEN, r#"{"provider":"durianpay","operation":"requestAccessToken","movesMoney":false}"#),
    ] {
        assert_eq!(plan(provider, operation, input).describe().unwrap().to_json(), said);
    }
}

#[test]
fn every_plan_comes_back_as_it_was() {
    for (provider, operation, input) in [DOKU, RAZORPAY, WALLET, PAYERMAX] {
        let json = plan(provider, operation, input).to_json();
        assert_eq!(Plan::parse(&json, PROVIDERS).unwrap().to_json(), json);
    }
}
