//! Razorpay's operations: from input to plan.

use crate::body::{Form, Member, Unit};
use crate::encode::json::Value;
use crate::error::{ErrorCode, Problems, RefundError};
use crate::facts::{Asks, Events, Facts, Repeat};
use crate::http::Method;
use crate::input::{Decimals, Field, Input, Kind, documentation};
use crate::plan::{Operation, Plan};

pub(super) const OPERATIONS: &[&Operation] = &[
    &CREATE_REFUND,
    &CREATE_REFUND_BY_PAYMENT_ID,
    &LIST_PAYMENT_REFUNDS,
    &FETCH_PAYMENT_REFUND,
    &LIST_REFUNDS,
    &FETCH_REFUND,
    &UPDATE_REFUND,
    &CREATE_REVERSAL,
    &LIST_REVERSALS,
];

/// Ids have a prefix and 14 characters (api/understand, Identifier). Sources of the prefixes: api/refunds,
/// api/payments/entity, partners/aggregators/partner-auth.
pub(super) const PREFIXES: &[&str] = &["pay_", "rfnd_", "order_", "inv_", "card_", "acc_", "batch_", "trf_", "rvrsl_"];

const PAYMENT_ID: Field = Field::required(
    "paymentId",
    Kind::Id { prefix: "pay_", prefixes: PREFIXES },
    "The id of the payment, pay_… (api/refunds).",
);
const REFUND_ID: Field = Field::required(
    "refundId",
    Kind::Id { prefix: "rfnd_", prefixes: PREFIXES },
    "The id of the refund, rfnd_… (api/refunds).",
);

/// Sources: "Create a Normal Refund", idempotency: the same key and body get the same response; "Fetch Multiple Refunds
/// for a Payment": at most 100; webhooks: the signature covers the body.
const FOLLOW: Facts = Facts {
    repeat: Repeat::SilentReplay,
    asks: Asks::Refund,
    list_lag_ms: None,
    page_size: Some(100),
    list_has_amounts: true,
    names_payment: true,
    in_parts: false,
    events: Events::Decide,
};

/// Source: api/understand, Notes; api/refunds/update: "up to 15 key-value pairs with each value of the key not
/// exceeding 256 characters".
const NOTES: Kind = Kind::Notes { pairs: 15, max: 256 };

/// Years 2000 to 2120. Source: "must be between 946684800 and 4765046400", how Razorpay refuses other times in its
/// payment and QR code APIs; not documented for refunds. It catches milliseconds.
const UNIX_SECONDS: Kind = Kind::Integer { min: 946_684_800, max: 4_765_046_400 };

const FROM: Field = Field::optional("from", UNIX_SECONDS, "Refunds created at or after this time, in Unix seconds.");
const TO: Field = Field::optional("to", UNIX_SECONDS, "Refunds created up to this time, in Unix seconds.");
const COUNT: Field = Field::optional(
    "count",
    Kind::Integer { min: 1, max: 100 },
    "How many refunds to fetch: 10 when left out, at most 100 (api/refunds/fetch-all).",
);
const SKIP: Field =
    Field::optional("skip", Kind::Long, "How many refunds to skip, for the pages after the first. 0 when left out.");

