//! DOKU's operations: from input to plan.

use crate::body::{Form, Member, Unit};
use crate::encode::json::Value;
use crate::encode::{self, decimal};
use crate::error::{ErrorCode, Problems, RefundError};
use crate::facts::{Asks, Events, Facts, Repeat};
use crate::http::Method;
use crate::input::{Decimals, Field, Input, Kind, documentation};
use crate::plan::{Operation, Plan};
use crate::sign::sha256;
use crate::snap;
use alloc::string::String;

pub(super) const OPERATIONS: &[&Operation] = &[
    &CREATE_REFUND,
    &CHECK_STATUS,
    &CREATE_SHOPEE_PAY_REFUND,
    &CREATE_AKULAKU_REFUND,
    &REQUEST_ACCESS_TOKEN,
    &CREATE_SNAP_REFUND,
    &CHECK_SNAP_STATUS,
    &CREATE_QRIS_REFUND,
    &QUERY_QRIS,
];

const REFUND_PATH: &str = "/cancellation/credit-card/refund";
const POSTMAN_REFUND_PATH: &str = "/credit-card/v1/cancellation/credit-card/refund";

const MAX_REQUEST_ID: usize = 128;

/// Source: "Idempotency Request": the same Request-Id and body give the first answer again, with HTTP 409.
const REQUEST_ID: Field = Field::made(
    "requestId",
    Kind::Header { min: 1, max: MAX_REQUEST_ID },
    "The Request-Id: what DOKU recognizes a repeated request by. At most 128 characters. A UUID is made when it is left out.",
);

const INVOICE_NUMBER: Field = Field::required(
    "invoiceNumber",
    Kind::Text { min: 1, max: 64 },
    "order.invoice_number: the invoice number of the payment that is refunded. At most 64 characters.",
);

/// Sources: "Idempotency Request": the same Request-Id and body get the same response, with HTTP 409; "Check Status"
/// tells the state of the payment; a notification names the payment, and not the refund.
const FOLLOW: Facts = Facts {
    repeat: Repeat::MarkedReplay,
    asks: Asks::Payment,
    list_lag_ms: None,
    page_size: None,
    list_has_amounts: false,
    names_payment: false,
    in_parts: false,
    events: Events::Hint,
};

/// SNAP: nothing documents what a second partnerRefundNo does. The status of the payment has the history of its refunds
/// (DOKU's Go SDK, RefundHistoryDTO), each with a number and an amount.
const FOLLOW_SNAP: Facts = Facts { repeat: Repeat::Undocumented, asks: Asks::Refund, list_has_amounts: true, ..FOLLOW };

/// Source: "Refund" (cards, non-SNAP), Request Body Explanation.
static CREATE_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "createRefund",
    doc: documentation(
        "Refunds or voids a card payment. DOKU chooses the kind: VOID, PARTIAL_REFUND, FULL_REFUND or MANUAL_*.",
    ),
    method: Method::Post,
    path: REFUND_PATH,
    other_paths: &[POSTMAN_REFUND_PATH],
    moves_money: true,
    idempotency: Some("requestId"),
    follow: Some(FOLLOW),
    payment: Some("invoiceNumber"),
    reference: Some("requestId"),
    options: &[],
    fields: &[
        INVOICE_NUMBER,
        Field::required(
            "originalRequestId",
            Kind::Text { min: 1, max: 128 },
            "payment.original_request_id: the Request-Id of the payment initiation.",
        ),
        Field::required(
            "amount",
            Kind::Money { currencies: &["IDR"], decimals: Decimals::Whole },
            "refund.amount: whole rupiah, sent as a JSON number.",
        ),
        Field::optional(
            "reason",
            Kind::Prose { max: 255 },
            "refund.reason. DOKU does not document it in the request but echoes it in its sample of a failed refund.",
        ),
        REQUEST_ID,
        Field::optional(
            "path",
            Kind::OneOf(&[REFUND_PATH, POSTMAN_REFUND_PATH]),
            "The path. DOKU's page has the first, its Postman collection the second; the path is part of the signature.",
        ),
    ],
    body: &[
        Member::text("order.invoice_number", "invoiceNumber"),
        Member::text("payment.original_request_id", "originalRequestId"),
        Member::new("refund.amount", "amount", Form::AmountNumber(Unit::Trimmed)),
        Member::text("refund.reason", "reason"),
    ],
    check: None,
};

