//! Razorpay's authentication: Basic or Bearer. Nothing is signed.

use super::{Client, Credentials};
use crate::http::HttpRequest;
use crate::plan::Plan;
use crate::sign::{self, Explanation, Line};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// One attempt. Every attempt of a plan is the same request: idempotency rests on key and body.
pub(super) fn sign(client: &Client, plan: &Plan) -> HttpRequest {
    authorized(client, plan, authorization(&client.credentials))
}

fn authorized(client: &Client, plan: &Plan, authorization: String) -> HttpRequest {
    let mut headers = vec![("Authorization", authorization)];
    // partner-auth/refunds: the account id of the sub-merchant.
    headers.extend(client.account.clone().map(|account| ("X-Razorpay-Account", account)));
    // "Add the header X-Refund-Idempotency to the request and pass an idempotency key against it."
    headers.extend(plan.idempotency_key.clone().map(|key| ("X-Refund-Idempotency", key)));
    sign::request(&client.base, plan, headers)
}

/// What the header is made of.
pub(super) fn explain(client: &Client, plan: &Plan) -> Explanation {
    let (explanation, shown) = match &client.credentials {
        Credentials::Key { id, .. } => {
            let (user, password) = (Line::plain("user", &**id), Line::secret("password", "<keySecret>"));
            (Explanation::basic(user, password), "Basic <base64>")
        }
        Credentials::OAuth(_) => {
            let explanation = Explanation {
                formula: String::from("\"Bearer \" + string"),
                components: vec![Line::secret("access token", "<oauthToken>")],
                string_to_sign: String::from("<oauthToken>"),
                header: "Authorization",
                headers: Vec::new(),
            };
            (explanation, "Bearer <oauthToken>")
        }
    };
    explanation.with_headers(authorized(client, plan, String::new()), &[("Authorization", shown)])
}

/// `Basic base64(key_id:key_secret)`, the bytes of its UTF-8 text, or `Bearer token`; the scheme's name
/// exactly so: api/authentication lists other spellings as rejected.
fn authorization(credentials: &Credentials) -> String {
    match credentials {
        Credentials::Key { id, secret } => sign::basic(id.as_bytes(), secret.expose()),
        Credentials::OAuth(token) => {
            let mut value = String::from("Bearer ");
            value.push_str(token.expose_text().unwrap_or_default());
            value
        }
    }
}
