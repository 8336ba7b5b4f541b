//! Craftgate's operations: from input to plan.

use crate::body::{Form, Member, Unit};
use crate::encode::json::Value;
use crate::error::{ErrorCode, Problems, RefundError};
use crate::facts::{Asks, Events, Facts, Repeat};
use crate::http::Method;
use crate::input::{Decimals, Field, Input, Kind, documentation};
use crate::plan::{Operation, Plan};
use crate::time;
use alloc::string::String;

pub(super) const OPERATIONS: &[&Operation] = &[
    &CREATE_REFUND,
    &REFUND_PAYMENT_TRANSACTION,
    &RETRIEVE_REFUND,
    &RETRIEVE_TRANSACTION_REFUND,
    &MARK_AS_REFUNDED,
    &MARK_TRANSACTION_AS_REFUNDED,
    &REFUND_WAITING_PAYMENT,
    &LIST_PAYMENT_REFUNDS,
    &LIST_TRANSACTION_REFUNDS,
    &SEARCH_REFUNDS,
    &SEARCH_TRANSACTION_REFUNDS,
    &REFUND_WALLET_TRANSACTION,
    &WALLET_REFUNDABLE_AMOUNT,
    &LIST_WALLET_REFUNDS,
];

/// Source: the enum `Currency` of the official clients; the page "Currencies" lists fewer.
const CURRENCIES: &[&str] = &[
    "TRY", "USD", "EUR", "GBP", "ARS", "BRL", "CNY", "AED", "IQD", "AZN", "KZT", "KWD", "SAR", "BHD", "RUB", "JPY",
    "EGP", "MXN", "RON",
];

const AMOUNT: Kind = Kind::Money { currencies: CURRENCIES, decimals: Decimals::Iso };

const PAYMENT_ID: Field = Field::required(
    "paymentId",
    Kind::Long,
    "paymentId: the id of the payment. A 64-bit number; beyond 2^53 give text or a BigInt.",
);

const PAYMENT_TRANSACTION_ID: Field = Field::required(
    "paymentTransactionId",
    Kind::Long,
    "paymentTransactionId: the id of the payment transaction, one item of the payment's basket.",
);

const WALLET_TRANSACTION_ID: Field =
    Field::required("walletTransactionId", Kind::Long, "The id of the wallet transaction, in the path.");

/// Source: "Refund", request parameters. A length limit is not documented.
const CONVERSATION_ID: Field = Field::optional(
    "conversationId",
    Kind::Text { min: 1, max: 255 },
    "conversationId: the merchant's own value, usually an order number, that Craftgate sends back. At most 255 \
     characters here; Craftgate documents no limit.",
);

/// Source: "Refund", Refund Type; `CARD` is a deprecated alias of `PROVIDER` in the official clients.
const DESTINATION: Field = Field::optional(
    "refundDestinationType",
    Kind::OneOf(&["PROVIDER", "WALLET", "CARD"]),
    "refundDestinationType: PROVIDER (back to the card or payment method; Craftgate's default), WALLET (to the \
     buyer's wallet), or CARD (deprecated name of PROVIDER).",
);

const CHARGE_FROM_ME: Field = Field::optional(
    "chargeFromMe",
    Kind::Flag,
    "chargeFromMe: whether the merchant's own balance pays the refund, for a marketplace whose sub-merchant's \
     balance is too low.",
);

/// Source: README "Idempotency" of the PHP, Python and Node clients (2026): header `x-idempotency-key` on
/// POST, PATCH and DELETE; the first result is given again.
const IDEMPOTENCY_KEY: Field = Field::made(
    "idempotencyKey",
    Kind::Header { min: 1, max: 128 },
    "x-idempotency-key: what Craftgate recognizes a repeated request by; not signed. Printable ASCII, at most 128 \
     characters here; Craftgate documents no format. A UUID is made when it is left out.",
);

/// Sources: README "Idempotency" of the PHP and Python clients: the first result is given again; "Search Payment
/// Transaction Refunds", page.total; webhooks: the signature covers type, time, status and id, and not the refund.
const TRANSACTION_REFUND: Facts = Facts {
    repeat: Repeat::SilentReplay,
    asks: Asks::Refund,
    list_lag_ms: None,
    page_size: None,
    list_has_amounts: true,
    names_payment: false,
    in_parts: false,
    events: Events::Hint,
};

