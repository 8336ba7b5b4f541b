//! PayerMax's operations: from input to plan.

use crate::body::{Form, Member, Unit};
use crate::encode::json::Value;
use crate::error::RefundError;
use crate::facts::{Asks, Events, Facts, Repeat};
use crate::http::Method;
use crate::input::{Decimals, Field, Kind, documentation};
use crate::plan::{Operation, Plan};
use crate::snap;

pub(super) const OPERATIONS: &[&Operation] = &[&REQUEST_ACCESS_TOKEN, &CREATE_REFUND, &QUERY_STATUS];

/// Source: "Access Token B2B".
static REQUEST_ACCESS_TOKEN: Operation = Operation {
    provider: super::NAME,
    name: "requestAccessToken",
    doc: documentation(
        "Asks for a B2B token, signed with the merchant's RSA key (by prepare). PayerMax takes it within two minutes of its \
          time; the token is valid for about 60 minutes.",
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
    fields: snap::TOKEN_FIELDS,
    body: snap::TOKEN_BODY,
    check: None,
};

const ORIGINAL_PARTNER_REFERENCE_NO: Field = Field::required(
    "originalPartnerReferenceNo",
    Kind::Text { min: 1, max: 64 },
    "originalPartnerReferenceNo: the merchant's order number of the payment. At most 64 characters.",
);
const ORIGINAL_REFERENCE_NO: Field = Field::optional(
    "originalReferenceNo",
    Kind::Text { min: 0, max: 64 },
    "originalReferenceNo: PayerMax's number of the payment. At most 64 characters.",
);
const ORIGINAL_EXTERNAL_ID: Field = Field::optional(
    "originalExternalId",
    Kind::Text { min: 0, max: 36 },
    "originalExternalId: the X-EXTERNAL-ID of the payment. At most 36 characters.",
);

/// The page's table says number, its example text; the standard and the answers have two decimals.
const AMOUNT_FORMAT: &[(&str, Form)] = &[
    ("decimals", Form::AmountText(Unit::Full)),
    ("integer", Form::AmountText(Unit::Trimmed)),
    ("number", Form::AmountNumber(Unit::Trimmed)),
];

/// Sources: "Query Status", refundHistory; notifications: the signature covers the body. What PayerMax does with a
/// partnerRefundNo that comes twice is not documented for SNAP.
const FOLLOW: Facts = Facts {
    repeat: Repeat::Undocumented,
    asks: Asks::Refund,
    list_lag_ms: None,
    page_size: None,
    list_has_amounts: true,
    names_payment: false,
    in_parts: false,
    events: Events::Decide,
};

/// Source: "Debit-Refund", Request Body; members in the order of its example.
static CREATE_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "createRefund",
    doc: documentation(
        "Refunds a payment in full or in part, within 180 days, while no other refund of it is running. Whether parts are \
          possible depends on the payment method.",
    ),
    method: Method::Post,
    path: "/v1.0/debit/refund",
    other_paths: &[],
    moves_money: true,
    idempotency: Some("partnerRefundNo"),
    follow: Some(FOLLOW),
    payment: Some("originalPartnerReferenceNo"),
    reference: Some("partnerRefundNo"),
    options: &["merchantId", "subMerchantId", "refundNotifyUrl"],
    fields: &[
        ORIGINAL_PARTNER_REFERENCE_NO,
        Field::required(
            "amount",
            Kind::Money { currencies: &["IDR"], decimals: Decimals::Whole },
            "refundAmount: whole rupiah.",
        ),
        Field::required(
            "partnerRefundNo",
            Kind::Text { min: 1, max: 64 },
            "partnerRefundNo: the merchant's number of the refund, what a repeated request is recognized by. At most 64 \
             characters. The same for every attempt.",
        ),
        Field::optional("merchantId", Kind::Text { min: 1, max: 32 }, "merchantId. At most 32 characters."),
        Field::optional("subMerchantId", Kind::Text { min: 1, max: 32 }, "subMerchantId. At most 32 characters."),
        ORIGINAL_REFERENCE_NO,
        ORIGINAL_EXTERNAL_ID,
        Field::optional(
            "externalStoreID",
            Kind::Text { min: 1, max: 64 },
            "externalStoreID (with a capital ID on this page): the store of the payment. At most 64 characters.",
        ),
        Field::optional("reason", Kind::Prose { max: 512 }, "reason: why. At most 512 characters."),
        Field::optional(
            "version",
            Kind::Text { min: 1, max: 8 },
            "additionalInfo.version: the API's version. 1.4, the current one, when it is left out.",
        ),
        Field::optional(
            "keyVersion",
            Kind::Text { min: 1, max: 8 },
            "additionalInfo.keyVersion: the version of key or signature algorithm. 1, the current one, when it is left out.",
        ),
        Field::optional(
            "refundNotifyUrl",
            Kind::Text { min: 1, max: 256 },
            "additionalInfo.refundNotifyUrl: where the notification goes, instead of the URL set in the portal. At most 256 \
             characters.",
        ),
        Field::optional(
            "amountFormat",
            Kind::OneOf(&["decimals", "integer", "number"]),
            "How refundAmount.value is written: decimals \"10000.00\" as the standard and the answers have it (when it is left \
             out), integer \"10000\" as in the page's example, number 10000 as in the page's table.",
        ),
    ],
    body: &[
        Member::text("merchantId", "merchantId"),
        Member::text("subMerchantId", "subMerchantId"),
        Member::text("partnerRefundNo", "partnerRefundNo"),
        Member::text("originalPartnerReferenceNo", "originalPartnerReferenceNo"),
        Member::text("originalExternalId", "originalExternalId"),
        Member::text("originalReferenceNo", "originalReferenceNo"),
        Member::text("externalStoreID", "externalStoreID"),
        Member::new("refundAmount.value", "amount", Form::By("amountFormat", AMOUNT_FORMAT)),
        snap::AMOUNT_CURRENCY,
        Member::text("reason", "reason"),
        Member::new("additionalInfo.version", "version", Form::TextOr("1.4")),
        Member::new("additionalInfo.keyVersion", "keyVersion", Form::TextOr("1")),
        Member::text("additionalInfo.refundNotifyUrl", "refundNotifyUrl"),
    ],
    check: None,
};

