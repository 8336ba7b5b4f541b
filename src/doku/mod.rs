//! DOKU (Indonesia): card and paylater refunds with an HMAC over five labelled lines, signed both ways.
//!
//! Sources: developers.doku.com, "Refund" (cards, non-SNAP), "Signature Component from Request Header",
//! "Signature Component from Response Header", "Idempotency Request", "Check Status API"; for e-wallets and
//! direct debits SNAP: "SNAP symmetric signature" and DOKU's SDKs.

mod requests;
mod responses;
mod signing;
mod webhooks;

pub use requests::*;
pub use responses::{RULES, WORDINGS};
pub use signing::{request_string_to_sign, response_string_to_sign};
pub use webhooks::Webhooks;

use crate::error::{ErrorCode, Problems, RefundError};
use crate::http::{BaseUrl, HttpRequest, HttpResponse};
use crate::input::{Field, Input, Kind, Settings};
use crate::plan::Plan;
use crate::provider::{self, BASE_URL, ENVIRONMENT, Hosts, Provider};
use crate::secret::Secret;
use crate::sign::{Algorithm, Attempt, Explanation, HmacSha256Key, HmacSha512Key, Prepared, expect_provider};
use crate::snap;
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
    wordings: WORDINGS,
    client: |settings| Ok(Box::new(Client::new(settings)?)),
    query_for,
    webhooks: Some(webhooks::TABLE),
    verification: None,
    stand_ins: |_| &["secretKey", "accessToken"],
};

/// Source: "Refund", API endpoint (Sandbox) and (Production).
const HOSTS: Hosts = Hosts { sandbox: "https://api-sandbox.doku.com", production: "https://api.doku.com" };

const SETTINGS: &[Field] = &[
    Field::required("clientId", Kind::Header { min: 1, max: 128 }, "The Client ID from DOKU Back Office."),
    Field::required("secretKey", Kind::Secret, "The Secret Key from DOKU Back Office, used as it is, never decoded."),
    ENVIRONMENT,
    BASE_URL,
    Field::optional(
        "accessToken",
        Kind::Secret,
        "SNAP only: the B2B token that requestAccessToken gave, without Bearer. DOKU says how many seconds it is valid.",
    ),
    Field::optional(
        "customerToken",
        Kind::Secret,
        "SNAP only: the customer's B2B2C token, without Bearer, where the account is bound: sent as Authorization-Customer.",
    ),
    Field::optional(
        "ipAddress",
        Kind::Header { min: 10, max: 15 },
        "SNAP only: X-IP-ADDRESS, which Allo needs and DOKU's Go SDK always wants. 10 to 15 characters.",
    ),
    Field::optional(
        "deviceId",
        Kind::Header { min: 1, max: 64 },
        "SNAP only: X-DEVICE-ID, which DANA and ShopeePay may need. At most 64 characters.",
    ),
    Field::optional(
        "snapTimeZone",
        Kind::OneOf(&["jakarta", "utc"]),
        "SNAP only: how X-TIMESTAMP is written: jakarta with +07:00 as in DOKU's samples, when it is left out, or utc with Z \
         as in its Python SDK.",
    ),
];

/// Signs DOKU's plans and reads its answers.
#[derive(Debug)]
pub struct Client {
    base: BaseUrl,
    client_id: String,
    key: HmacSha256Key,
    snap: Snap,
}

/// What the SNAP operations need besides.
#[derive(Debug)]
struct Snap {
    key: HmacSha512Key,
    access_token: Option<Secret>,
    customer_token: Option<Secret>,
    ip_address: Option<String>,
    device_id: Option<String>,
    utc: bool,
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
        let snap = Snap::new(&checked, &mut problems);
        problems.complete(base.zip(key).zip(snap).map(|((base, key), snap)| Client { base, client_id, key, snap }))
    }
}

impl Snap {
    fn new(settings: &Input<'_>, problems: &mut Problems) -> Option<Self> {
        Some(Snap {
            // "HMAC_SHA512(clientSecret, stringToSign)": the secret key again, used as it is.
            key: HmacSha512Key::new(settings.secret("secretKey")?.expose())?,
            access_token: snap::access_token(settings, "accessToken", problems),
            customer_token: snap::access_token(settings, "customerToken", problems),
            ip_address: settings.optional_text("ipAddress").map(String::from),
            device_id: settings.optional_text("deviceId").map(String::from),
            utc: settings.optional_text("snapTimeZone") == Some("utc"),
        })
    }
}

impl provider::Client for Client {
    fn sign(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<HttpRequest, RefundError> {
        let prepared = self.prepare(plan, attempt)?;
        let message = prepared.message.as_bytes();
        match prepared.algorithm {
            Algorithm::HmacSha256 => {
                let signature = self.key.sign(message);
                Ok(prepared.finish(&signature))
            }
            Algorithm::HmacSha512 => {
                let signature = self.snap.key.sign(message);
                Ok(prepared.finish(&signature))
            }
            Algorithm::RsaPkcs1Sha256 => {
                let message = "is signed with the merchant's RSA key, which never enters this module.";
                Err(RefundError::new(ErrorCode::SignedOutside, "plan", message))
            }
        }
    }

    fn prepare(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<Prepared, RefundError> {
        expect_provider(plan, NAME)?;
        if is_token_call(plan) {
            return Ok(signing::prepare_token_call(self, plan, attempt));
        }
        if is_snap(plan) {
            return signing::prepare_snap(self, plan, attempt);
        }
        Ok(signing::prepare(self, plan, attempt))
    }

    fn explain(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<Explanation, RefundError> {
        expect_provider(plan, NAME)?;
        let prepared = provider::Client::prepare(self, plan, attempt)?;
        if is_snap(plan) || is_token_call(plan) {
            let key = if is_token_call(plan) { "<private key>" } else { "<secretKey>" };
            return Ok(snap::explain(plan, prepared, &self.base.path(&plan.path), key));
        }
        Ok(signing::explain(prepared))
    }

    fn read<'r>(&self, plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Result<Verdict<'r>, RefundError> {
        expect_provider(plan, NAME)?;
        if is_snap(plan) {
            return Ok(responses::read_snap(plan, response));
        }
        Ok(responses::read(self, plan, response))
    }
}
