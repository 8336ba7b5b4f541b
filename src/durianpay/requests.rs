//! Durianpay's operations: from input to plan.

use crate::body::{Form, Member, Unit};
use crate::encode::json::Value;
use crate::error::{ErrorCode, Problems, RefundError};
use crate::facts::{Asks, Events, Facts, Repeat};
use crate::http::Method;
use crate::input::{Decimals, Field, Input, Kind, documentation};
use crate::plan::{Operation, Plan};
use crate::snap;
use crate::time;

pub(super) const OPERATIONS: &[&Operation] =
    &[&CREATE_REFUND, &FETCH_REFUND, &LIST_REFUNDS, &LIST_PAYMENT_REFUNDS, &REQUEST_ACCESS_TOKEN, &CREATE_SNAP_REFUND];

/// Durianpay documents no lengths; these only keep out what cannot be meant.
const REFERENCE: Kind = Kind::Text { min: 1, max: 255 };
/// Sources: the samples of "Create Refund" and of its answer.
const PREFIXES: &[&str] = &["pay_", "rfn_"];
const PAYMENT: Kind = Kind::Id { prefix: "pay_", prefixes: PREFIXES };
const SNAP_REFERENCE: Kind = Kind::Text { min: 1, max: 64 };
const COUNT: u64 = 2_147_483_647;

const PAYMENT_ID: Field = Field::required("paymentId", PAYMENT, "payment_id: Durianpay's id of the payment, pay_….");

const REFUND_LINK_AS: &[(&str, Form)] = &[("boolean", Form::Flag), ("string", Form::FlagText)];

/// Sources: "Idempotent request implementation guide": for top-up and disbursement only; docs index, "Refund Fetch by
/// Payment ID". There are no webhooks for refunds.
const FOLLOW: Facts = Facts {
    repeat: Repeat::None,
    asks: Asks::Refund,
    list_lag_ms: None,
    page_size: None,
    list_has_amounts: true,
    names_payment: false,
    in_parts: false,
    events: Events::None,
};

/// Nothing documents what Durianpay does with a partnerRefundNo that comes twice.
const FOLLOW_SNAP: Facts = Facts { repeat: Repeat::Undocumented, asks: Asks::Nothing, ..FOLLOW };

/// Sources: the page, "Step 1: Create Refund"; reference "Create Refund".
static CREATE_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "createRefund",
    doc: documentation(
        "Refunds a payment, in part or in full; Durianpay derives which from the amount. It documents no \
          idempotency for refunds: after an unknown outcome ask with listPaymentRefunds before anything else.",
    ),
    method: Method::Post,
    path: "/v1/refunds",
    other_paths: &[],
    moves_money: true,
    idempotency: None,
    follow: Some(FOLLOW),
    payment: Some("paymentId"),
    reference: Some("refId"),
    options: &["useRefundLink"],
    fields: &[
        Field::required(
            "refId",
            REFERENCE,
            "ref_id: the merchant's own reference of the refund. Use a new one for every refund; whether Durianpay \
             refuses one that was used before is not documented.",
        ),
        PAYMENT_ID,
        Field::required(
            "amount",
            Kind::Money { currencies: &["IDR"], decimals: Decimals::Iso },
            "amount: rupiah, sent as a text: \"10000\", or \"10000.23\" where there is a fraction.",
        ),
        Field::optional(
            "useRefundLink",
            Kind::Flag,
            "use_refund_link: true has Durianpay send the customer a link to collect the refund; for e-wallet and \
             card only. Durianpay's default is false. The guide has this field, the reference of 2026 no longer.",
        ),
        Field::optional(
            "useRefundLinkAs",
            Kind::OneOf(&["boolean", "string"]),
            "How use_refund_link is written: boolean (the default, as the reference says) or string, as in the \
             samples of the page: \"true\".",
        ),
        Field::optional("notes", Kind::Prose { max: 1000 }, "notes: why the payment is refunded."),
    ],
    body: &[
        Member::text("ref_id", "refId"),
        Member::text("payment_id", "paymentId"),
        // The two documented forms: `10000` and `10000.23`, never `10000.5`.
        Member::new("amount", "amount", Form::AmountText(Unit::FullOrWhole)),
        Member::new("use_refund_link", "useRefundLink", Form::By("useRefundLinkAs", REFUND_LINK_AS)),
        Member::text("notes", "notes"),
    ],
    check: None,
};

