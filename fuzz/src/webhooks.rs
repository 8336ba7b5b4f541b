//! Deliveries: what is verified is what was signed.

use crate::proof::cases;
use crate::{message_bytes, message_of};
use refund_signer::encode::json::Value;
use refund_signer::encode::{base64, hex};
use refund_signer::sign::{HmacSha256Key, sha256};
use refund_signer::webhook::{Delivery, Webhooks};

const SECRET: &str = "whsec_fuzz_0123456789";
const NOW: Option<u64> = Some(1_700_000_000_000);

/// A provider's reader of webhooks, and how it signs.
pub struct Receiver {
    provider: &'static str,
    reader: Box<dyn Webhooks>,
}

type Headers = Vec<(String, String)>;

impl Receiver {
    /// A reader with the one secret that all targets know.
    pub fn new(provider: &'static str) -> Self {
        let settings = match provider {
            "doku" => r#"{"settings":{"clientId":"C","path":"/n"},"secrets":{"secrets":["whsec_fuzz_0123456789"]}}"#,
            "payermax" => r#"{"settings":{"merchantId":"P1","path":"/n"}}"#,
            _ => r#"{"settings":{},"secrets":{"secrets":["whsec_fuzz_0123456789"]}}"#,
        };
        let table = cases::provider(provider).webhooks.as_ref().unwrap();
        let reader = (table.reader)(&cases::settings(&Value::parse(settings).unwrap())).unwrap();
        Receiver { provider, reader }
    }

    /// What the fuzzer starts from: an event, unsigned and to be signed.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        let headers =
            |list: &[(&str, &str)]| list.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let (headers, bodies): (Headers, &[&str]) = match self.provider {
            "craftgate" => (
                headers(&[]),
                &[
                    r#"{"eventType":"REFUND","eventTime":"2023-04-14T11:27:17.123456","eventTimestamp":1681460837,"status":"SUCCESS","payloadId":"24"}"#,
                    r#"{"eventType":"API_VERIFY_AND_AUTH","eventTimestamp":1661521221,"status":"FAILURE","payloadId":"584","payload":{}}"#,
                ],
            ),
            "doku" => (
                headers(&[("Client-Id", "C"), ("Request-Id", "r"), ("Request-Timestamp", "2020-08-11T08:45:42Z")]),
                &[
                    r#"{"order":{"invoice_number":"I","amount":90000.00},"transaction":{"type":"SALE","status":"REFUNDED","date":"2023-01-06T06:27:14Z"}}"#,
                ],
            ),
            "payermax" => (
                headers(&[("X-TIMESTAMP", "2024-03-02T14:20:00.123+07:00")]),
                &[
                    r#"{"merchantId":"P1","originalPartnerReferenceNo":"o","latestTransactionStatus":"00","amount":{"value":"1.00","currency":"IDR"},"additionalInfo":{"notifyType":"REFUND"}}"#,
                ],
            ),
            _ => (
                headers(&[("x-razorpay-event-id", "e1")]),
                &[
                    r#"{"event":"refund.processed","payload":{"refund":{"entity":{"id":"rfnd_1","amount":100,"currency":"INR","payment_id":"pay_1","status":"processed"}}},"created_at":1597734071}"#,
                ],
            ),
        };
        let signed = bodies.iter().map(|body| [&[1], &*message_bytes(&headers, body.as_bytes())].concat());
        let wrong = bodies.iter().map(|body| {
            let headers = [headers.clone(), vec![self.signature(&headers, b"something else")]].concat();
            [&[0], &*message_bytes(&headers, body.as_bytes())].concat()
        });
        signed.chain(wrong).collect()
    }

    /// The header that makes a delivery the provider's, by its documentation.
    fn signature(&self, headers: &Headers, body: &[u8]) -> (String, String) {
        let mac = |message: &[u8]| HmacSha256Key::new(SECRET.as_bytes()).unwrap().sign(message);
        let (name, value) = match self.provider {
            "razorpay" => ("X-Razorpay-Signature", hex(&mac(body))),
            "craftgate" => ("x-cg-signature-v1", base64(&mac(craftgate_message(body).unwrap_or_default().as_bytes()))),
            "doku" => {
                let line = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
                let line = |name: &str| format!("{name}:{}\n", line(name).unwrap_or_default());
                let lines = ["Client-Id", "Request-Id", "Request-Timestamp"].map(line).concat();
                let message = format!("{lines}Request-Target:/n\nDigest:{}", base64(&sha256(&[body])));
                ("Signature", format!("HMACSHA256={}", base64(&mac(message.as_bytes()))))
            }
            _ => ("X-SIGNATURE", base64(&[7; 256])),
        };
        (name.to_owned(), value)
    }
}

/// eventType + eventTimestamp + status + payloadId.
fn craftgate_message(body: &[u8]) -> Option<String> {
    let body = Value::parse(std::str::from_utf8(body).ok()?)?;
    let member = |name: &str| body.get(name).and_then(Value::scalar).map(str::to_owned);
    Some([member("eventType")?, member("eventTimestamp")?, member("status")?, member("payloadId")?].concat())
}

/// Reads any delivery, signed rightly or as it is.
pub fn deliveries(receiver: &Receiver, data: &[u8]) {
    let Some(([flags], message)) = data.split_first_chunk() else { return };
    let (mut headers, body) = message_of(message);
    let right = receiver.signature(&headers, &body);
    let forged = headers.iter().any(|(name, value)| name.eq_ignore_ascii_case(&right.0) && *value == right.1);
    let sign = flags & 1 == 1;
    if sign {
        headers.push(right);
    }
    let headers = headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    let delivery = Delivery { headers, body: body.clone().into() };
    if receiver.provider == "payermax" {
        return prepared(receiver, &delivery);
    }
    let Ok(event) = receiver.reader.read(&delivery, NOW) else { return };
    assert!(sign || forged, "an event without its signature");
    assert!(!event.dedupe_key.is_empty() || receiver.provider == "doku", "no dedupe key");
    assert!(Value::parse(&event.to_json()).is_some_and(|json| json.is_object()));
}

/// The host verifies: what it is given to verify holds everything of the delivery, and only its yes lets the event out.
fn prepared(receiver: &Receiver, delivery: &Delivery<'_>) {
    assert!(receiver.reader.read(delivery, NOW).is_err());
    assert!(receiver.reader.finish(delivery, false).is_err());
    let Ok(unverified) = receiver.reader.prepare(delivery, NOW) else { return };
    assert!(unverified.signature.len() >= 256);
    let digest = hex(&sha256(&[&crate::reference::minify(&delivery.body)]));
    assert!(unverified.messages.iter().all(|message| message.contains(&digest)));
    if let Ok(event) = receiver.reader.finish(delivery, true) {
        assert!(Value::parse(&event.to_json()).is_some_and(|json| json.is_object()));
    }
}