/// A whole payment's refund is listed as one entry for each of its transactions, under one conversationId.
const PAYMENT_REFUND: Facts = Facts { in_parts: true, ..TRANSACTION_REFUND };

/// The body of every POST: what the operation has of these, ids and amount as JSON numbers in their own digits.
const BODY: &[Member] = &[
    Member::new("paymentId", "paymentId", Form::Number),
    Member::new("paymentTransactionId", "paymentTransactionId", Form::Number),
    Member::text("conversationId", "conversationId"),
    Member::new("refundPrice", "amount", Form::AmountNumber(Unit::Trimmed)),
    Member::text("refundDestinationType", "refundDestinationType"),
    Member::new("chargeFromMe", "chargeFromMe", Form::Flag),
];

const WHOLE_PAYMENT: &[Field] = &[PAYMENT_ID, CONVERSATION_ID, DESTINATION, CHARGE_FROM_ME, IDEMPOTENCY_KEY];

/// Source: "Refund", "Refund of a payment".
static CREATE_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "createRefund",
    doc: documentation(
        "Refunds a whole payment. On the day of the payment and without earlier partial refunds Craftgate cancels \
          it (kind CANCEL, with an id); otherwise it refunds each payment transaction (kind REFUND, without an id, \
          the ids are those of the parts).",
    ),
    method: Method::Post,
    path: "/payment/v1/refunds",
    other_paths: &[],
    moves_money: true,
    idempotency: Some("idempotencyKey"),
    follow: Some(PAYMENT_REFUND),
    payment: Some("paymentId"),
    reference: Some("conversationId"),
    options: &["refundDestinationType", "chargeFromMe"],
    fields: WHOLE_PAYMENT,
    body: BODY,
    check: None,
};

/// Source: "Refund", "Refund of a payment transaction".
static REFUND_PAYMENT_TRANSACTION: Operation = Operation {
    provider: super::NAME,
    name: "refundPaymentTransaction",
    doc: documentation("Refunds one payment transaction, in full or in part."),
    method: Method::Post,
    path: "/payment/v1/refund-transactions",
    other_paths: &[],
    moves_money: true,
    idempotency: Some("idempotencyKey"),
    follow: Some(TRANSACTION_REFUND),
    payment: Some("paymentTransactionId"),
    reference: Some("conversationId"),
    options: &["refundDestinationType", "chargeFromMe"],
    fields: &[
        PAYMENT_TRANSACTION_ID,
        CONVERSATION_ID,
        Field::optional(
            "amount",
            AMOUNT,
            "refundPrice: major units, sent as a JSON number. The currency is that of the payment and is not sent; it \
             fixes the decimals. The whole transaction, presumably, when left out: the page says optional only.",
        ),
        DESTINATION,
        CHARGE_FROM_ME,
        IDEMPOTENCY_KEY,
    ],
    body: BODY,
    check: None,
};

/// Source: "Refund", "Retrieve a refund".
static RETRIEVE_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "retrieveRefund",
    doc: documentation("Fetches one payment refund: that of a cancelled payment, since others have no id."),
    method: Method::Get,
    path: "/payment/v1/refunds/{id}",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: None,
    reference: None,
    options: &[],
    fields: &[Field::required("id", Kind::Long, "The id of the payment refund, in the path.")],
    body: &[],
    check: None,
};

/// Source: "Refund", "Retrieve a refund of a payment transaction".
static RETRIEVE_TRANSACTION_REFUND: Operation = Operation {
    provider: super::NAME,
    name: "retrieveTransactionRefund",
    doc: documentation("Fetches one refund of a payment transaction."),
    method: Method::Get,
    path: "/payment/v1/refund-transactions/{id}",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: None,
    reference: None,
    options: &[],
    fields: &[Field::required("id", Kind::Long, "The id of the transaction refund, in the path.")],
    body: &[],
    check: None,
};