const AMOUNT: Field = Field::optional(
    "amount",
    Kind::Money { currencies: &[], decimals: Decimals::AtMostTwo },
    "The amount, in the payment's currency; left out, the whole payment is refunded. Sent in minor units, without \
     the currency: Razorpay takes the payment's. The third decimal of KWD, BHD, OMR and the like must be 0; it is never \
     rounded here. A minimum of INR 1.00 (create-normal) or none (create-instant) is left to Razorpay.",
);
const SPEED: Field = Field::optional(
    "speed",
    Kind::OneOf(&["normal", "optimum"]),
    "normal: 5 to 7 working days. optimum: at once where possible, for a fee, else normal. Left out, the account's \
     default speed counts (refunds/refund-speed).",
);
const REFUND_NOTES: Field = Field::optional(
    "notes",
    NOTES,
    "Key-value pairs of your own: at most 15, keys and values at most 256 characters each.",
);
const RECEIPT: Field = Field::optional(
    "receipt",
    Kind::Text { min: 1, max: 255 },
    "Your reference of the refund, unique. Razorpay documents no limit for refunds (40 characters for orders); 255 is \
     this library's.",
);
const REVERSE_ALL: Field = Field::optional(
    "reverseAll",
    Kind::Flag,
    "reverse_all: whether all transfers of the payment to linked accounts are reversed first (Route). With a partial \
     amount Razorpay allows it for a payment to one account only.",
);
const WRITTEN_AS: Field = Field::optional(
    "amountAs",
    Kind::OneOf(&["integer", "string"]),
    "How the amount is written: integer, as the API reference documents it and when left out, or string, as the \
     samples of Razorpay's SDKs have it. A retry of a request first sent by an SDK needs the same body.",
);

const TRANSFER_ID: Field = Field::required(
    "transferId",
    Kind::Id { prefix: "trf_", prefixes: PREFIXES },
    "The id of the transfer, trf_… (api/payments/route).",
);

const AMOUNT_AS: &[(&str, Form)] =
    &[("integer", Form::AmountNumber(Unit::Minor)), ("string", Form::AmountText(Unit::Minor))];

/// Source: api/refunds/create-normal, create-instant, normal- and instant-refunds-idempotent;
/// `reverse_all`: api/payments/route/refund-payments-and-reverse-transfer.
static CREATE_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "createRefund",
    doc: documentation("Refunds a captured payment, in full or in part, at normal or instant speed."),
    method: Method::Post,
    path: "/v1/payments/{paymentId}/refund",
    other_paths: &[],
    moves_money: true,
    idempotency: Some("idempotencyKey"),
    follow: Some(FOLLOW),
    payment: Some("paymentId"),
    reference: Some("receipt"),
    options: &["speed", "reverseAll"],
    fields: &[
        PAYMENT_ID,
        AMOUNT,
        SPEED,
        REFUND_NOTES,
        RECEIPT,
        REVERSE_ALL,
        WRITTEN_AS,
        Field::made(
            "idempotencyKey",
            Kind::Token { min: 10, max: 255 },
            "X-Refund-Idempotency: what Razorpay recognizes a repeated request by. At least 10 letters, digits, - and _; \
             255 is this library's limit. A UUID is made when it is left out.",
        ),
    ],
    body: &[
        // "Amount should be in the smallest unit of the currency in which the payment was made."
        Member::new("amount", "amount", Form::By("amountAs", AMOUNT_AS)),
        Member::text("speed", "speed"),
        Member::new("notes", "notes", Form::Notes),
        Member::text("receipt", "receipt"),
        Member::new("reverse_all", "reverseAll", Form::Flag),
    ],
    check: None,
};

/// Sources: razorpay-php src/Payment.php, where every refund is made so; razorpay-python resources/refund.py, razorpay-go
/// resources/refund.go, razorpay-java RefundClient.java and razorpay-ruby lib/razorpay/refund.rb. The API reference
/// has the address for lists only: so nothing documents that the key is recognized here.
static CREATE_REFUND_BY_PAYMENT_ID: Operation = Operation {
    provider: super::NAME,
    name: "createRefundByPaymentId",
    doc: documentation(
        "Refunds a captured payment as Razorpay's PHP SDK does, with the payment in the body. For programs that moved from \
         an SDK: createRefund is the documented way, with an idempotency key that Razorpay documents.",
    ),
    method: Method::Post,
    path: "/v1/refunds",
    other_paths: &[],
    moves_money: true,
    idempotency: Some("idempotencyKey"),
    follow: Some(Facts { repeat: Repeat::Undocumented, ..FOLLOW }),
    payment: Some("paymentId"),
    reference: Some("receipt"),
    options: &["speed", "reverseAll"],
    fields: &[
        PAYMENT_ID,
        AMOUNT,
        SPEED,
        REFUND_NOTES,
        RECEIPT,
        REVERSE_ALL,
        WRITTEN_AS,
        Field::made(
            "idempotencyKey",
            Kind::Token { min: 10, max: 255 },
            "X-Refund-Idempotency, as of createRefund. Nothing documents that Razorpay recognizes it here, so nothing relies \
             on it. A UUID is made when it is left out.",
        ),
    ],
    body: &[
        Member::text("payment_id", "paymentId"),
        Member::new("amount", "amount", Form::By("amountAs", AMOUNT_AS)),
        Member::text("speed", "speed"),
        Member::new("notes", "notes", Form::Notes),
        Member::text("receipt", "receipt"),
        Member::new("reverse_all", "reverseAll", Form::Flag),
    ],
    check: None,
};

