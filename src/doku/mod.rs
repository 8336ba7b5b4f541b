//! DOKU (Indonesia): card and paylater refunds with an HMAC over five labelled lines, signed both ways.
//!
//! Sources: developers.doku.com, "Refund" (cards, non-SNAP), "Signature Component from Request Header",
//! "Signature Component from Response Header", "Idempotency Request", "Check Status API".

mod requests;
mod responses;
mod signing;
mod webhooks;

pub use requests::*;
pub use responses::RULES;
pub use signing::{request_string_to_sign, response_string_to_sign};
pub use webhooks::Webhooks;

use crate::error::{Problems, RefundError};
use crate::http::{BaseUrl, HttpRequest, HttpResponse};
use crate::input::{Field, Input, Kind, Settings};
use crate::plan::Plan;
use crate::provider::{self, BASE_URL, ENVIRONMENT, Hosts, Provider};
use crate::sign::{Attempt, HmacSha256Key, Prepared, expect_provider};
use crate::verdict::Verdict;
use alloc::boxed::Box;
use alloc::string::String;

/// This provider's name in the crate.
pub const NAME: &str = "doku";

/// DOKU.
pub static PROVIDER: Provider = Provider {
    name: NAME,
    title: "DOKU",
    settings: SETTINGS,
    operations: requests::OPERATIONS,
    rules: RULES,
    client: |settings| Ok(Box::new(Client::new(settings)?)),
    query_for,
    webhooks: Some(webhooks::TABLE),
};

/// Source: "Refund", API endpoint (Sandbox) and (Production).
const HOSTS: Hosts = Hosts { sandbox: "https://api-sandbox.doku.com", production: "https://api.doku.com" };

const SETTINGS: &[Field] = &[
    Field::required("clientId", Kind::Header { min: 1, max: 128 }, "The Client ID from DOKU Back Office."),
    Field::required("secretKey", Kind::Secret, "The Secret Key from DOKU Back Office, used as it is, never decoded."),
    ENVIRONMENT,
    BASE_URL,
];

/// Signs DOKU's plans and reads its answers.
#[derive(Debug)]
pub struct Client {
    base: BaseUrl,
    client_id: String,
    key: HmacSha256Key,
}

impl Client {
    /// Makes a client from `clientId`, `secretKey`, and `environment` or `baseUrl`.
    ///
    /// # Errors
    /// Everything that is wrong with the settings, at once.
    pub fn new(settings: &Settings<'_>) -> Result<Self, RefundError> {
        let mut problems = Problems::default();
        let checked = Input::check_settings(SETTINGS, settings, &mut problems);
        let base = provider::base_url(&checked, HOSTS, &mut problems);
        let key = checked.secret("secretKey").and_then(|secret| HmacSha256Key::new(secret.expose()));
        let client_id = String::from(checked.text("clientId"));
        problems.complete(base.zip(key).map(|(base, key)| Client { base, client_id, key }))
    }
}

impl provider::Client for Client {
    fn sign(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<HttpRequest, RefundError> {
        let prepared = self.prepare(plan, attempt)?;
        let signature = self.key.sign(prepared.message.as_bytes());
        Ok(prepared.finish(&signature))
    }

    fn prepare(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<Prepared, RefundError> {
        expect_provider(plan, NAME)?;
        Ok(signing::prepare(self, plan, attempt))
    }

    fn read<'r>(&self, plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Result<Verdict<'r>, RefundError> {
        expect_provider(plan, NAME)?;
        Ok(responses::read(self, plan, response))
    }
}
