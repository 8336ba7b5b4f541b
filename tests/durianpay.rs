//! Durianpay: the key that chooses its host, the samples of its page, and what must never be believed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::provider::Client as _;
use refund_signer::{Attempt, HttpRequest, HttpResponse, Plan, RefundError, Settings, Value, Verdict, durianpay};

const KEY: &str = "dp_test_XXXXXXXXX";

fn new_client(key: &str, settings: &str) -> Result<durianpay::Client, RefundError> {
    durianpay::Client::new(&Settings::new(Value::parse(settings).unwrap()).secret("serverKey", key))
}

fn client() -> durianpay::Client {
    new_client(KEY, "{}").unwrap()
}

fn sign(client: &durianpay::Client, plan: &Plan) -> HttpRequest {
    client.sign(plan, &Attempt::new(1_700_000_000_000, "12345678").unwrap()).unwrap()
}

fn create(input: &str) -> Result<Plan, RefundError> {
    durianpay::create_refund(&Value::parse(input).unwrap())
}

/// The request of the provider's page.
fn sample_plan() -> Plan {
    create(
        r#"{"refId":"abc","paymentId":"pay_IsL5nOCW4M2790","amount":{"value":"10000","currency":"IDR"},
            "useRefundLink":true,"useRefundLinkAs":"string","notes":"rejected product"}"#,
    )
    .unwrap()
}

/// The answer on the provider's page. It is decorative: it belongs to another request than the page's own.
const SAMPLE: &str = r#"{"data":{"id":"rfn_qfrsL0tlnT0308","ref_id":"reference_1","amount":"20000.00","refund_type":"partial","status":"completed","created_at":"2021-07-20T10:43:42.201587Z","updated_at":"2021-07-20T10:43:42.401256Z","approved_at":"2021-07-20T10:43:42.401256Z","source":"api","customer_name":"joe","customer_email":"[email protected]","customer_phone":""}}"#;

fn answer(status: u16, body: &str) -> HttpResponse<'_> {
    HttpResponse { status, headers: Vec::new(), body: body.as_bytes().into() }
}

fn codes(error: Option<RefundError>) -> Vec<(String, &'static str)> {
    let problems = error.into_iter().flat_map(|error| error.problems);
    problems.map(|problem| (problem.path, problem.code.as_str())).collect()
}

/// The page's curl body lacks a comma, so its Python and Node bodies count; they have the text "true". The
/// page's header lacks the word Basic, which "Authentication" requires.
#[test]
fn the_sample_request_of_the_page_is_made() {
    let request = sign(&client(), &sample_plan());
    assert_eq!(request.url, "https://api-sandbox.durianpay.id/v1/refunds");
    assert_eq!(
        request.body.as_deref(),
        Some(
            r#"{"ref_id":"abc","payment_id":"pay_IsL5nOCW4M2790","amount":"10000","use_refund_link":"true","notes":"rejected product"}"#
        )
    );
    let headers = request.headers.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>();
    let basic = ("Authorization", "Basic ZHBfdGVzdF9YWFhYWFhYWFg6");
    assert_eq!(headers, [("Content-Type", "application/json"), basic]);
}