/// Source: "Check Status API" (non-SNAP). Not earlier than 60 seconds after the payment.
static CHECK_STATUS: Operation = Operation {
    provider: super::NAME,
    name: "checkStatus",
    doc: documentation(
        "Asks for the state of a payment by its invoice number or Request-Id. DOKU asks to wait 60 seconds after the payment. \
          REFUNDED is the payment's state, perhaps by another refund: `refund.status` stays unknown.",
    ),
    method: Method::Get,
    path: "/orders/v1/status/{invoiceNumber}",
    other_paths: &[],
    moves_money: false,
    idempotency: Some("requestId"),
    follow: None,
    payment: Some("invoiceNumber"),
    reference: None,
    options: &[],
    fields: &[INVOICE_NUMBER, REQUEST_ID],
    body: &[],
    check: None,
};

const IDENTIFIER: &[Field] = &[
    Field::required("name", Kind::Text { min: 1, max: 64 }, "The identifier's name, such as PAYMENT_REFERENCE_ID."),
    Field::required("value", Kind::Text { min: 1, max: 255 }, "The identifier's value."),
];

/// Source: "ShopeePay", online refund section (legacy, non-SNAP).
static CREATE_SHOPEE_PAY_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "createShopeePayRefund",
    doc: documentation("Refunds a ShopeePay payment in full (legacy non-SNAP API)."),
    method: Method::Post,
    path: "/shopeepay-emoney/v2/refund",
    other_paths: &[],
    moves_money: true,
    idempotency: Some("requestId"),
    follow: Some(FOLLOW),
    payment: Some("invoiceNumber"),
    reference: Some("requestId"),
    options: &[],
    fields: &[
        INVOICE_NUMBER,
        Field::required(
            "identifiers",
            Kind::List(IDENTIFIER),
            "shopeepay_payment.identifier: PAYMENT_REFERENCE_ID and TRANSACTION_SN from the payment.",
        ),
        REQUEST_ID,
    ],
    body: &[
        Member::text("order.invoice_number", "invoiceNumber"),
        Member::new("shopeepay_payment.identifier", "identifiers", Form::List),
    ],
    check: None,
};

/// Source: "Akulaku", refund section.
static CREATE_AKULAKU_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "createAkulakuRefund",
    doc: documentation("Refunds an Akulaku paylater payment."),
    method: Method::Post,
    path: "/akulaku-peer-to-peer/v2/refund",
    other_paths: &[],
    moves_money: true,
    idempotency: Some("requestId"),
    follow: Some(FOLLOW),
    payment: Some("invoiceNumber"),
    reference: Some("refundMerchantUniqueReference"),
    options: &[],
    fields: &[
        INVOICE_NUMBER,
        Field::required(
            "merchantUniqueReference",
            Kind::Text { min: 1, max: 64 },
            "payment.merchant_unique_reference: the merchant's reference of the payment.",
        ),
        Field::required("identifiers", Kind::List(IDENTIFIER), "payment.identifier: the identifiers from the payment."),
        Field::required(
            "refundMerchantUniqueReference",
            Kind::Text { min: 1, max: 64 },
            "refund.merchant_unique_reference: the merchant's reference of the refund.",
        ),
        REQUEST_ID,
    ],
    body: &[
        Member::text("order.invoice_number", "invoiceNumber"),
        Member::text("payment.merchant_unique_reference", "merchantUniqueReference"),
        Member::new("payment.identifier", "identifiers", Form::List),
        Member::text("refund.merchant_unique_reference", "refundMerchantUniqueReference"),
    ],
    check: None,
};

