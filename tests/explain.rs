//! `explain` says what is really signed: with the secrets put back into their places, its string gives the
//! very header that `sign` makes. And it shows no secret.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::encode::{base64, hex};
use refund_signer::sign::{HmacSha256Key, HmacSha512Key, sha256};
use refund_signer::{Attempt, PROVIDERS, Plan, Settings, Value};

const SECRET: &str = "marker-secret-0123456789";
const TOKEN: &str = "marker-token-0123456789";

struct Case {
    provider: &'static str,
    settings: &'static str,
    secrets: &'static [(&'static str, &'static str)],
    operation: &'static str,
    input: &'static str,
    expected: fn(&str) -> String,
}

const CASES: &[Case] = &[
    Case {
        provider: "doku",
        settings: r#"{"clientId":"MCH-1","environment":"sandbox"}"#,
        secrets: &[("secretKey", SECRET)],
        operation: "createRefund",
        input: r#"{"invoiceNumber":"I","originalRequestId":"r","amount":{"value":"1","currency":"IDR"},"requestId":"q"}"#,
        expected: |text| {
            format!("HMACSHA256={}", base64(&HmacSha256Key::new(SECRET.as_bytes()).unwrap().sign(text.as_bytes())))
        },
    },
    Case {
        provider: "doku",
        settings: r#"{"clientId":"MCH-1","environment":"sandbox"}"#,
        secrets: &[("secretKey", SECRET)],
        operation: "checkStatus",
        input: r#"{"invoiceNumber":"I / 1","requestId":"q"}"#,
        expected: |text| {
            format!("HMACSHA256={}", base64(&HmacSha256Key::new(SECRET.as_bytes()).unwrap().sign(text.as_bytes())))
        },
    },
    Case {
        provider: "craftgate",
        settings: r#"{"apiKey":"api","baseUrl":"https://proxy.example/base"}"#,
        secrets: &[("secretKey", SECRET)],
        operation: "searchRefunds",
        input: r#"{"conversationId":"a b+c"}"#,
        expected: |text| base64(&sha256(&[text.as_bytes()])),
    },
    Case {
        provider: "payermax",
        settings: r#"{"partnerId":"P","channelId":"95221","baseUrl":"https://pay.example/gw","signatureEncoding":"hex"}"#,
        secrets: &[("clientSecret", SECRET), ("accessToken", TOKEN)],
        operation: "createRefund",
        input: r#"{"originalPartnerReferenceNo":"o","partnerRefundNo":"r","amount":{"value":"1","currency":"IDR"}}"#,
        expected: |text| hex(&HmacSha512Key::new(SECRET.as_bytes()).unwrap().sign(text.as_bytes())),
    },
    Case {
        provider: "razorpay",
        settings: r#"{"keyId":"rzp_test_1","environment":"sandbox"}"#,
        secrets: &[("keySecret", SECRET)],
        operation: "fetchRefund",
        input: r#"{"refundId":"rfnd_1"}"#,
        expected: |text| format!("Basic {}", base64(text.as_bytes())),
    },
    Case {
        provider: "razorpay",
        settings: r#"{"environment":"sandbox"}"#,
        secrets: &[("oauthToken", TOKEN)],
        operation: "fetchRefund",
        input: r#"{"refundId":"rfnd_1"}"#,
        expected: |text| format!("Bearer {text}"),
    },
    Case {
        provider: "durianpay",
        settings: r#"{"environment":"sandbox"}"#,
        secrets: &[("serverKey", SECRET)],
        operation: "fetchRefund",
        input: r#"{"refundId":"rfn_1"}"#,
        expected: |text| format!("Basic {}", base64(text.as_bytes())),
    },
];

#[test]
fn an_explanation_with_the_secrets_put_back_gives_the_header() {
    for case in CASES {
        let provider = PROVIDERS.iter().find(|known| known.name == case.provider).unwrap();
        let mut settings = Settings::new(Value::parse(case.settings).unwrap());
        for (name, secret) in case.secrets {
            settings = settings.secret(name, *secret);
        }
        let client = (provider.client)(&settings).unwrap_or_else(|error| panic!("{}: {error}", case.provider));
        let operation = provider.operation(case.provider, case.operation).unwrap();
        let plan = Plan::new(operation, &Value::parse(case.input).unwrap(), None).unwrap();
        let attempt = Attempt::new(1_709_364_000_007, "41592653589793238462643383279502").unwrap();
        let shown = client.explain(&plan, &attempt).unwrap();
        assert!(!shown.to_json().contains("marker"), "{}", shown.to_json());
        let mut text = shown.string_to_sign.clone();
        for (name, secret) in case.secrets {
            text = text.replace(&format!("<{name}>"), secret);
        }
        let request = client.sign(&plan, &attempt).unwrap();
        let header = request.headers.iter().find(|(name, _)| *name == shown.header).unwrap();
        assert_eq!(header.1, (case.expected)(&text), "{} {}", case.provider, case.operation);
        assert!(!shown.components.is_empty());
        assert_eq!(shown.headers.len(), request.headers.len());
        for line in &shown.headers {
            let sent = request.headers.iter().find(|(name, _)| *name == line.label).unwrap();
            assert_eq!(line.secret, line.value != sent.1, "{line:?}");
        }
        let bare = Settings::new(Value::parse(case.settings).unwrap());
        assert_eq!(provider.explain(bare, &plan, &attempt).unwrap(), shown);
    }
}
