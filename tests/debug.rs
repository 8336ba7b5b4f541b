//! No `Debug` shows a secret.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::{Attempt, Client as _, Secret, Settings, Value, craftgate, doku, durianpay, payermax, razorpay};

const MARKER: &str = "Zk3-marker-9fQ7xW2vN8pL5sT1";

fn settings<'a>(values: &'a str, secrets: &[&'a str]) -> Settings<'a> {
    let settings = Settings::new(Value::parse(values).unwrap());
    secrets.iter().fold(settings, |settings, name| settings.secret(name, MARKER))
}

#[test]
fn no_client_reader_or_setting_shows_a_secret() {
    let doku_settings = settings(r#"{"clientId":"M","environment":"sandbox"}"#, &["secretKey", "accessToken"]);
    let craftgate_settings = settings(r#"{"apiKey":"a","environment":"sandbox"}"#, &["secretKey"]);
    let razorpay_settings = settings(r#"{"keyId":"rzp_test_1","environment":"sandbox"}"#, &["keySecret"]);
    let durianpay_settings = settings(r#"{"environment":"sandbox","clientKey":"k"}"#, &["serverKey", "clientSecret"]);
    let payermax_settings = settings(
        r#"{"partnerId":"P","channelId":"1","baseUrl":"https://x.example"}"#,
        &["clientSecret", "accessToken"],
    );
    let hooks = settings(r#"{"clientId":"M","path":"/hook"}"#, &["secrets"]);
    let secrets = settings("{}", &["secrets"]);
    let plan = razorpay::fetch_refund(&Value::object([("refundId", "rfnd_1".into())])).unwrap();
    let attempt = Attempt::new(1_700_000_000_000, "12345678").unwrap();
    let request = razorpay::Client::new(&razorpay_settings).unwrap().sign(&plan, &attempt).unwrap();
    assert!(request.headers.iter().any(|(_, value)| value.starts_with("Basic ")), "the secret is sent");
    assert!(!format!("{request:?}").contains("Basic"), "and not shown: {request:?}");
    let shown = [
        format!("{:?}", Secret::from(MARKER)),
        format!("{doku_settings:?}"),
        format!("{:?}", doku::Client::new(&doku_settings).unwrap()),
        format!("{:?}", craftgate::Client::new(&craftgate_settings).unwrap()),
        format!("{:?}", razorpay::Client::new(&razorpay_settings).unwrap()),
        format!("{:?}", durianpay::Client::new(&durianpay_settings).unwrap()),
        format!("{:?}", payermax::Client::new(&payermax_settings).unwrap()),
        format!("{:?}", doku::Webhooks::new(&hooks).unwrap()),
        format!("{:?}", craftgate::Webhooks::new(&secrets).unwrap()),
        format!("{:?}", razorpay::Webhooks::new(&secrets).unwrap()),
    ];
    for text in shown {
        assert!(!text.contains("marker") && !text.contains("7xW2"), "{text}");
        assert!(text.len() > 10, "something is shown");
    }
}