/// Source: "SNAP symmetric signature", B2B token.
static REQUEST_ACCESS_TOKEN: Operation = Operation {
    provider: super::NAME,
    name: "requestAccessToken",
    doc: documentation(
        "Asks for the B2B token of the SNAP operations, signed with the merchant's RSA key (by prepare).",
    ),
    method: Method::Post,
    path: "/authorization/v1/access-token/b2b",
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

const SNAP_REFUND_PATH: &str = "/direct-debit/core/v1/debit/refund";
const SNAP_REFUND_PATHS: &[&str] = &[
    SNAP_REFUND_PATH,
    "/direct-debit/ovo/v1.0/debit/refund",
    "/direct-debit/cimb/v1.0/debit/refund",
    "/direct-debit/allobank/v1.0/debit/refund",
    "/direct-debit/bri/v1.0/debit/refund",
];

const CHANNEL: Kind = Kind::OneOf(&[
    "EMONEY_OVO_SNAP",
    "EMONEY_DANA_SNAP",
    "EMONEY_SHOPEE_PAY_SNAP",
    "DIRECT_DEBIT_ALLO_SNAP",
    "DIRECT_DEBIT_CIMB_SNAP",
    "DIRECT_DEBIT_BRI_SNAP",
    "DIRECT_DEBIT_MANDIRI_SNAP",
]);

/// A channel, how long the payment's reference may be, and how short and how long the refund's number.
struct Channel {
    name: &'static str,
    original_max: usize,
    refund_no: (usize, usize),
}

/// Source: the request validation of DOKU's Go and Node SDKs; where they differ, the wider limit.
const CHANNELS: &[Channel] = &[
    Channel { name: "EMONEY_OVO_SNAP", original_max: 32, refund_no: (1, 64) },
    Channel { name: "EMONEY_DANA_SNAP", original_max: 64, refund_no: (1, 64) },
    Channel { name: "EMONEY_SHOPEE_PAY_SNAP", original_max: 64, refund_no: (1, 64) },
    Channel { name: "DIRECT_DEBIT_ALLO_SNAP", original_max: 64, refund_no: (32, 64) },
    Channel { name: "DIRECT_DEBIT_CIMB_SNAP", original_max: 12, refund_no: (1, 12) },
    Channel { name: "DIRECT_DEBIT_BRI_SNAP", original_max: 12, refund_no: (1, 12) },
    // Source: DOKU's page on online refunds of direct debit, which names no limits of its own.
    Channel { name: "DIRECT_DEBIT_MANDIRI_SNAP", original_max: 64, refund_no: (1, 64) },
];

/// Source: DOKU's Go and Node SDKs (DoRefund); "direct-debit-refund" for the older paths.
static CREATE_SNAP_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "createSnapRefund",
    doc: documentation("Refunds a payment by e-wallet or direct debit over SNAP. The client needs an accessToken."),
    method: Method::Post,
    path: SNAP_REFUND_PATH,
    other_paths: match SNAP_REFUND_PATHS {
        [_, others @ ..] => others,
        [] => &[],
    },
    moves_money: true,
    idempotency: Some("partnerRefundNo"),
    follow: Some(FOLLOW_SNAP),
    payment: Some("originalPartnerReferenceNo"),
    reference: Some("partnerRefundNo"),
    options: &[],
    fields: &[
        Field::required(
            "originalPartnerReferenceNo",
            Kind::Text { min: 1, max: 64 },
            "originalPartnerReferenceNo: the merchant's number of the payment. At most 64 characters; OVO 32, CIMB and BRI 12.",
        ),
        Field::required(
            "amount",
            Kind::Money { currencies: &["IDR"], decimals: Decimals::Iso },
            "refundAmount: rupiah, sent as text with two decimals.",
        ),
        Field::required(
            "partnerRefundNo",
            Kind::Text { min: 1, max: 64 },
            "partnerRefundNo: the merchant's number of the refund, the same for every attempt. At most 64 characters; CIMB and \
             BRI 12; Allo at least 32.",
        ),
        Field::required("channel", CHANNEL, "additionalInfo.channel: how the payment was made."),
        Field::optional(
            "originalExternalId",
            Kind::Text { min: 1, max: 36 },
            "originalExternalId: the X-EXTERNAL-ID of the payment. At most 36 characters.",
        ),
        Field::optional("reason", Kind::Prose { max: 255 }, "reason: why. At most 255 characters."),
        Field::optional(
            "bankCardToken",
            Kind::Text { min: 1, max: 2048 },
            "additionalInfo.bankCardToken: the token of the bound card or account, on the older paths.",
        ),
        Field::optional(
            "path",
            Kind::OneOf(SNAP_REFUND_PATHS),
            "The path: the one of DOKU's SDKs when it is left out, or an older one per channel. It is part of the signature.",
        ),
    ],
    body: &[
        Member::text("originalPartnerReferenceNo", "originalPartnerReferenceNo"),
        Member::text("originalExternalId", "originalExternalId"),
        snap::AMOUNT_VALUE,
        snap::AMOUNT_CURRENCY,
        Member::text("reason", "reason"),
        Member::text("partnerRefundNo", "partnerRefundNo"),
        Member::text("additionalInfo.channel", "channel"),
        Member::text("additionalInfo.bankCardToken", "bankCardToken"),
    ],
    check: Some(check_channel_limits),
};

