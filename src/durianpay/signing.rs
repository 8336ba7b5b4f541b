//! Durianpay's authentication: the server key and a colon, in base64. Nothing is signed.

use super::Client;
use crate::http::HttpRequest;
use crate::plan::Plan;
use crate::sign;
use alloc::vec;

/// One attempt. It holds neither time nor nonce, so every attempt of a plan is the same request.
pub(super) fn sign(client: &Client, plan: &Plan) -> HttpRequest {
    // "Authentication": `Authorization: Basic base64(<api key>:)`, a blank password, colon included.
    let authorization = sign::basic(client.server_key.expose(), b"");
    sign::request(&client.base, plan, vec![("Authorization", authorization)])
}
