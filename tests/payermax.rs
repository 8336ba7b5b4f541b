//! PayerMax: the sample of its page, both kinds of signature, bad input, and notifications that the host verifies.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::provider::Client as _;
use refund_signer::sign::{Algorithm, sha256};
use refund_signer::webhook::{Delivery, Webhooks as _};
use refund_signer::{Attempt, ErrorCode, HttpRequest, HttpResponse, Plan, RefundError, Settings, Value, payermax};

const SECRET: &str = "payermax-test-client-secret";
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.test.token";
/// 2024-03-02T14:20:00.123+07:00
const NOW: u64 = 1_709_364_000_123;
const NONCE: &str = "41592653589793238462643383279502";

const SETTINGS: &str = r#"{"partnerId":"P05010114269706","channelId":"95221","baseUrl":"https://snap.example"}"#;
/// The request of the provider's page, in the members' own names; `{{orderNumber}}` is replaced, being no number.
const SAMPLE: &str = r#"{"merchantId":"P05010114269706","partnerRefundNo":"R20240302000001",
    "originalPartnerReferenceNo":"20240302141539079100054","originalExternalId":"","originalReferenceNo":"",
    "amount":{"value":"1","currency":"IDR"},"amountFormat":"integer","refundNotifyUrl":"http:xx"}"#;
/// As the page prints it, without its white space.
const SAMPLE_BODY: &str = r#"{"merchantId":"P05010114269706","partnerRefundNo":"R20240302000001","originalPartnerReferenceNo":"20240302141539079100054","originalExternalId":"","originalReferenceNo":"","refundAmount":{"value":"1","currency":"IDR"},"additionalInfo":{"version":"1.4","keyVersion":"1","refundNotifyUrl":"http:xx"}}"#;
const SAMPLE_HASH: &str = "69a25019d988c35dc0213ad41b6c02c73252541b92ce9fe0ce49c07215af3141";

/// A client of the usual settings and these.
fn client_with(extra: &str) -> Result<payermax::Client, RefundError> {
    let text = if extra.is_empty() { SETTINGS.into() } else { SETTINGS.replace('}', &format!(",{extra}}}")) };
    let settings = Settings::new(Value::parse(&text).unwrap());
    payermax::Client::new(&settings.secret("clientSecret", SECRET).secret("accessToken", TOKEN))
}

fn plan_of(input: &str) -> Result<Plan, RefundError> {
    payermax::create_refund(&Value::parse(input).unwrap())
}

fn attempt() -> Attempt<'static> {
    Attempt::new(NOW, NONCE).unwrap()
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let mut found = request.headers.iter().filter(|(key, _)| *key == name);
    let value = found.next().map(|(_, value)| value.as_str());
    assert_eq!(found.next(), None, "{name} stands once");
    value
}

#[test]
fn the_sample_request_of_the_page_is_signed_as_known() {
    let plan = plan_of(SAMPLE).unwrap();
    let request = client_with("").unwrap().sign(&plan, &attempt()).unwrap();
    assert_eq!(request.url, "https://snap.example/v1.0/debit/refund");
    assert_eq!(request.body.as_deref(), Some(SAMPLE_BODY));
    let expected = [
        ("Content-Type", "application/json"),
        ("X-TIMESTAMP", "2024-03-02T14:20:00.123+07:00"),
        ("X-PARTNER-ID", "P05010114269706"),
        ("X-EXTERNAL-ID", NONCE),
        ("CHANNEL-ID", "95221"),
        ("Authorization", &format!("Bearer {TOKEN}")),
        // `derived-refund-symmetric` of known-answers.json.
        ("X-SIGNATURE", "WY6VSkTYbo9vda2lE37/3WZpdqfeK9RgEbWnCDMWOwN9/zQGrbor34DuRON7attl+T8/Dnqh/8GYmLbxetvbKw=="),
    ];
    assert_eq!(request.headers, expected.map(|(name, value)| (name, value.to_owned())));
    assert_eq!(plan.idempotency_key.as_deref(), Some("R20240302000001"));
}