#[test]
fn a_refund_link_is_a_boolean_and_a_fraction_has_two_decimals() {
    let body = |more: &str| {
        let input = format!(r#"{{"refId":"a","paymentId":"pay_1",{more}}}"#);
        create(&input).unwrap().body.unwrap()
    };
    assert_eq!(
        body(r#""amount":{"value":"10000.5","currency":"IDR"},"useRefundLink":true"#),
        r#"{"ref_id":"a","payment_id":"pay_1","amount":"10000.50","use_refund_link":true}"#
    );
    assert_eq!(
        body(r#""amount":{"minor":"1000000","currency":"IDR"},"useRefundLink":false,"useRefundLinkAs":"string""#),
        r#"{"ref_id":"a","payment_id":"pay_1","amount":"10000","use_refund_link":"false"}"#
    );
}

#[test]
fn the_sample_answer_of_the_page_is_a_refund() {
    let plan =
        create(r#"{"refId":"reference_1","paymentId":"pay_1","amount":{"value":"20000","currency":"IDR"}}"#).unwrap();
    let response = answer(200, SAMPLE);
    let verdict = client().read(&plan, Some(&response)).unwrap();
    assert_eq!(
        verdict.to_json(),
        [
            r#"{"status":"succeeded","next":"done","final":true,"httpStatus":200,"refund":{"id":"rfn_qfrsL0tlnT0308","reference":"reference_1","#,
            r#""status":"succeeded","providerStatus":"completed","kind":"partial","amount":{"value":"20000.00","currency":"IDR"},"#,
            r#""createdAt":"2021-07-20T10:43:42.201587Z"},"signature":"not-offered","replayed":false,"details":"#,
            SAMPLE,
            "}"
        ]
        .concat()
    );
}

/// Taken literally, the page's answer speaks of another reference and amount than the page's request.
#[test]
fn an_answer_for_another_refund_is_not_believed() {
    let response = answer(200, SAMPLE);
    let verdict = client().read(&sample_plan(), Some(&response)).unwrap().to_json();
    assert!(verdict.starts_with(
        r#"{"status":"unknown","next":"query","final":false,"httpStatus":200,"problem":{"code":"response_mismatch""#
    ));
    assert!(!verdict.contains(r#""refund":"#), "{verdict}");
}

#[test]
fn the_reads_are_plain_requests() {
    let parse = |input| Value::parse(input).unwrap();
    let fetch = durianpay::fetch_refund(&parse(r#"{"refundId":"rfn_1"}"#)).unwrap();
    let of_payment = durianpay::list_payment_refunds(&parse(r#"{"paymentId":"pay_1"}"#)).unwrap();
    let list = r#"{"from":"2021-07-01","to":"2021-07-31","skip":0,"limit":25,"search":"a b&c"}"#;
    let list = durianpay::list_refunds(&parse(list)).unwrap();
    for (plan, target) in [
        (fetch, "/v1/refunds/rfn_1"),
        (of_payment, "/v1/refunds/payment/pay_1"),
        (list, "/v1/refunds?from=2021-07-01&to=2021-07-31&skip=0&limit=25&search=a%20b%26c"),
        (durianpay::list_refunds(&parse("{}")).unwrap(), "/v1/refunds"),
    ] {
        let request = sign(&client(), &plan);
        assert_eq!(request.url, ["https://api-sandbox.durianpay.id", target].concat());
        assert_eq!((request.method.as_str(), request.body), ("GET", None));
        assert_eq!(request.headers.len(), 1, "Authorization only");
    }
}

#[test]
fn an_unknown_outcome_asks_for_the_refunds_of_the_payment() {
    let query = durianpay::query_for(&sample_plan()).unwrap();
    assert_eq!((query.operation.name, &*query.path), ("listPaymentRefunds", "/v1/refunds/payment/pay_IsL5nOCW4M2790"));
    assert!(durianpay::query_for(&query).is_none());
}

#[test]
fn the_key_chooses_its_host_and_never_goes_to_the_other() {
    let sandbox = "https://api-sandbox.durianpay.id";
    let live = "https://api.durianpay.id";
    for (key, settings, host) in [
        ("dp_test_1", "{}", sandbox),
        ("dp_live_1", "{}", live),
        ("dp_test_1", r#"{"environment":"sandbox"}"#, sandbox),
        ("dp_live_1", r#"{"environment":"production"}"#, live),
        ("plain", r#"{"environment":"production"}"#, live),
        ("plain", r#"{"baseUrl":"https://api.durianpay.id/"}"#, live),
        ("dp_live_1", r#"{"baseUrl":"http://localhost:8080"}"#, "http://localhost:8080"),
        ("dp_test_1", r#"{"baseUrl":"https://proxy.example.com/dp"}"#, "https://proxy.example.com/dp"),
    ] {
        let request = sign(&new_client(key, settings).unwrap(), &sample_plan());
        assert_eq!(request.url, format!("{host}/v1/refunds"), "{key} {settings}");
    }
    for (key, settings, path, code) in [
        ("dp_test_1", r#"{"environment":"production"}"#, "serverKey", "key_host_mismatch"),
        ("dp_live_1", r#"{"environment":"sandbox"}"#, "serverKey", "key_host_mismatch"),
        ("dp_test_1", r#"{"baseUrl":"https://api.durianpay.id"}"#, "serverKey", "key_host_mismatch"),
        ("dp_test_1", r#"{"baseUrl":"https://api.durianpay.id:443/"}"#, "serverKey", "key_host_mismatch"),
        ("dp_test_1", r#"{"baseUrl":"https://api.durianpay.id./v1"}"#, "baseUrl", "invalid_base_url"),
        ("dp_live_1", r#"{"baseUrl":"https://api-sandbox.durianpay.id"}"#, "serverKey", "key_host_mismatch"),
        ("plain", "{}", "environment", "missing_field"),
        ("dp_test_1", r#"{"environment":"sandbox","baseUrl":"https://a.example"}"#, "baseUrl", "conflict"),
        ("dp_test_1", r#"{"environment":"live"}"#, "environment", "not_allowed"),
        ("dp_test_1", r#"{"baseUrl":"http://a.example"}"#, "baseUrl", "invalid_base_url"),
        ("dp_test_a:b", "{}", "serverKey", "invalid_character"),
        ("dp_test_a b", "{}", "serverKey", "invalid_character"),
        ("dp_test_é", "{}", "serverKey", "invalid_character"),
        ("dp_test_a\nb", "{}", "serverKey", "control_character"),
        ("", r#"{"environment":"sandbox"}"#, "serverKey", "too_short"),
    ] {
        let refused = new_client(key, settings).err();
        let shown = refused.as_ref().map(ToString::to_string).unwrap_or_default();
        assert_eq!(codes(refused), [(path.into(), code)], "{key} {settings}");
        assert!(key.is_empty() || !shown.contains(key), "a secret is shown: {shown}");
    }
    assert!(!format!("{:?}", client()).contains("XXX"));
}

#[test]
fn nothing_is_signed_elsewhere() {
    let attempt = Attempt::new(1_700_000_000_000, "12345678").unwrap();
    let refused = client().prepare(&sample_plan(), &attempt).err();
    assert_eq!(codes(refused), [("plan".into(), "not_externally_signable")]);
}

#[test]
fn bad_input_is_refused() {
    let money = r#""amount":{"value":"10000","currency":"IDR"}"#;
    for (input, path, code) in [
        (format!(r#"{{"paymentId":"pay_1",{money}}}"#), "refId", "missing_field"),
        (format!(r#"{{"refId":"","paymentId":"pay_1",{money}}}"#), "refId", "too_short"),
        (format!(r#"{{"refId":"a\r\nb","paymentId":"pay_1",{money}}}"#), "refId", "control_character"),
        (format!(r#"{{"refId":"{}","paymentId":"pay_1",{money}}}"#, "a".repeat(256)), "refId", "too_long"),
        (format!(r#"{{"refId":"a","paymentId":"pay/1",{money}}}"#), "paymentId", "invalid_character"),
        (format!(r#"{{"refId":"a","paymentId":"..",{money}}}"#), "paymentId", "invalid_character"),
        (format!(r#"{{"refId":"a","paymentId":7,{money}}}"#), "paymentId", "wrong_type"),
        (
            format!(r#"{{"refId":"a","paymentId":"pay_1",{money},"useRefundLink":"true"}}"#),
            "useRefundLink",
            "wrong_type",
        ),
        (
            format!(r#"{{"refId":"a","paymentId":"pay_1",{money},"useRefundLinkAs":"string"}}"#),
            "useRefundLinkAs",
            "conflict",
        ),
        (format!(r#"{{"refId":"a","paymentId":"pay_1",{money},"refundType":"full"}}"#), "refundType", "unknown_field"),
        (format!(r#"{{"refId":"a","refId":"b","paymentId":"pay_1",{money}}}"#), "refId", "duplicate_field"),
        (r#"{"refId":"a","paymentId":"pay_1"}"#.into(), "amount", "missing_field"),
        (r#"{"refId":"a","paymentId":"pay_1","amount":10000}"#.into(), "amount", "number_amount"),
        (
            r#"{"refId":"a","paymentId":"pay_1","amount":{"value":"1","currency":"USD"}}"#.into(),
            "amount.currency",
            "unsupported_currency",
        ),
        (
            r#"{"refId":"a","paymentId":"pay_1","amount":{"value":"1.234","currency":"IDR"}}"#.into(),
            "amount.value",
            "ambiguous_amount",
        ),
        (
            r#"{"refId":"a","paymentId":"pay_1","amount":{"value":"0","currency":"IDR"}}"#.into(),
            "amount.value",
            "not_positive",
        ),
        (
            r#"{"refId":"a","paymentId":"pay_1","amount":{"value":"-1","currency":"IDR"}}"#.into(),
            "amount.value",
            "not_positive",
        ),
    ] {
        assert_eq!(codes(create(&input).err()), [(path.into(), code)], "{input}");
    }
    for (input, path, code) in [
        (r#"{"from":"2021-02-30"}"#, "from", "not_allowed"),
        (r#"{"to":"20-07-2021"}"#, "to", "not_allowed"),
        (r#"{"from":"2021-7-1xx"}"#, "from", "not_allowed"),
        (r#"{"from":"12345678901"}"#, "from", "not_allowed"),
        (r#"{"from":"2021-07-31","to":"2021-07-01"}"#, "to", "conflict"),
        (r#"{"from":"1626739200","to":"2021-07-01"}"#, "to", "conflict"),
        (r#"{"skip":-1}"#, "skip", "wrong_type"),
        (r#"{"limit":0}"#, "limit", "out_of_range"),
    ] {
        let refused = durianpay::list_refunds(&Value::parse(input).unwrap()).err();
        assert_eq!(codes(refused), [(path.into(), code)], "{input}");
    }
}

#[test]
fn a_plan_survives_storage_and_an_altered_one_is_refused() {
    let json = sample_plan().to_json();
    let again = Plan::parse(&json, refund_signer::PROVIDERS).unwrap();
    assert_eq!(again.to_json(), json);
    for (from, to) in [
        ("/v1/refunds", "/v1/refunds/rfn_1"),
        ("\"POST\"", "\"GET\""),
        ("createRefund", "fetchRefund"),
        ("}\",\"currency\"", "}\",\"idempotencyKey\":\"k\",\"currency\""),
        ("\"currency\":\"IDR\"}", "\"currency\":\"XXX\"}"),
    ] {
        assert!(Plan::parse(&json.replacen(from, to, 1), refund_signer::PROVIDERS).is_err(), "{to}");
    }
}

/// 2024-05-13T15:07:07+07:00, the time of Durianpay's sample.
const SNAP_NOW: u64 = 1_715_587_627_000;
const EXTERNAL_ID: &str = "41592653589793238462643383279502";

fn snap_client(settings: &str) -> durianpay::Client {
    let settings = Settings::new(Value::parse(settings).unwrap());
    durianpay::Client::new(&settings.secret("clientSecret", "test-client-secret").secret("accessToken", "tok123"))
        .unwrap()
}

fn snap_refund(more: &str) -> Result<Plan, RefundError> {
    let input = format!(
        r#"{{"originalPartnerReferenceNo":"ORDER-1","originalReferenceNo":"pay_IsL5nOCW4M2790","partnerRefundNo":"REFUND-1",
            "amount":{{"value":"10000","currency":"IDR"}}{more}}}"#
    );
    durianpay::create_snap_refund(&Value::parse(&input).unwrap())
}

fn value<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_str())
}

/// The signatures were computed with Python's hmac. That of the scheme itself is in tests/snap.rs, with the
/// vector published for Durianpay.
#[test]
fn a_snap_refund_is_signed_for_its_path() {
    let attempt = Attempt::new(SNAP_NOW, EXTERNAL_ID).unwrap();
    let client = snap_client(r#"{"environment":"sandbox","clientKey":"client-key-1"}"#);
    let request = client.sign(&snap_refund("").unwrap(), &attempt).unwrap();
    assert_eq!(request.url, "https://api-sandbox.durianpay.id/v1.0/debit/refund");
    assert_eq!(
        request.body.as_deref(),
        Some(
            r#"{"originalPartnerReferenceNo":"ORDER-1","originalReferenceNo":"pay_IsL5nOCW4M2790","partnerRefundNo":"REFUND-1","refundAmount":{"value":"10000.00","currency":"IDR"}}"#
        )
    );
    for (name, expected) in [
        ("Content-Type", "application/json"),
        ("Authorization", "Bearer tok123"),
        ("X-TIMESTAMP", "2024-05-13T15:07:07+07:00"),
        ("X-PARTNER-ID", "client-key-1"),
        ("X-EXTERNAL-ID", EXTERNAL_ID),
        ("CHANNEL-ID", "95221"),
        ("X-SIGNATURE", "imX6YjldYO/ytQ9YNEq6xzCh99MA51T9u8W5kdBM5U5qUD3rW6K9k1ZNGe6r/8G5JR0hboPIGqW0H2QtqGq6bw=="),
    ] {
        assert_eq!(value(&request, name), Some(expected), "{name}");
    }
    assert_eq!(request.headers.len(), 7);

    let client =
        snap_client(r#"{"baseUrl":"https://proxy.example.com/dp","clientKey":"client-key-1","channelId":"7"}"#);
    let qris = client.sign(&snap_refund(r#","path":"/v1.0/qr/qr-mpm-refund""#).unwrap(), &attempt).unwrap();
    assert_eq!(qris.url, "https://proxy.example.com/dp/v1.0/qr/qr-mpm-refund");
    assert_eq!(value(&qris, "CHANNEL-ID"), Some("7"));
    assert_eq!(
        value(&qris, "X-SIGNATURE"),
        Some("JCpInt8BXkQRmwEwaji0hEK+nrBt+SJNSPq/wt3Spvu1tanyv3P6a9ySGVICZYDgRyIREjwYQ8GPhaV0b/RlqQ==")
    );
}

#[test]
fn the_token_call_is_signed_outside() {
    let attempt = Attempt::new(SNAP_NOW, EXTERNAL_ID).unwrap();
    let client = snap_client(r#"{"environment":"sandbox","clientKey":"client-key-1"}"#);
    let parse = |input| durianpay::request_access_token(&Value::parse(input).unwrap());
    let plan = parse("{}").unwrap();
    assert_eq!(codes(client.sign(&plan, &attempt).err()), [("plan".into(), "signed_outside")]);
    let prepared = client.prepare(&plan, &attempt).unwrap();
    assert_eq!(prepared.algorithm.as_str(), "RSASSA-PKCS1-v1_5-SHA256");
    assert_eq!(prepared.message, "client-key-1|2024-05-13T15:07:07+07:00");
    let request = prepared.finish(&[0]);
    assert_eq!(request.url, "https://api-sandbox.durianpay.id/v1.0/access-token/b2b");
    assert_eq!(request.body.as_deref(), Some(r#"{"grantType":"AUTHORIZATION_CODE"}"#));
    assert_eq!((value(&request, "X-CLIENT-KEY"), value(&request, "X-SIGNATURE")), (Some("client-key-1"), Some("AA==")));
    assert_eq!(value(&request, "Authorization"), None, "the token is what is asked for");
    let standard = parse(r#"{"grantType":"client_credentials"}"#).unwrap();
    assert_eq!(standard.body.as_deref(), Some(r#"{"grantType":"client_credentials"}"#));
    assert_eq!(codes(parse(r#"{"grantType":"password"}"#).err()), [("grantType".into(), "not_allowed")]);
}

#[test]
fn each_operation_names_the_setting_that_it_lacks() {
    let attempt = Attempt::new(SNAP_NOW, EXTERNAL_ID).unwrap();
    let snap = snap_client(r#"{"environment":"sandbox","clientKey":"client-key-1"}"#);
    let bare = new_client(KEY, r#"{"clientKey":"client-key-1"}"#).unwrap();
    let token = durianpay::request_access_token(&Value::object([])).unwrap();
    let refund = snap_refund("").unwrap();
    for (client, plan, setting) in [
        (&snap, &sample_plan(), "serverKey"),
        (&client(), &token, "clientKey"),
        (&client(), &refund, "clientKey"),
        (&bare, &refund, "accessToken"),
    ] {
        assert_eq!(codes(client.sign(plan, &attempt).err()), [(setting.into(), "missing_setting")]);
    }
    let settings = Settings::new(Value::object([("clientKey", "client-key-1".into())]));
    let without_secret =
        durianpay::Client::new(&settings.secret("serverKey", KEY).secret("accessToken", "tok123")).unwrap();
    assert_eq!(codes(without_secret.sign(&refund, &attempt).err()), [("clientSecret".into(), "missing_setting")]);
    assert!(without_secret.prepare(&refund, &attempt).is_ok(), "the secret may be elsewhere");
}

#[test]
fn bad_snap_settings_and_input_are_refused() {
    let refused = |settings: &str, token: &str| {
        let settings = Settings::new(Value::parse(settings).unwrap());
        codes(durianpay::Client::new(&settings.secret("accessToken", token)).err())
    };
    let snap = r#"{"environment":"sandbox","clientKey":"k"}"#;
    assert_eq!(refused(snap, "tok123"), []);
    assert_eq!(refused(snap, "Bearer tok123"), [("accessToken".into(), "invalid_character")]);
    assert_eq!(refused(snap, "a\r\nb"), [("accessToken".into(), "invalid_character")]);
    assert_eq!(refused(r#"{"clientKey":"k"}"#, "t"), [("environment".into(), "missing_field")]);
    assert_eq!(refused(r#"{"environment":"sandbox"}"#, "t"), [("serverKey".into(), "missing_field")]);
    let several = r#"{"environment":"sandbox","clientKey":"k\n","channelId":"123456"}"#;
    let expected = [("clientKey", "control_character"), ("channelId", "too_long"), ("serverKey", "missing_field")];
    assert_eq!(refused(several, "t"), expected.map(|(path, code)| (path.into(), code)));
    for (more, path, code) in [
        (r#","path":"/v1.0/debit/payment""#, "path", "not_allowed"),
        (r#","reason":"x""#, "reason", "unknown_field"),
        (r#","partnerRefundNo":"y""#, "partnerRefundNo", "duplicate_field"),
    ] {
        assert_eq!(codes(snap_refund(more).err()), [(path.into(), code)]);
    }
}

#[test]
fn a_snap_plan_survives_storage_and_has_no_query() {
    for plan in [snap_refund("").unwrap(), snap_refund(r#","path":"/v1.0/qr/qr-mpm-refund""#).unwrap()] {
        let json = plan.to_json();
        assert_eq!(Plan::parse(&json, refund_signer::PROVIDERS).unwrap().to_json(), json);
        assert!(Plan::parse(&json.replacen("refund\"", "payment\"", 1), refund_signer::PROVIDERS).is_err());
        assert!(durianpay::query_for(&plan).is_none());
    }
}

/// Whatever arrives, only a refusal that Durianpay documents says that no money moved.
#[test]
fn no_strange_answer_says_that_nothing_happened() {
    let completed = r#"{"data":{"id":"rfn_1","status":"completed"}"#;
    for (status, body) in [
        (200, ""),
        (204, ""),
        (200, "<html>"),
        (200, "[]"),
        (200, "{}"),
        (200, r#"{"data":null}"#),
        (200, r#"{"data":[]}"#),
        (200, r#"{"data":{"status":null}}"#),
        (200, r#"{"data":{"status":"answered"}}"#),
        (200, r#"{"data":{"status":"contradiction"}}"#),
        (200, r#"{"data":{"status":"failed"}}"#),
        (200, &format!(r#"{completed},"error":"x"}}"#)),
        (400, &format!(r#"{completed},"error_code":"DPAY_INVALID_REQUEST"}}"#)),
        (403, &format!("{completed}}}")),
        (429, &format!("{completed}}}")),
        (200, completed),
        (302, ""),
        (400, r#"{"error":"x"}"#),
        (400, r#"{"error":"error creating refund","error_code":"DPAY_INTERNAL_ERROR"}"#),
        (409, r#"{"error":"x","error_code":"DPAY_DUPLICATE"}"#),
        (500, r#"{"error":"error reading request body","error_code":"DPAY_INTERNAL_ERROR"}"#),
        (505, r#"{"error":"error creating refund"}"#),
        (504, "<html>"),
    ] {
        let response = answer(status, body);
        let verdict: Verdict<'_> = client().read(&sample_plan(), Some(&response)).unwrap();
        assert_eq!((verdict.status.as_str(), verdict.next.as_str()), ("unknown", "query"), "{status} {body}");
        assert!(verdict.refund.is_none());
    }
    let verdict = client().read(&sample_plan(), None).unwrap();
    assert_eq!((verdict.status.as_str(), verdict.next.as_str()), ("unknown", "query"));
}
