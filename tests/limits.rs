//! The limits of fields: the last value that is taken, and the first that is not.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::encode::json::Value;
use refund_signer::{ErrorCode, PROVIDERS, Plan, RefundError, Secret, Settings, razorpay};

fn planned(provider: &str, operation: &str, input: &str) -> Result<Plan, RefundError> {
    let provider = PROVIDERS.iter().find(|known| known.name == provider).unwrap();
    Plan::new(provider.operation(provider.name, operation).unwrap(), &Value::parse(input).unwrap(), Some("id"))
}

fn refused(provider: &str, operation: &str, input: &str) -> String {
    let problems = planned(provider, operation, input).err().map(|error| error.problems).unwrap_or_default();
    problems.iter().map(|problem| [problem.code.as_str(), " ", &problem.path].concat()).collect::<Vec<_>>().join(", ")
}

#[test]
fn whole_numbers_beyond_two_to_the_53rd_are_taken_as_text_only() {
    let page = |page: &str| refused("craftgate", "searchRefunds", &format!("{{\"page\":{page}}}"));
    assert_eq!(page("2147483647"), "");
    assert_eq!(page("2147483648"), "out_of_range page");
    let wallet = |id: &str| refused("craftgate", "listWalletRefunds", &format!("{{\"walletTransactionId\":{id}}}"));
    assert_eq!(wallet("9007199254740991"), "");
    assert_eq!(wallet("9007199254740992"), "out_of_range walletTransactionId");
    assert_eq!(wallet("\"9007199254740993\""), "");
    let plan = planned("craftgate", "listWalletRefunds", r#"{"walletTransactionId":"9007199254740993"}"#).unwrap();
    assert_eq!((plan.path.as_str(), plan.body), ("/payment/v1/wallet-transactions/9007199254740993/refunds", None));
}

#[test]
fn decimal_numbers_are_plain() {
    let price = |price: &str| refused("craftgate", "searchRefunds", &format!("{{\"minRefundPrice\":\"{price}\"}}"));
    for plain in ["0", "12", "12.50", "123456789012345678901.12"] {
        assert_eq!(price(plain), "", "{plain}");
    }
    for other in ["", ".5", "5.", "-5", "+5", "1e3", "1.2.3", "5 ", " 5", "1,5", "1234567890123456789012.12"] {
        assert_eq!(price(other), "invalid_amount minRefundPrice", "{other}");
    }
}

#[test]
fn a_period_may_be_one_day_and_never_ends_before_it_begins() {
    let durianpay = |from: &str, to: &str| {
        refused("durianpay", "listRefunds", &format!("{{\"from\":\"{from}\",\"to\":\"{to}\",\"skip\":0,\"limit\":1}}"))
    };
    assert_eq!(durianpay("2021-07-01", "2021-07-01"), "");
    assert_eq!(durianpay("2021-07-02", "2021-07-01"), "conflict to");
    let razorpay = |from: u64, to: u64| refused("razorpay", "listRefunds", &format!("{{\"from\":{from},\"to\":{to}}}"));
    assert_eq!(razorpay(1_600_000_000, 1_600_000_000), "");
    assert_eq!(razorpay(1_600_000_001, 1_600_000_000), "conflict from");
}

#[test]
fn lists_have_one_to_a_hundred_entries_and_all_of_them_are_sent() {
    let refund = |entries: usize| {
        let entry = r#"{"name":"TRANSACTION_SN","value":"1"}"#;
        let identifiers = vec![entry; entries].join(",");
        format!(r#"{{"invoiceNumber":"1","identifiers":[{identifiers}]}}"#)
    };
    let body = planned("doku", "createShopeePayRefund", &refund(100)).unwrap().body.unwrap();
    assert_eq!(body.matches("TRANSACTION_SN").count(), 100);
    for entries in [0, 101] {
        assert_eq!(refused("doku", "createShopeePayRefund", &refund(entries)), "out_of_range identifiers");
    }
}

#[test]
fn secrets_have_a_length_and_a_name() {
    let made = |name: &str, length: usize| {
        let settings = Settings::new(Value::parse(r#"{"keyId":"rzp_test_1","environment":"sandbox"}"#).unwrap());
        let settings = settings.secret(name, Secret::from("s".repeat(length).as_str()));
        (razorpay::PROVIDER.client)(&settings).map(|_| ()).map_err(|error| error.problems[0].code)
    };
    assert_eq!(made("keySecret", 8192), Ok(()));
    assert_eq!(made("keySecret", 8193), Err(ErrorCode::TooLong));
    assert!(made("keyId", 10).is_err() && made("stranger", 10).is_err());
}

#[test]
fn what_is_no_field_is_named_among_those_that_are() {
    let error = planned("razorpay", "fetchRefund", r#"{"refund":"rfnd_1"}"#).unwrap_err();
    assert_eq!(error.problems[0].message, "is no field here. Fields: refundId.");
    let error = planned("razorpay", "fetchPaymentRefund", r#"{"refund":"rfnd_1"}"#).unwrap_err();
    assert_eq!(error.problems[0].message, "is no field here. Fields: paymentId, refundId.");
}

#[test]
fn a_version_that_is_not_known_is_no_damaged_plan() {
    let plan = planned("razorpay", "fetchRefund", r#"{"refundId":"rfnd_1"}"#).unwrap().to_json();
    let read = |version: &str| {
        let changed = plan.replace("\"version\":1", &format!("\"version\":{version}"));
        Plan::parse(&changed, PROVIDERS).map(|_| ()).map_err(|error| error.problems[0].code)
    };
    assert_eq!(read("1"), Ok(()));
    assert_eq!(read("2"), Err(ErrorCode::UnsupportedPlanVersion));
    assert_eq!(read("\"1\""), Err(ErrorCode::InvalidPlan));
}
