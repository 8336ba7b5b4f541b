//! What SNAP requests have in common.

use crate::encode::json::Writer;
use crate::input::{Field, Input, Kind};
use crate::plan::Draft;

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
#[must_use]
pub fn token_draft(input: &Input<'_>) -> Draft {
    let mut body = Writer::object();
    body.text("grantType", input.optional_text("grantType").unwrap_or("client_credentials"));
    if let Some(info) = input.notes("additionalInfo") {
        body.value("additionalInfo", info);
    }
    Draft::body(body.finish())
}

/// Writes `refundAmount{value,currency}` with the value as text in all its decimals: `"10000.00"`.
pub fn write_amount(body: &mut Writer, input: &Input<'_>) {
    if let Some(amount) = input.money("amount") {
        let currency = amount.currency().code();
        body.open("refundAmount").text("value", &amount.major()).text("currency", currency).close();
    }
}
