//! What SNAP requests have in common.

use crate::body::{Form, Member, Unit};
use crate::input::{Field, Kind};

/// The fields of a token call. Source: ASPI "Keamanan", Access Token B2B.
pub const TOKEN_FIELDS: &[Field] = &[
    Field::optional(
        "grantType",
        Kind::Token { min: 1, max: 64 },
        "grantType. client_credentials, the standard's value, when it is left out.",
    ),
    Field::optional(
        "additionalInfo",
        Kind::Notes { pairs: 15, max: 256 },
        "additionalInfo: further members, where the provider asks for them.",
    ),
];

/// The body of a token call.
pub const TOKEN_BODY: &[Member] = &[
    Member::new("grantType", "grantType", Form::TextOr("client_credentials")),
    Member::new("additionalInfo", "additionalInfo", Form::Notes),
];

/// `refundAmount{value,currency}`, the value as text in all its decimals: `"10000.00"`.
pub const AMOUNT_VALUE: Member = Member::new("refundAmount.value", "amount", Form::AmountText(Unit::Full));
/// The second member of `refundAmount`.
pub const AMOUNT_CURRENCY: Member = Member::new("refundAmount.currency", "amount", Form::Currency);