#[test]
fn every_field_of_the_page_reaches_the_body() {
    let plan = plan_of(
        r#"{"originalPartnerReferenceNo":"O","amount":{"value":"10000","currency":"IDR"},"partnerRefundNo":"R",
        "merchantId":"M","subMerchantId":"S","originalReferenceNo":"P","originalExternalId":"X","externalStoreID":"Z",
        "reason":"two  spaces\nand \"quotes\"","version":"1.5","keyVersion":"2","refundNotifyUrl":"https://m.example/n"}"#,
    );
    assert_eq!(
        plan.unwrap().body.unwrap(),
        r#"{"merchantId":"M","subMerchantId":"S","partnerRefundNo":"R","originalPartnerReferenceNo":"O","originalExternalId":"X","originalReferenceNo":"P","externalStoreID":"Z","refundAmount":{"value":"10000.00","currency":"IDR"},"reason":"two  spaces\nand \"quotes\"","additionalInfo":{"version":"1.5","keyVersion":"2","refundNotifyUrl":"https://m.example/n"}}"#
    );
}

#[test]
fn the_amount_is_written_as_asked() {
    for (format, written) in [
        ("", r#""10000.00""#),
        (r#","amountFormat":"decimals""#, r#""10000.00""#),
        (r#","amountFormat":"integer""#, r#""10000""#),
        (r#","amountFormat":"number""#, "10000"),
    ] {
        let plan = plan_of(&format!(
            r#"{{"originalPartnerReferenceNo":"O","amount":{{"minor":"1000000","currency":"IDR"}},"partnerRefundNo":"R"{format}}}"#
        ));
        let body = plan.unwrap().body.unwrap();
        assert!(body.contains(&format!(r#""refundAmount":{{"value":{written},"currency":"IDR"}}"#)), "{body}");
    }
}

#[test]
fn settings_change_headers_and_the_signed_path_only() {
    let plan = plan_of(SAMPLE).unwrap();
    let usual = client_with("").unwrap().sign(&plan, &attempt()).unwrap();
    let message = |extra: &str| client_with(extra).unwrap().prepare(&plan, &attempt()).unwrap().message;
    let tail = format!(":{TOKEN}:{SAMPLE_HASH}:2024-03-02T14:20:00.123+07:00");
    assert_eq!(message(""), format!("POST:/v1.0/debit/refund{tail}"));
    // A path of the base URL is part of the called path and, unless told otherwise, of the signed one.
    let prefixed = SETTINGS.replace("snap.example", "snap.example/gateway/snap");
    for (prefix, signed) in [
        ("", "/gateway/snap/v1.0/debit/refund"),
        (r#","signedPathPrefix":"""#, "/v1.0/debit/refund"),
        (r#","signedPathPrefix":"/snap""#, "/snap/v1.0/debit/refund"),
    ] {
        let text = prefixed.replace('}', &format!("{prefix}}}"));
        let settings = Settings::new(Value::parse(&text).unwrap()).secret("clientSecret", SECRET);
        let client = payermax::Client::new(&settings.secret("accessToken", TOKEN)).unwrap();
        let prepared = client.prepare(&plan, &attempt()).unwrap();
        assert_eq!(prepared.message, format!("POST:{signed}{tail}"));
        assert_eq!(prepared.request.url, "https://snap.example/gateway/snap/v1.0/debit/refund");
    }
    let origin = client_with(r#""origin":"merchant.example""#).unwrap().sign(&plan, &attempt()).unwrap();
    assert_eq!(header(&origin, "ORIGIN"), Some("merchant.example"));
    let hex = client_with(r#""signatureEncoding":"hex""#).unwrap().sign(&plan, &attempt()).unwrap();
    let bytes = refund_signer::encode::from_base64(header(&usual, "X-SIGNATURE").unwrap()).unwrap();
    assert_eq!(header(&hex, "X-SIGNATURE"), Some(refund_signer::encode::hex(&bytes).as_str()));
}

#[test]
fn every_attempt_has_its_own_external_id_and_time_and_the_same_body() {
    let (client, plan) = (client_with("").unwrap(), plan_of(SAMPLE).unwrap());
    let first = client.sign(&plan, &attempt()).unwrap();
    let second = client.sign(&plan, &Attempt::new(NOW + 1, "31415926").unwrap()).unwrap();
    assert_eq!(first.body, second.body);
    for name in ["X-EXTERNAL-ID", "X-TIMESTAMP", "X-SIGNATURE"] {
        assert_ne!(header(&first, name), header(&second, name), "{name}");
    }
    assert_eq!(client.sign(&plan, &attempt()).unwrap(), first);
}

#[test]
fn rsa_signatures_are_prepared_and_never_made_here() {
    let plan = plan_of(SAMPLE).unwrap();
    let asymmetric = client_with(r#""signatureMethod":"asymmetric""#).unwrap();
    assert_eq!(asymmetric.sign(&plan, &attempt()).unwrap_err().code(), ErrorCode::SignedOutside);
    let prepared = asymmetric.prepare(&plan, &attempt()).unwrap();
    assert_eq!(prepared.algorithm, Algorithm::RsaPkcs1Sha256);
    // Without the token, even where one is sent.
    assert_eq!(prepared.message, format!("POST:/v1.0/debit/refund:{SAMPLE_HASH}:2024-03-02T14:20:00.123+07:00"));
    assert!(prepared.also.is_none() && header(&prepared.request, "X-SIGNATURE").is_none());
    let request = prepared.finish(&[1, 2, 3]);
    assert_eq!(header(&request, "X-SIGNATURE"), Some("AQID"));
    assert_eq!(header(&request, "Authorization"), Some(format!("Bearer {TOKEN}").as_str()));
}

#[test]
fn the_sign_header_covers_the_raw_body() {
    let plan = plan_of(SAMPLE).unwrap();
    let usual = client_with("").unwrap().sign(&plan, &attempt()).unwrap();
    // Beside an HMAC it is the one signature that is left to make.
    let symmetric = client_with(r#""signHeader":true"#).unwrap();
    assert_eq!(symmetric.sign(&plan, &attempt()).unwrap_err().code(), ErrorCode::SignedOutside);
    let prepared = symmetric.prepare(&plan, &attempt()).unwrap();
    assert_eq!((prepared.algorithm, prepared.message.as_str()), (Algorithm::RsaPkcs1Sha256, SAMPLE_BODY));
    let request = prepared.finish(&[1, 2, 3]);
    assert_eq!(header(&request, "sign"), Some("AQID"));
    assert_eq!(header(&request, "X-SIGNATURE"), header(&usual, "X-SIGNATURE"));
    // Beside an RSA signature both are.
    let both = client_with(r#""signHeader":true,"signatureMethod":"asymmetric""#).unwrap();
    let prepared = both.prepare(&plan, &attempt()).unwrap();
    let also = prepared.also.clone().unwrap();
    assert_eq!((also.header, also.message.as_str()), ("sign", SAMPLE_BODY));
    let request = prepared.finish_both(&[1, 2, 3], &[4, 5, 6]);
    assert_eq!((header(&request, "X-SIGNATURE"), header(&request, "sign")), (Some("AQID"), Some("BAUG")));
}

#[test]
fn the_token_call_is_signed_with_the_client_key() {
    let plan = payermax::request_access_token(&Value::parse("{}").unwrap()).unwrap();
    let client = client_with(r#""clientKey":"app-1""#).unwrap();
    assert_eq!(client.sign(&plan, &attempt()).unwrap_err().code(), ErrorCode::SignedOutside);
    let prepared = client.prepare(&plan, &attempt()).unwrap();
    assert_eq!(prepared.algorithm, Algorithm::RsaPkcs1Sha256);
    assert_eq!(prepared.message, "app-1|2024-03-02T14:20:00.123+07:00");
    let request = prepared.finish(&[1, 2, 3]);
    assert_eq!(request.url, "https://snap.example/v1.0/access-token/b2b");
    assert_eq!(request.body.as_deref(), Some(r#"{"grantType":"client_credentials"}"#));
    let expected = [
        ("Content-Type", "application/json"),
        ("X-CLIENT-KEY", "app-1"),
        ("X-TIMESTAMP", "2024-03-02T14:20:00.123+07:00"),
        ("X-SIGNATURE", "AQID"),
    ];
    assert_eq!(request.headers, expected.map(|(name, value)| (name, value.to_owned())));
    let with_sign = client_with(r#""clientKey":"app-1","signHeader":true"#).unwrap();
    assert!(with_sign.prepare(&plan, &attempt()).unwrap().also.is_some());
    let keyless = client_with("").unwrap().prepare(&plan, &attempt()).unwrap_err();
    assert_eq!((keyless.code(), keyless.problems[0].path.as_str()), (ErrorCode::MissingSetting, "clientKey"));
    let input = Value::parse(r#"{"grantType":"AUTHORIZATION_CODE","additionalInfo":{"a":"b"}}"#).unwrap();
    let body = payermax::request_access_token(&input).unwrap().body;
    assert_eq!(body.as_deref(), Some(r#"{"grantType":"AUTHORIZATION_CODE","additionalInfo":{"a":"b"}}"#));
}

#[test]
fn a_symmetric_call_without_a_token_says_what_is_missing() {
    let settings = Settings::new(Value::parse(SETTINGS).unwrap()).secret("clientSecret", SECRET);
    let error = payermax::Client::new(&settings).unwrap().sign(&plan_of(SAMPLE).unwrap(), &attempt()).unwrap_err();
    assert_eq!((error.code(), error.problems[0].path.as_str()), (ErrorCode::MissingSetting, "accessToken"));
    // An asymmetric one needs none, and no secret either.
    let text = SETTINGS.replace('}', r#","signatureMethod":"asymmetric"}"#);
    let client = payermax::Client::new(&Settings::new(Value::parse(&text).unwrap())).unwrap();
    let prepared = client.prepare(&plan_of(SAMPLE).unwrap(), &attempt()).unwrap();
    assert_eq!(header(&prepared.request, "Authorization"), None);
}

#[test]
fn the_query_of_a_refund_asks_for_its_payment() {
    let query = payermax::query_for(&plan_of(SAMPLE).unwrap()).unwrap();
    assert_eq!(query.operation.name, "queryStatus");
    assert_eq!(
        query.body.as_deref(),
        Some(
            r#"{"merchantId":"P05010114269706","originalPartnerReferenceNo":"20240302141539079100054","serviceCode":"54","originalReferenceNo":"","originalExternalId":""}"#
        )
    );
    assert!(payermax::query_for(&query).is_none());
    let without_merchant = SAMPLE.replace(r#""merchantId":"P05010114269706","#, "");
    assert!(payermax::query_for(&plan_of(&without_merchant).unwrap()).is_none());
}

#[test]
fn plans_survive_storage_and_altered_ones_are_refused() {
    let token = payermax::request_access_token(&Value::parse("{}").unwrap()).unwrap();
    let refund = plan_of(SAMPLE).unwrap();
    for plan in [token, payermax::query_for(&refund).unwrap(), refund.clone()] {
        let json = plan.to_json();
        assert_eq!(Plan::parse(&json, refund_signer::PROVIDERS).unwrap().to_json(), json);
    }
    let json = refund.to_json();
    for (from, to) in [
        ("\"version\":1,", "\"version\":2,"),
        ("/v1.0/debit/refund", "/v1.0/debit/cancel"),
        ("payermax", "doku"),
        ("\"idempotencyKey\":\"R20240302000001\"", "\"idempotencyKey\":\"\""),
    ] {
        let altered = json.replacen(from, to, 1);
        assert_ne!(altered, json);
        assert!(Plan::parse(&altered, refund_signer::PROVIDERS).is_err(), "{to}");
    }
}

#[test]
fn bad_input_is_refused_with_every_mistake() {
    let long = |length: usize| "x".repeat(length);
    for (name, value, code) in [
        ("originalPartnerReferenceNo", "\"\"".to_owned(), "too_short"),
        ("originalPartnerReferenceNo", format!("\"{}\"", long(65)), "too_long"),
        ("originalPartnerReferenceNo", "7".to_owned(), "wrong_type"),
        ("partnerRefundNo", format!("\"{}\"", long(65)), "too_long"),
        ("partnerRefundNo", r#""a\nb""#.to_owned(), "control_character"),
        ("merchantId", format!("\"{}\"", long(33)), "too_long"),
        ("subMerchantId", format!("\"{}\"", long(33)), "too_long"),
        ("originalReferenceNo", format!("\"{}\"", long(65)), "too_long"),
        ("originalExternalId", format!("\"{}\"", long(37)), "too_long"),
        ("externalStoreID", format!("\"{}\"", long(65)), "too_long"),
        ("reason", format!("\"{}\"", long(513)), "too_long"),
        ("version", "\"123456789\"".to_owned(), "too_long"),
        ("keyVersion", "1".to_owned(), "wrong_type"),
        ("refundNotifyUrl", format!("\"{}\"", long(257)), "too_long"),
        ("amountFormat", "\"float\"".to_owned(), "not_allowed"),
        ("externalStoreId", "\"z\"".to_owned(), "unknown_field"),
        ("amount", "10000".to_owned(), "number_amount"),
        ("amount", r#"{"value":"10000.50","currency":"IDR"}"#.to_owned(), "too_many_decimals"),
        ("amount", r#"{"value":"0","currency":"IDR"}"#.to_owned(), "not_positive"),
        ("amount", r#"{"value":"-1","currency":"IDR"}"#.to_owned(), "not_positive"),
        ("amount", r#"{"value":"1e4","currency":"IDR"}"#.to_owned(), "invalid_amount"),
        ("amount", r#"{"value":"1","currency":"USD"}"#.to_owned(), "unsupported_currency"),
    ] {
        let mut members = Value::parse(SAMPLE).unwrap();
        let given = Value::parse(&value).unwrap();
        if let Value::Object(members) = &mut members {
            members.retain(|(member, _)| member != name);
            members.push((name.into(), given));
        }
        let codes: Vec<_> = payermax::create_refund(&members).unwrap_err().problems;
        assert_eq!(codes.iter().map(|problem| problem.code.as_str()).collect::<Vec<_>>(), [code], "{name}: {value}");
    }
    let all: Vec<_> = plan_of("{}").unwrap_err().problems.into_iter().map(|problem| problem.path).collect();
    assert_eq!(all, ["originalPartnerReferenceNo", "amount", "partnerRefundNo"]);
    let status = payermax::query_status(&Value::parse(r#"{"serviceCode":"5"}"#).unwrap()).unwrap_err();
    let paths: Vec<_> = status.problems.into_iter().map(|problem| problem.path).collect();
    assert_eq!(paths, ["merchantId", "originalPartnerReferenceNo", "serviceCode"]);
}

#[test]
fn bad_settings_are_refused_and_no_secret_shows() {
    for (extra, code, path) in [
        (r#""partnerId":"a\r\nX-EVIL: 1""#, "duplicate_field", "partnerId"),
        (r#""origin":"a\nb""#, "control_character", "origin"),
        (r#""origin":"é""#, "invalid_character", "origin"),
        (r#""signatureMethod":"none""#, "not_allowed", "signatureMethod"),
        (r#""signedPathPrefix":"snap""#, "invalid_character", "signedPathPrefix"),
        (r#""signedPathPrefix":"/snap/""#, "invalid_character", "signedPathPrefix"),
        (r#""signedPathPrefix":"/snap?a""#, "invalid_character", "signedPathPrefix"),
        (r#""environment":"sandbox""#, "unknown_field", "environment"),
        (r#""signHeader":"yes""#, "wrong_type", "signHeader"),
    ] {
        let error = client_with(extra).unwrap_err();
        assert_eq!((error.code().as_str(), error.problems[0].path.as_str()), (code, path), "{extra}");
    }
    let error = payermax::Client::new(&Settings::new(Value::parse("{}").unwrap())).unwrap_err();
    let paths: Vec<_> = error.problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["partnerId", "channelId", "baseUrl", "clientSecret"]);
    let settings = Settings::new(Value::parse(SETTINGS).unwrap()).secret("clientSecret", SECRET);
    let error = payermax::Client::new(&settings.secret("accessToken", "Bearer\r\nx")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidCharacter);
    assert!(!error.to_string().contains('\r'));
    let shown = format!("{:?}", client_with("").unwrap());
    assert!(!shown.contains(SECRET) && !shown.contains(TOKEN), "{shown}");
}

#[test]
fn a_token_is_read_for_the_next_client() {
    let plan = payermax::request_access_token(&Value::parse("{}").unwrap()).unwrap();
    let body = br#"{"responseCode":"2007300","responseMessage":"Successful","accessToken":"t0k","expiresIn":"3600"}"#;
    let response = HttpResponse { status: 200, headers: Vec::new(), body: body.as_slice().into() };
    let client = client_with("").unwrap();
    let verdict = client.read(&plan, Some(&response)).unwrap();
    let token = verdict.access_token.clone().unwrap();
    assert_eq!((token.token.as_str(), token.expires_in_seconds), ("t0k", Some(3600)));
    assert!(!format!("{verdict:?}").contains("t0k"), "a verdict's Debug shows no token");
}

const PATH: &str = "/payments/notifications";
const NOTIFICATION: &str = r#"{ "merchantId":"P05010114269706", "originalPartnerReferenceNo":"20240302141539079100054","originalReferenceNo":"PM1","amount":{"value":"10000.00","currency":"IDR"},"latestTransactionStatus":"00","createdTime":"2024-03-02T14:20:00+07:00","finishedTime":"2024-03-02T14:20:01+07:00","additionalInfo":{"notifyType":"REFUND","refundHistory":[{"refundNo":"REF1","partnerReferenceNo":"R1"}]}}"#;
const STAMP: &str = "2024-03-02T14:20:00.123+07:00";

fn webhooks(settings: &str) -> Result<payermax::Webhooks, RefundError> {
    let settings = settings.replacen('{', r#"{"merchantId":"P05010114269706","#, 1).replace(",}", "}");
    payermax::Webhooks::new(&Settings::new(Value::parse(&settings).unwrap()))
}

fn reader() -> payermax::Webhooks {
    webhooks(r#"{"path":"/payments/notifications"}"#).unwrap()
}

fn signature() -> String {
    refund_signer::encode::base64(&[7; 256])
}

fn delivery<'a>(headers: &[(&'a str, &'a str)], body: &'a [u8]) -> Delivery<'a> {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Delivery { headers, body: body.into() }
}

#[test]
fn the_host_is_told_what_to_verify() {
    let signature = signature();
    let delivery = delivery(&[("x-timestamp", STAMP), ("x-signature", &signature)], NOTIFICATION.as_bytes());
    let hash = refund_signer::encode::hex(&sha256(&[NOTIFICATION.replace(' ', "").as_bytes()]));
    let unverified = reader().prepare(&delivery, Some(NOW)).unwrap();
    assert_eq!(unverified.algorithm, Algorithm::RsaPkcs1Sha256);
    assert_eq!(unverified.signature, [7; 256]);
    assert_eq!(unverified.messages, [format!("POST:{PATH}:{hash}:{STAMP}")]);
    let two = webhooks(r#"{"path":"/payments/notifications","otherPath":"/v1.0/debit/notify"}"#).unwrap();
    let messages = two.prepare(&delivery, Some(NOW)).unwrap().messages;
    assert_eq!(messages[1], format!("POST:/v1.0/debit/notify:{hash}:{STAMP}"));
    assert_eq!(reader().read(&delivery, Some(NOW)).unwrap_err().code(), ErrorCode::SignedOutside);
    let old = webhooks(r#"{"scheme":"sign"}"#).unwrap();
    assert_eq!(old.prepare(&delivery, None).unwrap_err().code(), ErrorCode::MissingSignature);
}

#[test]
fn the_older_scheme_signs_the_raw_body() {
    let old = webhooks(r#"{"scheme":"sign","acknowledgement":"gateway"}"#).unwrap();
    let signature = signature();
    let delivery = delivery(&[("sign", &signature)], NOTIFICATION.as_bytes());
    assert_eq!(old.prepare(&delivery, None).unwrap().messages, [NOTIFICATION]);
    let event = old.finish(&delivery, true).unwrap();
    assert_eq!(event.acknowledgement, Some(r#"{"code":"SUCCESS","msg":"Success"}"#));
    assert_eq!(event.signed_fields, "the whole body");
}

#[test]
fn a_verified_notification_is_an_event_and_an_unverified_one_is_not() {
    let delivery = delivery(&[], NOTIFICATION.as_bytes());
    assert_eq!(reader().finish(&delivery, false).unwrap_err().code(), ErrorCode::SignatureMismatch);
    let event = reader().finish(&delivery, true).unwrap();
    assert_eq!(event.kind, "REFUND");
    assert_eq!(event.acknowledgement, Some(r#"{"responseCode":"2005600","responseMessage":"Successful"}"#));
    assert_eq!(
        refund_signer::verdict::refund_json(event.refund.as_ref().unwrap()),
        r#"{"id":"REF1","reference":"R1","payment":"20240302141539079100054","status":"succeeded","providerStatus":"00","amount":{"value":"10000.00","currency":"IDR"},"createdAt":"2024-03-02T14:20:00+07:00"}"#
    );
    // The same event, sent again with other white space.
    let again = NOTIFICATION.replace(' ', "");
    assert_eq!(reader().finish(&self::delivery(&[], again.as_bytes()), true).unwrap().dedupe_key, event.dedupe_key);
}

#[test]
fn an_event_of_another_merchant_is_refused() {
    for other in [r#""merchantId":"P999","#, r#""merchantId":["P05010114269706"],"#, r#""merchantId":"","#, ""] {
        let body = NOTIFICATION.replace(r#""merchantId":"P05010114269706","#, other);
        assert_ne!(body, NOTIFICATION);
        let delivery = delivery(&[], body.as_bytes());
        let error = reader().finish(&delivery, true).unwrap_err();
        let found = (error.code(), error.problems[0].path.as_str());
        assert_eq!(found, (ErrorCode::SignatureMismatch, "merchantId"), "{other}");
    }
    let error = payermax::Webhooks::new(&Settings::new(Value::parse(r#"{"scheme":"sign"}"#).unwrap())).unwrap_err();
    assert_eq!((error.code(), error.problems[0].path.as_str()), (ErrorCode::MissingField, "merchantId"));
}

#[test]
fn the_state_is_read_from_the_entity() {
    let body = |from: &str, to: &str| NOTIFICATION.replace(from, to);
    for (text, status) in [
        (body(r#"Status":"00""#, r#"Status":"06""#), Some("failed")),
        (body(r#"Status":"00""#, r#"Status":"05""#), Some("unknown")),
        (body(r#"Status":"00""#, r#"Status":null"#), Some("unknown")),
        (body("REFUND", "PAYMENT"), None),
        (body(r#""notifyType":"REFUND","#, ""), None),
    ] {
        let delivery = delivery(&[], text.as_bytes());
        let event = reader().finish(&delivery, true).unwrap();
        assert_eq!(event.refund.map(|refund| refund.status.as_str()), status, "{text}");
    }
    let two = body(r#"[{"refundNo""#, r#"[{"refundNo":"REF0"},{"refundNo""#);
    let delivery = delivery(&[], two.as_bytes());
    assert_eq!(reader().finish(&delivery, true).unwrap().refund.unwrap().id, None, "which one of two is not said");
    let broken = self::delivery(&[], b"[]");
    assert_eq!(reader().finish(&broken, true).unwrap_err().code(), ErrorCode::UnreadableEvent);
}

#[test]
fn a_signature_that_cannot_be_one_is_refused_before_the_host_is_asked() {
    let (signature, short) = (signature(), refund_signer::encode::base64(&[7; 128]));
    let code = |headers: &[(&str, &str)], body: &[u8]| {
        reader().prepare(&delivery(headers, body), Some(NOW)).map_or_else(|error| error.code().as_str(), |_| "accepted")
    };
    let stamp = ("X-TIMESTAMP", STAMP);
    let body = NOTIFICATION.as_bytes();
    assert_eq!(code(&[stamp, ("X-Signature", &signature)], body), "accepted");
    assert_eq!(code(&[stamp], body), "missing_signature");
    assert_eq!(code(&[stamp, ("X-SIGNATURE", "")], body), "empty_signature");
    assert_eq!(code(&[stamp, ("X-SIGNATURE", &signature), ("x-signature", &signature)], body), "duplicate_signature");
    for malformed in ["not base64!", &short, signature.trim_end_matches('=')] {
        assert_eq!(code(&[stamp, ("X-SIGNATURE", malformed)], body), "malformed_signature", "{malformed}");
    }
    for headers in [&[][..], &[stamp, stamp], &[("X-TIMESTAMP", "2024\n")]] {
        assert_eq!(code(&[headers, &[("X-SIGNATURE", &signature)]].concat(), body), "signature_mismatch");
    }
    assert_eq!(code(&[stamp, ("X-SIGNATURE", &signature)], b"\xff"), "signature_mismatch");
}

#[test]
fn an_old_notification_is_refused_where_a_window_is_set() {
    let reader = webhooks(r#"{"path":"/payments/notifications","windowSeconds":120}"#).unwrap();
    let signature = signature();
    let at = |stamp: &str, now: Option<u64>| {
        let delivery = delivery(&[("X-TIMESTAMP", stamp), ("X-SIGNATURE", &signature)], NOTIFICATION.as_bytes());
        reader.prepare(&delivery, now).map(|_| ()).map_err(|error| error.code().as_str())
    };
    assert_eq!(at(STAMP, Some(NOW + 120_000)), Ok(()));
    assert_eq!(at(STAMP, Some(NOW - 120_000)), Ok(()));
    assert_eq!(at(STAMP, Some(NOW + 120_001)), Err("not_fresh"));
    assert_eq!(at(STAMP, Some(NOW - 120_001)), Err("not_fresh"));
    assert_eq!(at("yesterday", Some(NOW)), Err("not_fresh"));
    assert_eq!(at(STAMP, None), Err("invalid_attempt"));
}

#[test]
fn readers_without_a_signed_path_are_refused() {
    for (settings, code, path) in [
        ("{}", "missing_field", "path"),
        (r#"{"otherPath":"/v1.0/debit/notify"}"#, "missing_field", "path"),
        (r#"{"path":""}"#, "too_short", "path"),
        (r#"{"path":"payments"}"#, "invalid_character", "path"),
        (r#"{"path":"/payments?a=b"}"#, "invalid_character", "path"),
        (r#"{"path":"/p","scheme":"sign"}"#, "conflict", "scheme"),
        (r#"{"scheme":"sign","windowSeconds":60}"#, "conflict", "scheme"),
    ] {
        let error = webhooks(settings).unwrap_err();
        assert_eq!((error.code().as_str(), error.problems[0].path.as_str()), (code, path), "{settings}");
    }
}