/// Source: api/refunds/fetch-multiple-refund-payment.
static LIST_PAYMENT_REFUNDS: Operation = Operation {
    provider: super::NAME,
    name: "listPaymentRefunds",
    doc: documentation("Lists the refunds of a payment."),
    method: Method::Get,
    path: "/v1/payments/{paymentId}/refunds",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: Some("paymentId"),
    reference: None,
    options: &[],
    fields: &[PAYMENT_ID, FROM, TO, COUNT, SKIP],
    body: &[],
    check: Some(check_period),
};

/// Source: api/refunds/fetch-specific-refund-payment.
static FETCH_PAYMENT_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "fetchPaymentRefund",
    doc: documentation("Fetches one refund of a payment."),
    method: Method::Get,
    path: "/v1/payments/{paymentId}/refunds/{refundId}",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: Some("paymentId"),
    reference: None,
    options: &[],
    fields: &[PAYMENT_ID, REFUND_ID],
    body: &[],
    check: None,
};

/// Source: api/refunds/fetch-all.
static LIST_REFUNDS: Operation = Operation {
    provider: super::NAME,
    name: "listRefunds",
    doc: documentation("Lists all refunds; without count and skip the last 10."),
    method: Method::Get,
    path: "/v1/refunds",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: None,
    reference: None,
    options: &[],
    fields: &[FROM, TO, COUNT, SKIP],
    body: &[],
    check: Some(check_period),
};

/// Source: api/refunds/fetch-with-id.
static FETCH_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "fetchRefund",
    doc: documentation("Fetches one refund."),
    method: Method::Get,
    path: "/v1/refunds/{refundId}",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: None,
    reference: None,
    options: &[],
    fields: &[REFUND_ID],
    body: &[],
    check: None,
};

/// Source: api/refunds/update.
static UPDATE_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "updateRefund",
    doc: documentation(
        "Changes the notes of a refund, the only thing of it that can be changed. Whether earlier notes stay is not documented.",
    ),
    method: Method::Patch,
    path: "/v1/refunds/{refundId}",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: None,
    reference: None,
    options: &[],
    fields: &[
        REFUND_ID,
        Field::required("notes", NOTES, "Key-value pairs: at most 15, keys and values at most 256 characters each."),
    ],
    body: &[Member::new("notes", "notes", Form::Notes)],
    check: None,
};

/// Nothing recognizes a second reversal, and a reversal has no reference: only its id and its amount tell one from another.
/// How many reversals a list holds is not documented; 10 is what Razorpay's other lists hold.
const FOLLOW_REVERSAL: Facts = Facts {
    repeat: Repeat::None,
    asks: Asks::Refund,
    list_lag_ms: None,
    page_size: Some(10),
    list_has_amounts: true,
    names_payment: true,
    in_parts: false,
    events: Events::None,
};