/// Source: reference "Fetch Refund by ID".
static FETCH_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "fetchRefund",
    doc: documentation(
        "Asks for the state of one refund. Poll it while a refund is approved: Durianpay has no webhook for refunds.",
    ),
    method: Method::Get,
    path: "/v1/refunds/{refundId}",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: None,
    reference: None,
    options: &[],
    fields: &[Field::required(
        "refundId",
        Kind::Id { prefix: "rfn_", prefixes: PREFIXES },
        "Durianpay's id of the refund, rfn_….",
    )],
    body: &[],
    check: None,
};

/// Source: reference "Fetch Refunds".
static LIST_REFUNDS: Operation = Operation {
    provider: super::NAME,
    name: "listRefunds",
    doc: documentation("Lists the merchant's refunds."),
    method: Method::Get,
    path: "/v1/refunds",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: None,
    reference: None,
    options: &[],
    fields: &[
        Field::optional(
            "from",
            Kind::Text { min: 9, max: 11 },
            "The first day, YYYY-MM-DD; in which zone is not documented. Seconds since 1970 are taken too, as an \
             older revision of the reference says.",
        ),
        Field::optional("to", Kind::Text { min: 9, max: 11 }, "The last day, written as from."),
        Field::optional("skip", Kind::Integer { min: 0, max: COUNT }, "How many refunds to leave out; 0 by default."),
        Field::optional("limit", Kind::Integer { min: 1, max: COUNT }, "How many refunds to give; 25 by default."),
        Field::optional(
            "search",
            REFERENCE,
            "A text to search for. It stands in the reference's sample URL, empty; what it looks at is not documented.",
        ),
    ],
    body: &[],
    check: Some(check_period),
};

/// Source: docs index, "Refund Fetch by Payment ID".
static LIST_PAYMENT_REFUNDS: Operation = Operation {
    provider: super::NAME,
    name: "listPaymentRefunds",
    doc: documentation("Lists the refunds of one payment: what to ask after a refund whose outcome is unknown."),
    method: Method::Get,
    path: "/v1/refunds/payment/{paymentId}",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: Some("paymentId"),
    reference: None,
    options: &[],
    fields: &[PAYMENT_ID],
    body: &[],
    check: None,
};

/// Sources: SNAP, "Access Token B2B", which prints a grant type of another flow; Durianpay's own tests
/// (github.com/durianpay/dpay-api-test-automation, fixtures/access-token-b2b.data.json). Both are offered.
static REQUEST_ACCESS_TOKEN: Operation = Operation {
    provider: super::NAME,
    name: "requestAccessToken",
    doc: documentation(
        "Asks for a B2B token of the SNAP API, signed with the merchant's RSA key (by prepare). Durianpay documents \
          that a token is valid for 900 seconds; its answer gives a date, in details.expiresIn.",
    ),
    method: Method::Post,
    path: "/v1.0/access-token/b2b",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: None,
    reference: None,
    options: &[],
    fields: &[Field::optional(
        "grantType",
        Kind::OneOf(&["AUTHORIZATION_CODE", "client_credentials"]),
        "grantType: AUTHORIZATION_CODE, as Durianpay's page prints, when it is left out; client_credentials is what \
         Durianpay's own tests send, and the value of the SNAP standard.",
    )],
    body: &[Member::new("grantType", "grantType", Form::TextOr("AUTHORIZATION_CODE"))],
    check: None,
};

const WALLET_PATH: &str = "/v1.0/debit/refund";
const QRIS_PATH: &str = "/v1.0/qr/qr-mpm-refund";