/// Source: DOKU's Go and Node SDKs (DoCheckStatus: CheckStatusRequestDTO; serviceCode is 55 and nothing else).
static CHECK_SNAP_STATUS: Operation = Operation {
    provider: super::NAME,
    name: "checkSnapStatus",
    doc: documentation(
        "Asks for the state of a payment by e-wallet or direct debit over SNAP and, where DOKU gives its history, for its \
         refunds. The client needs an accessToken.",
    ),
    method: Method::Post,
    path: "/orders/v1.0/debit/status",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: Some("originalPartnerReferenceNo"),
    reference: None,
    options: &[],
    fields: &[
        Field::required(
            "originalPartnerReferenceNo",
            Kind::Text { min: 1, max: 64 },
            "originalPartnerReferenceNo: the merchant's number of the payment. At most 64 characters.",
        ),
        Field::required(
            "channel",
            CHANNEL,
            "additionalInfo.channel: how the payment was made. DOKU's Go SDK needs it.",
        ),
        Field::optional(
            "originalReferenceNo",
            Kind::Text { min: 1, max: 64 },
            "originalReferenceNo: DOKU's number of the payment. At most 64 characters.",
        ),
        Field::optional(
            "originalExternalId",
            Kind::Text { min: 1, max: 36 },
            "originalExternalId: the X-EXTERNAL-ID of the payment. At most 36 characters.",
        ),
        Field::optional("serviceCode", Kind::OneOf(&["55"]), "serviceCode: 55, also when it is left out."),
    ],
    body: &[
        Member::text("originalPartnerReferenceNo", "originalPartnerReferenceNo"),
        Member::text("originalReferenceNo", "originalReferenceNo"),
        Member::text("originalExternalId", "originalExternalId"),
        Member::new("serviceCode", "serviceCode", Form::TextOr("55")),
        Member::text("additionalInfo.channel", "channel"),
    ],
    check: None,
};

/// The query of a QRIS payment tells its state (04: refunded), which may be an older refund's.
const FOLLOW_QRIS: Facts = Facts { repeat: Repeat::Undocumented, asks: Asks::Payment, ..FOLLOW };

const QRIS_REFERENCE: Field = Field::required(
    "originalPartnerReferenceNo",
    Kind::Text { min: 1, max: 64 },
    "originalPartnerReferenceNo: the merchant's number of the payment. At most 64 characters, as in the standard.",
);
const QRIS_REFERENCE_NO: Field = Field::optional(
    "originalReferenceNo",
    Kind::Text { min: 1, max: 64 },
    "originalReferenceNo: DOKU's number of the payment. At most 64 characters, as in the standard.",
);