/// Source: api/payments/route/reverse-a-transfer.
static CREATE_REVERSAL: Operation = Operation {
    provider: super::NAME,
    name: "createReversal",
    doc: documentation(
        "Takes a transfer back from a linked account, in full or in part (Route). It refunds no customer: for a payment that \
         went to several accounts it comes before the refund in part. Razorpay documents no idempotency key.",
    ),
    method: Method::Post,
    path: "/v1/transfers/{transferId}/reversals",
    other_paths: &[],
    moves_money: true,
    idempotency: None,
    follow: Some(FOLLOW_REVERSAL),
    payment: Some("transferId"),
    reference: None,
    options: &[],
    fields: &[
        TRANSFER_ID,
        Field::optional(
            "amount",
            Kind::Money { currencies: &[], decimals: Decimals::AtMostTwo },
            "The amount, in the transfer's currency; left out, all of the transfer. Sent in minor units, without the currency. \
             Razorpay documents reversals in INR only, and shows one in MYR.",
        ),
        REFUND_NOTES,
    ],
    body: &[
        Member::new("amount", "amount", Form::AmountNumber(Unit::Minor)),
        Member::new("notes", "notes", Form::Notes),
    ],
    check: None,
};

/// Source: api/payments/route/fetch-reversals.
static LIST_REVERSALS: Operation = Operation {
    provider: super::NAME,
    name: "listReversals",
    doc: documentation("Lists the reversals of a transfer (Route)."),
    method: Method::Get,
    path: "/v1/transfers/{transferId}/reversals",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: Some("transferId"),
    reference: None,
    options: &[],
    fields: &[TRANSFER_ID],
    body: &[],
    check: None,
};

/// Plans a refund, normal or instant.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn create_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CREATE_REFUND, input, None)
}

/// Plans a refund whose payment is named in the body, as by Razorpay's PHP SDK.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn create_refund_by_payment_id(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CREATE_REFUND_BY_PAYMENT_ID, input, None)
}

/// Plans the reversal of a transfer to a linked account.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn create_reversal(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CREATE_REVERSAL, input, None)
}

/// Plans the list of a transfer's reversals.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn list_reversals(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&LIST_REVERSALS, input, None)
}

/// Plans the list of a payment's refunds.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn list_payment_refunds(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&LIST_PAYMENT_REFUNDS, input, None)
}

/// Plans the fetching of one refund of a payment.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn fetch_payment_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&FETCH_PAYMENT_REFUND, input, None)
}

/// Plans the list of all refunds.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn list_refunds(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&LIST_REFUNDS, input, None)
}

/// Plans the fetching of one refund.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn fetch_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&FETCH_REFUND, input, None)
}

/// Plans a change of a refund's notes.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn update_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&UPDATE_REFUND, input, None)
}

/// The plan that asks what became of another: the refunds of its payment, as many as one page holds, since
/// Razorpay gives no way to look for a receipt or an idempotency key; after an update the refund itself.
#[must_use]
pub fn query_for(plan: &Plan) -> Option<Plan> {
    match plan.operation.name {
        "createRefund" | "createRefundByPaymentId" => {
            let payment_id = plan.describe().ok()?.payment?;
            let input = Value::object([("paymentId", payment_id.into()), ("count", "100".into())]);
            list_payment_refunds(&input).ok()
        }
        "createReversal" => {
            list_reversals(&Value::object([("transferId", plan.path_field("transferId")?.into())])).ok()
        }
        "updateRefund" => fetch_refund(&Value::object([("refundId", plan.path_field("refundId")?.into())])).ok(),
        _ => None,
    }
}

fn check_period(input: &Input<'_>, problems: &mut Problems) {
    let seconds = |name: &str| input.optional_text(name).and_then(|text| text.parse::<u64>().ok());
    if seconds("from").zip(seconds("to")).is_some_and(|(from, to)| from > to) {
        problems.add(ErrorCode::Conflict, "from", "is later than to.");
    }
}

/// How many refunds a list's plan asks for.
pub(super) fn page_size(plan: &Plan) -> u64 {
    let count = plan.query.split('&').find_map(|pair| pair.strip_prefix("count="));
    count.and_then(|count| count.parse().ok()).unwrap_or(10)
}