/// Source: the official clients, `refundPaymentMarkAsRefunded`. It changes what can still be refunded, so an
/// unclear answer has to be asked about like that of a refund.
static MARK_AS_REFUNDED: Operation = Operation {
    provider: super::NAME,
    name: "markAsRefunded",
    doc: documentation(
        "Marks a whole payment as refunded, for money that was given back elsewhere: no bank is called.",
    ),
    method: Method::Post,
    path: "/payment/v1/refunds/mark-as-refunded",
    other_paths: &[],
    moves_money: true,
    idempotency: Some("idempotencyKey"),
    follow: Some(PAYMENT_REFUND),
    payment: Some("paymentId"),
    reference: Some("conversationId"),
    options: &["refundDestinationType", "chargeFromMe"],
    fields: WHOLE_PAYMENT,
    body: BODY,
    check: None,
};

/// Source: the official clients, `refundPaymentTransactionMarkAsRefunded`.
static MARK_TRANSACTION_AS_REFUNDED: Operation = Operation {
    provider: super::NAME,
    name: "markTransactionAsRefunded",
    doc: documentation(
        "Marks an amount of one payment transaction as refunded, for money that was given back elsewhere: no bank \
          is called.",
    ),
    method: Method::Post,
    path: "/payment/v1/refund-transactions/mark-as-refunded",
    other_paths: &[],
    moves_money: true,
    idempotency: Some("idempotencyKey"),
    follow: Some(TRANSACTION_REFUND),
    payment: Some("paymentTransactionId"),
    reference: Some("conversationId"),
    options: &[],
    fields: &[
        PAYMENT_TRANSACTION_ID,
        CONVERSATION_ID,
        Field::required(
            "amount",
            AMOUNT,
            "refundPrice: major units, sent as a JSON number. The currency is that of the payment and is not sent; it \
             fixes the decimals.",
        ),
        IDEMPOTENCY_KEY,
    ],
    body: BODY,
    check: None,
};

/// Source: the official clients, `refundWaitingPayment`; Craftgate does not say what it is for.
static REFUND_WAITING_PAYMENT: Operation = Operation {
    provider: super::NAME,
    name: "refundWaitingPayment",
    doc: documentation(
        "Refunds a payment that is still waiting. In the official clients only; the pages do not describe it.",
    ),
    method: Method::Post,
    path: "/payment/v1/refunds/refund-waiting-payment",
    other_paths: &[],
    moves_money: true,
    idempotency: Some("idempotencyKey"),
    follow: Some(PAYMENT_REFUND),
    payment: Some("paymentId"),
    reference: None,
    options: &[],
    fields: &[PAYMENT_ID, IDEMPOTENCY_KEY],
    body: BODY,
    check: None,
};