/// Source: developers.doku.com "QRIS", step 3: Refund QRIS. Its limits are those of the standard.
static CREATE_QRIS_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "createQrisRefund",
    doc: documentation("Refunds a payment by QRIS over SNAP, in full or in part. The client needs an accessToken."),
    method: Method::Post,
    path: "/snap-adapter/b2b/v1.0/qr/qr-mpm-refund",
    other_paths: &[],
    moves_money: true,
    idempotency: Some("partnerRefundNo"),
    follow: Some(FOLLOW_QRIS),
    payment: Some("originalPartnerReferenceNo"),
    reference: Some("partnerRefundNo"),
    options: &["merchantId"],
    fields: &[
        QRIS_REFERENCE,
        Field::required(
            "amount",
            Kind::Money { currencies: &["IDR"], decimals: Decimals::Whole },
            "refundAmount: whole rupiah.",
        ),
        Field::required(
            "partnerRefundNo",
            Kind::Text { min: 1, max: 64 },
            "partnerRefundNo: the merchant's number of the refund, the same for every attempt. At most 64 characters.",
        ),
        Field::required("merchantId", Kind::Text { min: 1, max: 64 }, "merchantId. At most 64 characters."),
        QRIS_REFERENCE_NO,
        Field::optional("reason", Kind::Prose { max: 256 }, "reason: why. At most 256 characters."),
        Field::optional(
            "approvalCode",
            Kind::Text { min: 1, max: 64 },
            "additionalInfo.approvalCode: that of the payment. At most 64 characters.",
        ),
        Field::optional(
            "amountFormat",
            Kind::OneOf(&["decimals", "number"]),
            "How refundAmount.value is written: decimals \"10000.00\" as in the standard and in DOKU's other SNAP calls (when it \
             is left out), number 10000 as in the page's sample.",
        ),
    ],
    body: &[
        Member::text("originalReferenceNo", "originalReferenceNo"),
        Member::text("originalPartnerReferenceNo", "originalPartnerReferenceNo"),
        Member::text("partnerRefundNo", "partnerRefundNo"),
        Member::text("merchantId", "merchantId"),
        Member::new("refundAmount.value", "amount", Form::By("amountFormat", QRIS_AMOUNT)),
        snap::AMOUNT_CURRENCY,
        Member::text("reason", "reason"),
        Member::text("additionalInfo.approvalCode", "approvalCode"),
    ],
    check: None,
};

const QRIS_AMOUNT: &[(&str, Form)] =
    &[("decimals", Form::AmountText(Unit::Full)), ("number", Form::AmountNumber(Unit::Trimmed))];

/// Source: developers.doku.com "QRIS", step 2: Query QRIS. 47 is the standard's service code of a QRIS payment.
static QUERY_QRIS: Operation = Operation {
    provider: super::NAME,
    name: "queryQris",
    doc: documentation(
        "Asks for the state of a payment by QRIS over SNAP (04: refunded), at the earliest 60 seconds after it. The client \
         needs an accessToken.",
    ),
    method: Method::Post,
    path: "/snap-adapter/b2b/v1.0/qr/qr-mpm-query",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: Some("originalPartnerReferenceNo"),
    reference: None,
    options: &[],
    fields: &[
        QRIS_REFERENCE,
        QRIS_REFERENCE_NO,
        Field::optional(
            "serviceCode",
            Kind::Token { min: 2, max: 2 },
            "serviceCode: of the transaction that is asked about. 47, a QRIS payment in the standard, when it is left out.",
        ),
    ],
    body: &[
        Member::text("originalReferenceNo", "originalReferenceNo"),
        Member::text("originalPartnerReferenceNo", "originalPartnerReferenceNo"),
        Member::new("serviceCode", "serviceCode", Form::TextOr("47")),
    ],
    check: None,
};

/// Plans a card refund.
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
pub fn check_status(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CHECK_STATUS, input, None)
}

/// Plans a ShopeePay refund.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn create_shopee_pay_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CREATE_SHOPEE_PAY_REFUND, input, None)
}

/// Plans an Akulaku refund.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn create_akulaku_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CREATE_AKULAKU_REFUND, input, None)
}

