//! Craftgate (Türkiye): refunds of payments, payment transactions and wallet transactions, authenticated by
//! one SHA-256 over URL, keys, nonce and body.
//!
//! Sources: developer.craftgate.io, "API", "Refund", "Payment Reporting", "Wallet", "Error Groups",
//! "Webhook"; where these are silent, the official clients on GitHub (`craftgate/craftgate-*-client`).

mod requests;
mod responses;
mod signing;
mod webhooks;

pub use requests::*;
pub use responses::{GROUPS, RULES};
pub use signing::signature;
pub use webhooks::Webhooks;

use crate::error::{ErrorCode, Problems, RefundError};
use crate::http::{BaseUrl, HttpRequest, HttpResponse};
use crate::input::{Field, Input, Kind, Settings};
use crate::plan::Plan;
use crate::provider::{self, BASE_URL, ENVIRONMENT, Hosts, Provider};
use crate::secret::Secret;
use crate::sign::{Attempt, Explanation, Prepared, expect_provider};
use crate::verdict::Verdict;
use alloc::boxed::Box;
use alloc::string::String;

/// This provider's name in the crate.
pub const NAME: &str = "craftgate";

/// Craftgate.
pub static PROVIDER: Provider = Provider {
    name: NAME,
    title: "Craftgate",
    settings: SETTINGS,
    operations: requests::OPERATIONS,
    rules: RULES,
    wordings: GROUPS,
    client: |settings| Ok(Box::new(Client::new(settings)?)),
    query_for: |plan, _| query_for(plan),
    webhooks: Some(webhooks::TABLE),
    verification: None,
    stand_ins: |_| &["secretKey"],
};

/// Source: developer.craftgate.io, "Environments".
const HOSTS: Hosts = Hosts { sandbox: "https://sandbox-api.craftgate.io", production: "https://api.craftgate.io" };

const AUTH_VERSION: &str = "V1";

const SETTINGS: &[Field] = &[
    Field::required("apiKey", Kind::Header { min: 1, max: 128 }, "The API key from the Craftgate panel."),
    Field::required(
        "secretKey",
        Kind::Secret,
        "The secret key from the Craftgate panel, as text. It is not the webhook key.",
    ),
    Field::optional(
        "lang",
        Kind::Token { min: 2, max: 35 },
        "The language of error descriptions, such as tr or en. Sent as the header lang, which is not signed.",
    ),
    Field::optional(
        "authVersion",
        Kind::OneOf(&["V1", "v1", "1"]),
        "The header x-auth-version. V1, the documented one, when left out; official clients send v1 (Java, .NET, PHP, \
         Python) or 1 (Node).",
    ),
    ENVIRONMENT,
    BASE_URL,
];

/// Signs Craftgate's plans and reads its answers.
#[derive(Debug)]
pub struct Client {
    base: BaseUrl,
    api_key: String,
    secret_key: Secret,
    lang: Option<String>,
    auth_version: String,
}

impl Client {
    /// Makes a client from `apiKey`, `secretKey`, perhaps `lang`, and `environment` or `baseUrl`.
    ///
    /// # Errors
    /// Everything that is wrong with the settings, at once.
    pub fn new(settings: &Settings<'_>) -> Result<Self, RefundError> {
        let mut problems = Problems::default();
        let checked = Input::check_settings(SETTINGS, settings, &mut problems);
        let base = provider::base_url(&checked, HOSTS, &mut problems);
        let secret_key = checked.secret("secretKey").cloned();
        problems.complete(base.zip(secret_key).map(|(base, secret_key)| Client {
            base,
            api_key: String::from(checked.text("apiKey")),
            secret_key,
            lang: checked.optional_text("lang").map(String::from),
            auth_version: String::from(checked.optional_text("authVersion").unwrap_or(AUTH_VERSION)),
        }))
    }
}

impl provider::Client for Client {
    fn sign(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<HttpRequest, RefundError> {
        expect_provider(plan, NAME)?;
        Ok(signing::sign(self, plan, attempt))
    }

    fn prepare(&self, plan: &Plan, _: &Attempt<'_>) -> Result<Prepared, RefundError> {
        expect_provider(plan, NAME)?;
        let message = "is hashed together with the secret key itself: no key elsewhere can sign it.";
        Err(RefundError::new(ErrorCode::NotExternallySignable, "plan", message))
    }

    fn explain(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<Explanation, RefundError> {
        expect_provider(plan, NAME)?;
        Ok(signing::explain(self, plan, attempt))
    }

    fn read<'r>(&self, plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Result<Verdict<'r>, RefundError> {
        expect_provider(plan, NAME)?;
        Ok(responses::read(plan, response))
    }
}