/// Source: "Payment Reporting", "Retrieve refunds of a payment".
static LIST_PAYMENT_REFUNDS: Operation = Operation {
    provider: super::NAME,
    name: "listPaymentRefunds",
    doc: documentation("Lists the refunds of a payment."),
    method: Method::Get,
    path: "/payment-reporting/v1/payments/{paymentId}/refunds",
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

/// Source: "Payment Reporting", "Retrieve refunds of a payment transaction".
static LIST_TRANSACTION_REFUNDS: Operation = Operation {
    provider: super::NAME,
    name: "listTransactionRefunds",
    doc: documentation("Lists the refunds of one payment transaction."),
    method: Method::Get,
    path: "/payment-reporting/v1/payments/{paymentId}/transactions/{paymentTransactionId}/refunds",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: Some("paymentTransactionId"),
    reference: None,
    options: &[],
    fields: &[PAYMENT_ID, PAYMENT_TRANSACTION_ID],
    body: &[],
    check: None,
};

const MAX_INT: u64 = 2_147_483_647;

/// Source: `SearchPaymentRefundsRequest` and `SearchPaymentTransactionRefundsRequest` of the official clients;
/// the page names the prices `minPaidPrice` and `maxPaidPrice` and lists other states. The first
/// [`OF_PAYMENTS`] belong to both searches. Only what was given is sent, in this order: the empty values and
/// trailing `&` of some official clients would be signed, too.
const SEARCH_FIELDS: &[Field] = &[
    Field::optional("page", Kind::Integer { min: 0, max: MAX_INT }, "page: the number of the page, from 0."),
    Field::optional(
        "size",
        Kind::Integer { min: 1, max: MAX_INT },
        "size: how many refunds a page holds; 10 when left out. Craftgate documents no limit.",
    ),
    Field::optional("id", Kind::Long, "id: the id of the refund."),
    Field::optional("paymentId", Kind::Long, "paymentId: the id of the payment."),
    Field::optional("buyerMemberId", Kind::Long, "buyerMemberId: the id of the buyer's member."),
    Field::optional("conversationId", Kind::Text { min: 1, max: 255 }, "conversationId: the merchant's own value."),
    Field::optional("status", Kind::OneOf(&["SUCCESS", "FAILURE", "WAITING"]), "status: the state of the refund."),
    Field::optional("currency", Kind::OneOf(CURRENCIES), "currency: ISO 4217."),
    Field::optional("minRefundPrice", Kind::Decimal, "minRefundPrice: the smallest amount, in major units, as text."),
    Field::optional("maxRefundPrice", Kind::Decimal, "maxRefundPrice: the largest amount, in major units, as text."),
    Field::optional("minCreatedDate", LOCAL_TIME, "minCreatedDate: the earliest time, local: 2021-11-15T14:07:18."),
    Field::optional("maxCreatedDate", LOCAL_TIME, "maxCreatedDate: the latest time, local: 2021-11-15T14:07:18."),
    Field::optional("paymentTransactionId", Kind::Long, "paymentTransactionId: the id of the payment transaction."),
    Field::optional("isAfterSettlement", Kind::Flag, "isAfterSettlement: whether it was refunded after settlement."),
];
const OF_PAYMENTS: usize = 12;

/// `yyyy-MM-dd'T'HH:mm:ss`, no zone: what the Java, .NET, Go and Python clients send.
const LOCAL_TIME: Kind = Kind::Header { min: 19, max: 19 };

/// Source: "Payment Reporting", "Search refunds".
static SEARCH_REFUNDS: Operation = Operation {
    provider: super::NAME,
    name: "searchRefunds",
    doc: documentation("Searches the refunds of payments, page by page."),
    method: Method::Get,
    path: "/payment-reporting/v1/refunds",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: Some("paymentId"),
    reference: None,
    options: &[],
    fields: SEARCH_FIELDS.split_at(OF_PAYMENTS).0,
    body: &[],
    check: Some(check_dates),
};

/// Source: "Payment Reporting", "Search payment transaction refunds".
static SEARCH_TRANSACTION_REFUNDS: Operation = Operation {
    provider: super::NAME,
    name: "searchTransactionRefunds",
    doc: documentation("Searches the refunds of payment transactions, page by page."),
    method: Method::Get,
    path: "/payment-reporting/v1/refund-transactions",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: Some("paymentTransactionId"),
    reference: None,
    options: &[],
    fields: SEARCH_FIELDS,
    body: &[],
    check: Some(check_dates),
};

/// Source: "Wallet", "Refund a wallet transaction to card".
static REFUND_WALLET_TRANSACTION: Operation = Operation {
    provider: super::NAME,
    name: "refundWalletTransaction",
    doc: documentation("Refunds an amount of a wallet transaction to the card that it came from."),
    method: Method::Post,
    path: "/payment/v1/wallet-transactions/{walletTransactionId}/refunds",
    other_paths: &[],
    moves_money: true,
    idempotency: Some("idempotencyKey"),
    follow: Some(TRANSACTION_REFUND),
    payment: Some("walletTransactionId"),
    reference: None,
    options: &[],
    fields: &[
        WALLET_TRANSACTION_ID,
        Field::required(
            "amount",
            AMOUNT,
            "refundPrice: major units, sent as a JSON number. The currency is that of the wallet and is not sent; it \
             fixes the decimals.",
        ),
        IDEMPOTENCY_KEY,
    ],
    body: BODY,
    check: None,
};

/// Source: "Wallet", "Retrieve the refundable amount of a wallet transaction".
static WALLET_REFUNDABLE_AMOUNT: Operation = Operation {
    provider: super::NAME,
    name: "walletRefundableAmount",
    doc: documentation("Asks how much of a wallet transaction can still be refunded: details.data.refundableAmount."),
    method: Method::Get,
    path: "/payment/v1/wallet-transactions/{walletTransactionId}/refundable-amount",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: Some("walletTransactionId"),
    reference: None,
    options: &[],
    fields: &[WALLET_TRANSACTION_ID],
    body: &[],
    check: None,
};

/// Source: "Wallet", "Retrieve the refunds of a wallet transaction".
static LIST_WALLET_REFUNDS: Operation = Operation {
    provider: super::NAME,
    name: "listWalletRefunds",
    doc: documentation("Lists the refunds of a wallet transaction."),
    method: Method::Get,
    path: "/payment/v1/wallet-transactions/{walletTransactionId}/refunds",
    other_paths: &[],
    moves_money: false,
    idempotency: None,
    follow: None,
    payment: Some("walletTransactionId"),
    reference: None,
    options: &[],
    fields: &[WALLET_TRANSACTION_ID],
    body: &[],
    check: None,
};

fn check_dates(input: &Input<'_>, problems: &mut Problems) {
    for name in ["minCreatedDate", "maxCreatedDate"] {
        let is_time = |text: &str| time::parse_rfc3339(&[text, "Z"].concat()).is_some();
        if !input.optional_text(name).is_none_or(is_time) {
            problems.add(ErrorCode::InvalidCharacter, name, "must be a local time such as 2021-11-15T14:07:18.");
        }
    }
}

/// Plans the refund of a whole payment.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn create_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&CREATE_REFUND, input, None)
}