/// Source: "Debit-Status"; only the first members of its body are known.
static QUERY_STATUS: Operation = Operation {
    provider: super::NAME,
    name: "queryStatus",
    doc: documentation(
        "Asks for the state of a payment (state 04: refunded) and, where PayerMax gives its history, for its refunds. \
          PayerMax documents no query of a single refund.",
    ),
    method: Method::Post,
    path: "/v1.0/debit/status",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: Some("originalPartnerReferenceNo"),
    reference: None,
    options: &[],
    fields: &[
        Field::required("merchantId", Kind::Text { min: 1, max: 32 }, "merchantId. At most 32 characters."),
        ORIGINAL_PARTNER_REFERENCE_NO,
        Field::optional(
            "serviceCode",
            Kind::Token { min: 2, max: 2 },
            "serviceCode: the service of the transaction that is asked about. 54, a payment, when it is left out. 58 would be a \
             refund by its own number in originalPartnerReferenceNo; PayerMax does not say that it takes it.",
        ),
        ORIGINAL_REFERENCE_NO,
        ORIGINAL_EXTERNAL_ID,
    ],
    body: &[
        Member::text("merchantId", "merchantId"),
        Member::text("originalPartnerReferenceNo", "originalPartnerReferenceNo"),
        Member::new("serviceCode", "serviceCode", Form::TextOr("54")),
        Member::text("originalReferenceNo", "originalReferenceNo"),
        Member::text("originalExternalId", "originalExternalId"),
    ],
    check: None,
};

/// Plans the request for an access token.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn request_access_token(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&REQUEST_ACCESS_TOKEN, input, None)
}

/// Plans a refund.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn create_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CREATE_REFUND, input, None)
}

/// Plans a status query.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn query_status(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&QUERY_STATUS, input, None)
}

/// The plan that asks what became of a refund: the status of its payment. `None` for a refund without a
/// `merchantId`, which a status query must have and a refund need not.
#[must_use]
pub fn query_for(plan: &Plan) -> Option<Plan> {
    const NAMES: [&str; 4] = ["merchantId", "originalPartnerReferenceNo", "originalReferenceNo", "originalExternalId"];
    let body = plan.body_value().filter(|_| plan.operation.moves_money)?;
    let given = NAMES.into_iter().filter_map(|name| Some((name.into(), body.get(name)?.clone())));
    Plan::new(&QUERY_STATUS, &Value::Object(given.collect()), None).ok()
}

pub(super) fn is_token_call(plan: &Plan) -> bool {
    core::ptr::eq(plan.operation, &raw const REQUEST_ACCESS_TOKEN)
}

pub(super) fn is_status_query(plan: &Plan) -> bool {
    core::ptr::eq(plan.operation, &raw const QUERY_STATUS)
}