/// Plans the request for a SNAP access token.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn request_access_token(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&REQUEST_ACCESS_TOKEN, input, None)
}

/// Plans a SNAP refund.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn create_snap_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CREATE_SNAP_REFUND, input, None)
}

/// Plans a QRIS refund.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn create_qris_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CREATE_QRIS_REFUND, input, None)
}

/// Plans the query of a QRIS payment.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn query_qris(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&QUERY_QRIS, input, None)
}

/// Plans a status query over SNAP.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn check_snap_status(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CHECK_SNAP_STATUS, input, None)
}

/// The plan that asks what became of a refund: the status of its payment, by invoice number, or over SNAP by the
/// merchant's number of the payment.
///
/// "Every new request needs a new Request-Id": the query's is `fresh`, or else made from the refund's, which it must
/// never be: the query could take the refund's place.
#[must_use]
pub fn query_for(plan: &Plan, fresh: Option<&str>) -> Option<Plan> {
    let body = plan.body_value()?;
    let snap_query: Option<(&'static Operation, &[(&str, &str)])> = match plan.operation.name {
        "createSnapRefund" => Some((
            &CHECK_SNAP_STATUS,
            &[
                ("originalPartnerReferenceNo", "originalPartnerReferenceNo"),
                ("originalExternalId", "originalExternalId"),
                ("channel", "additionalInfo.channel"),
            ],
        )),
        "createQrisRefund" => Some((
            &QUERY_QRIS,
            &[
                ("originalPartnerReferenceNo", "originalPartnerReferenceNo"),
                ("originalReferenceNo", "originalReferenceNo"),
            ],
        )),
        _ => None,
    };
    if let Some((query, names)) = snap_query {
        let given = names.iter().filter_map(|(name, path)| Some(((*name).into(), body.at(path)?.clone())));
        return Plan::new(query, &Value::Object(given.collect()), None).ok();
    }
    let invoice_number = body.at("order.invoice_number")?.text()?;
    let refunds = plan.idempotency_key.as_deref()?;
    let request_id = fresh.map_or_else(|| query_id(refunds), String::from);
    let input = Value::object([("invoiceNumber", invoice_number.into()), ("requestId", request_id.into())]);
    Plan::new(&CHECK_STATUS, &input, None).ok()
}

/// A Request-Id of its own for each refund's; a hash stands for one that leaves no room.
fn query_id(refunds: &str) -> String {
    let fits = refunds.len().saturating_add(2) <= MAX_REQUEST_ID;
    ["q-", &if fits { String::from(refunds) } else { encode::hex(&sha256(&[refunds.as_bytes()])) }].concat()
}

pub(super) fn is_token_call(plan: &Plan) -> bool {
    core::ptr::eq(plan.operation, &raw const REQUEST_ACCESS_TOKEN)
}

pub(super) fn is_snap_status(plan: &Plan) -> bool {
    matches!(plan.operation.name, "checkSnapStatus" | "queryQris")
}

/// Whether the plan speaks SNAP: a token call, a refund over SNAP or its query.
pub(super) fn is_snap(plan: &Plan) -> bool {
    is_token_call(plan)
        || is_snap_status(plan)
        || matches!(plan.operation.name, "createSnapRefund" | "createQrisRefund")
}

fn check_channel_limits(input: &Input<'_>, problems: &mut Problems) {
    let Some(channel) = CHANNELS.iter().find(|channel| channel.name == input.text("channel")) else { return };
    let (shortest, longest) = channel.refund_no;
    for (name, min, max) in
        [("originalPartnerReferenceNo", 1, channel.original_max), ("partnerRefundNo", shortest, longest)]
    {
        let length = input.text(name).chars().count();
        let message = || {
            let [has, from, to] = [length, min, max].map(decimal);
            ["has ", &has, " characters; ", channel.name, " takes ", &from, " to ", &to, "."].concat()
        };
        if length < min {
            problems.add(ErrorCode::TooShort, name, message());
        } else if length > max {
            problems.add(ErrorCode::TooLong, name, message());
        }
    }
}