/// Plans the refund of one payment transaction.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn refund_payment_transaction(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&REFUND_PAYMENT_TRANSACTION, input, None)
}

/// Plans to fetch one payment refund.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn retrieve_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&RETRIEVE_REFUND, input, None)
}

/// Plans to fetch one refund of a payment transaction.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn retrieve_transaction_refund(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&RETRIEVE_TRANSACTION_REFUND, input, None)
}

/// Plans to mark a payment as refunded.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn mark_as_refunded(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&MARK_AS_REFUNDED, input, None)
}

/// Plans to mark an amount of a payment transaction as refunded.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn mark_transaction_as_refunded(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&MARK_TRANSACTION_AS_REFUNDED, input, None)
}

/// Plans the refund of a waiting payment.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn refund_waiting_payment(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&REFUND_WAITING_PAYMENT, input, None)
}

/// Plans to list the refunds of a payment.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn list_payment_refunds(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&LIST_PAYMENT_REFUNDS, input, None)
}

/// Plans to list the refunds of a payment transaction.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn list_transaction_refunds(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&LIST_TRANSACTION_REFUNDS, input, None)
}

/// Plans a search among the refunds of payments.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn search_refunds(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&SEARCH_REFUNDS, input, None)
}

/// Plans a search among the refunds of payment transactions.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn search_transaction_refunds(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&SEARCH_TRANSACTION_REFUNDS, input, None)
}

/// Plans the refund of a wallet transaction.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn refund_wallet_transaction(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&REFUND_WALLET_TRANSACTION, input, None)
}

/// Plans to ask for the refundable amount of a wallet transaction.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn wallet_refundable_amount(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&WALLET_REFUNDABLE_AMOUNT, input, None)
}

/// Plans to list the refunds of a wallet transaction.
///
/// # Errors
/// Everything that is wrong with the input, at once.
pub fn list_wallet_refunds(input: &Value<'_>) -> Result<Plan, RefundError> {
    Plan::new(&LIST_WALLET_REFUNDS, input, None)
}

/// The plan that asks what became of a refund: the list of what was refunded of the same payment, payment
/// transaction or wallet transaction. A conversation id does not narrow it: the page does not say whether an
/// answer repeats that of the refund or that of the payment.
#[must_use]
pub fn query_for(plan: &Plan) -> Option<Plan> {
    let body = plan.body_value()?;
    let digits = |name: &str| body.get(name).and_then(Value::scalar).map(String::from);
    let (operation, input) = if let Some(id) = plan.path_field("walletTransactionId") {
        (&LIST_WALLET_REFUNDS, Value::object([("walletTransactionId", id.into())]))
    } else if let Some(id) = digits("paymentId") {
        (&LIST_PAYMENT_REFUNDS, Value::object([("paymentId", id.into())]))
    } else {
        // A transaction's own list needs the payment's id, which its refund does not name. 25 is the size of
        // the page's sample; verdict.page tells whether there are more.
        let id = digits("paymentTransactionId")?;
        let page = [("page", "0".into()), ("size", "25".into()), ("paymentTransactionId", id.into())];
        (&SEARCH_TRANSACTION_REFUNDS, Value::object(page))
    };
    Plan::new(operation, &input, None).ok()
}