/// Source: SNAP, "Refund" of e-wallets and of QRIS; the two take the same body.
static CREATE_SNAP_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "createSnapRefund",
    doc: documentation(
        "Refunds an e-wallet or QRIS payment through the SNAP API. Durianpay documents no SNAP query of a refund; \
          see the notes on this page for what to do after an unknown outcome.",
    ),
    method: Method::Post,
    path: WALLET_PATH,
    other_paths: &[QRIS_PATH],
    moves_money: true,
    idempotency: None,
    follow: Some(FOLLOW_SNAP),
    payment: Some("originalReferenceNo"),
    reference: Some("partnerRefundNo"),
    options: &[],
    fields: &[
        Field::required(
            "originalPartnerReferenceNo",
            SNAP_REFERENCE,
            "originalPartnerReferenceNo: the merchant's own number of the payment. At most 64 characters, as in the \
             SNAP standard.",
        ),
        Field::required("originalReferenceNo", PAYMENT, "originalReferenceNo: Durianpay's id of the payment, pay_…."),
        Field::required(
            "partnerRefundNo",
            SNAP_REFERENCE,
            "partnerRefundNo: the merchant's own number of the refund, the same for every attempt. At most 64 \
             characters, as in the SNAP standard.",
        ),
        Field::required(
            "amount",
            Kind::Money { currencies: &["IDR"], decimals: Decimals::Iso },
            "refundAmount: rupiah, the value sent as a text with two decimals: \"10000.00\".",
        ),
        Field::optional(
            "path",
            Kind::OneOf(&[WALLET_PATH, QRIS_PATH]),
            "Which refund: that of an e-wallet (the first, when it is left out) or of QRIS. The path is signed.",
        ),
    ],
    body: &[
        Member::text("originalPartnerReferenceNo", "originalPartnerReferenceNo"),
        Member::text("originalReferenceNo", "originalReferenceNo"),
        Member::text("partnerRefundNo", "partnerRefundNo"),
        snap::AMOUNT_VALUE,
        snap::AMOUNT_CURRENCY,
    ],
    check: None,
};

/// Plans a refund.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn create_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CREATE_REFUND, input, None)
}

/// Plans the question for one refund.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn fetch_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&FETCH_REFUND, input, None)
}

/// Plans the list of all refunds.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn list_refunds(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&LIST_REFUNDS, input, None)
}

/// Plans the list of a payment's refunds.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn list_payment_refunds(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&LIST_PAYMENT_REFUNDS, input, None)
}

/// Plans the request for a token of the SNAP API.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn request_access_token(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&REQUEST_ACCESS_TOKEN, input, None)
}

/// Plans a refund through the SNAP API.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn create_snap_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CREATE_SNAP_REFUND, input, None)
}

pub(super) fn is_token_call(plan: &Plan) -> bool {
    core::ptr::eq(plan.operation, &raw const REQUEST_ACCESS_TOKEN)
}

/// Whether the plan is for the SNAP API.
pub(super) fn is_snap(plan: &Plan) -> bool {
    is_token_call(plan) || core::ptr::eq(plan.operation, &raw const CREATE_SNAP_REFUND)
}

/// The service code of a SNAP refund. Source: ASPI, direct debit (58) and QR MPM (78).
pub(super) fn snap_service(plan: &Plan) -> &'static str {
    if plan.path == QRIS_PATH { "78" } else { snap::REFUND_SERVICE }
}

/// The plan that asks what became of a refund: the refunds of its payment, to be searched for the `refId`. `None`
/// for a SNAP refund: no SNAP query is documented, nor whether the v1 API knows SNAP's refunds.
#[must_use]
pub fn query_for(plan: &Plan) -> Option<Plan> {
    let body = plan.body_value()?;
    let payment_id = body.get("payment_id")?.text()?;
    list_payment_refunds(&Value::object([("paymentId", payment_id.into())])).ok()
}

fn check_period(input: &Input<'_>, problems: &mut Problems) {
    let from = check_day(input, "from", problems);
    let to = check_day(input, "to", problems);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        problems.add(ErrorCode::Conflict, "to", "lies before from.");
    }
}

/// The time that a day or a number of seconds stands for, in milliseconds since 1970.
fn check_day(input: &Input<'_>, name: &str, problems: &mut Problems) -> Option<u64> {
    let text = input.optional_text(name)?;
    let seconds = text.bytes().all(|byte| byte.is_ascii_digit());
    let time = if seconds {
        text.parse::<u64>().ok().and_then(|seconds| seconds.checked_mul(1000)).filter(|time| time::is_sane(*time))
    } else {
        time::parse_rfc3339(&[text, "T00:00:00Z"].concat())
    };
    if time.is_none() {
        problems.add(ErrorCode::NotAllowed, name, "is neither a day, such as 2021-07-20, nor seconds since 1970.");
    }
    time
}
