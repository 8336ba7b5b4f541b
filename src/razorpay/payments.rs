//! The signature that Razorpay's checkout gives a page when a payment is made: whether it is Razorpay's.
//!
//! Sources: payments/payment-gateway/s2s-integration/test-s2s/best-practices/security, BP-02 (an order, and that its id comes
//! from your records); documents/paymentVerfication.md and lib/utils/razorpay-utils.js of razorpay-node, Utils.java of
//! razorpay-java (subscriptions and payment links).

use crate::encode;
use crate::error::{ErrorCode, Problems, RefundError};
use crate::input::{Field, Input, Kind, MAX_ID, Settings};
use crate::provider::Verification;
use crate::sign::HmacSha256Key;
use crate::webhook::malformed;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) const VERIFICATION: Verification = Verification {
    name: "verifyPayment",
    doc: "Whether the signature of a payment is Razorpay's, as its checkout gives it to your page or to your callback: of an \
          order, a subscription or a payment link. The id of what was paid comes from your own records, never from the page. It \
          says who was paid, not what is captured: a payment link may be partially_paid.",
    fields: FIELDS,
    verify: verify_payment,
};

const ID: Kind = Kind::Token { min: 1, max: MAX_ID };

const FIELDS: &[Field] = &[
    Field::required("paymentId", ID, "razorpay_payment_id, pay_…"),
    Field::optional("orderId", ID, "The order that was paid, order_…"),
    Field::optional("subscriptionId", ID, "The subscription that was paid, sub_…, instead of an order."),
    Field::optional("paymentLinkId", ID, "The payment link that was paid, plink_…, instead of an order."),
    Field::optional(
        "paymentLinkReferenceId",
        Kind::Text { min: 0, max: 255 },
        "razorpay_payment_link_reference_id: your own reference of the link. Empty, or left out, where it has none.",
    ),
    Field::optional(
        "paymentLinkStatus",
        Kind::Token { min: 1, max: 64 },
        "razorpay_payment_link_status, such as paid. With paymentLinkId.",
    ),
    Field::required("signature", Kind::Header { min: 1, max: 128 }, "razorpay_signature: 64 hexadecimal digits."),
    // The checkout signs with the key secret of the API, and webhooks with their own.
    Field::required(
        "secrets",
        Kind::Secrets,
        "The key secrets, as texts or bytes: the present one, and the one before while payments signed with it still arrive. \
         Not those of webhooks.",
    ),
];

/// Whether a payment's signature is Razorpay's: the fields that docs/providers/razorpay.md lists, and `secrets`.
///
/// # Errors
/// Everything that is wrong with the fields, at once. [`ErrorCode::MalformedSignature`], and
/// [`ErrorCode::SignatureMismatch`] where Razorpay did not sign this.
pub fn verify_payment(given: &Settings<'_>) -> Result<(), RefundError> {
    let mut problems = Problems::default();
    let checked = Input::check_settings(FIELDS, given, &mut problems);
    let message = message(&checked, &mut problems);
    let keys: Vec<_> = checked.secrets("secrets").filter_map(|secret| HmacSha256Key::new(secret.expose())).collect();
    problems.or(())?;
    let signature = checked.text("signature");
    let mac = encode::from_hex(signature).filter(|mac| mac.len() == 32);
    let mac = mac.ok_or_else(|| malformed("signature", signature, "64 hexadecimal digits in lower case"))?;
    // Each key is tried: which one it was shows in the time, and is no secret.
    if keys.iter().any(|key| key.verify(message.as_bytes(), &mac)) {
        return Ok(());
    }
    Err(RefundError::new(
        ErrorCode::SignatureMismatch,
        "signature",
        "is not Razorpay's for this payment. Compare the secret, which is the key secret of the mode (test or live) and not \
         that of a webhook; and the id of the order, subscription or payment link, which must be the one in your records.",
    ))
}

/// What is signed: "order_id|payment_id", "payment_id|subscription_id", or
/// "payment_link_id|payment_link_reference_id|payment_link_status|payment_id".
///
/// Only the beginnings of the ids tell these apart: an order's signature must not pass for a subscription's.
fn message(checked: &Input<'_>, problems: &mut Problems) -> String {
    let payment = prefixed(checked, "paymentId", "pay_", problems).unwrap_or_default();
    let order = prefixed(checked, "orderId", "order_", problems);
    let subscription = prefixed(checked, "subscriptionId", "sub_", problems);
    let link = prefixed(checked, "paymentLinkId", "plink_", problems);
    let reference = checked.optional_text("paymentLinkReferenceId");
    let status = checked.optional_text("paymentLinkStatus");
    if link.is_none() && !problems.mention("paymentLinkId") {
        for (name, text) in [("paymentLinkReferenceId", reference), ("paymentLinkStatus", status)] {
            if text.is_some() {
                problems.add(ErrorCode::Conflict, name, "belongs to a payment link: give paymentLinkId, too.");
            }
        }
    }
    match (order, subscription, link) {
        (Some(order), None, None) => [order, payment].join("|"),
        (None, Some(subscription), None) => [payment, subscription].join("|"),
        (None, None, Some(link)) => {
            if status.is_none() {
                problems.add(ErrorCode::MissingField, "paymentLinkStatus", "is missing.");
            }
            [link, reference.unwrap_or_default(), status.unwrap_or_default(), payment].join("|")
        }
        (None, None, None) => {
            let named = ["orderId", "subscriptionId", "paymentLinkId"];
            if !named.into_iter().any(|name| problems.mention(name)) {
                let message = "is missing, and so are subscriptionId and paymentLinkId: give one.";
                problems.add(ErrorCode::MissingField, "orderId", message);
            }
            String::new()
        }
        _ => {
            problems.add(ErrorCode::Conflict, "orderId", "give one of orderId, subscriptionId and paymentLinkId.");
            String::new()
        }
    }
}

/// An id that begins as Razorpay's ids of this thing do.
fn prefixed<'i>(checked: &'i Input<'_>, name: &str, prefix: &str, problems: &mut Problems) -> Option<&'i str> {
    let id = checked.optional_text(name)?;
    if !id.starts_with(prefix) {
        problems.add(ErrorCode::WrongType, name, ["must begin with ", prefix, "."].concat());
    }
    Some(id)
}
