//! Razorpay (India, Malaysia, Singapore, USA): refunds in minor units, authenticated but not signed, with an
//! idempotency key.
//!
//! Sources: razorpay.com/docs, api/authentication, api/refunds/*, api/understand, errors, webhooks/refunds,
//! webhooks/validate-test; partners/aggregators/partner-auth; api/payments/route.

mod payments;
mod requests;
mod responses;
mod signing;
mod webhooks;

pub use payments::verify_payment;
pub use requests::*;
pub use responses::{RULES, WORDINGS};
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
pub const NAME: &str = "razorpay";

/// Razorpay.
pub static PROVIDER: Provider = Provider {
    name: NAME,
    title: "Razorpay",
    settings: SETTINGS,
    operations: requests::OPERATIONS,
    rules: RULES,
    wordings: WORDINGS,
    client: |settings| Ok(Box::new(Client::new(settings)?)),
    query_for: |plan, _| query_for(plan),
    webhooks: Some(webhooks::TABLE),
    verification: Some(payments::VERIFICATION),
    stand_ins: |settings| if settings.has("keyId") { &["keySecret"] } else { &["oauthToken"] },
};

/// Source: api/authentication: one host; the key's prefix, `rzp_test_` or `rzp_live_`, decides.
const HOSTS: Hosts = Hosts { sandbox: "https://api.razorpay.com", production: "https://api.razorpay.com" };

const SETTINGS: &[Field] = &[
    Field::optional(
        "keyId",
        Kind::Text { min: 1, max: 128 },
        "The key id, rzp_test_… or rzp_live_…; for a partner its client_id. No colon. With keySecret, or oauthToken instead of both.",
    ),
    Field::optional("keySecret", Kind::Secret, "The key secret; for a partner its client_secret."),
    Field::optional(
        "oauthToken",
        Kind::Secret,
        "The access token of a technology partner, sent as Bearer. Instead of keyId and keySecret.",
    ),
    Field::optional(
        "account",
        Kind::Id { prefix: "acc_", prefixes: requests::PREFIXES },
        "X-Razorpay-Account: the sub-merchant or linked account, acc_…, on whose behalf the requests are made.",
    ),
    ENVIRONMENT,
    BASE_URL,
];

/// How requests are authenticated.
#[derive(Debug)]
enum Credentials {
    Key { id: String, secret: Secret },
    OAuth(Secret),
}

/// Signs Razorpay's plans and reads its answers.
#[derive(Debug)]
pub struct Client {
    base: BaseUrl,
    credentials: Credentials,
    account: Option<String>,
}

impl Client {
    /// Makes a client from `keyId` and `keySecret`, or `oauthToken`; `account` where it acts for another;
    /// and `environment` or `baseUrl`.
    ///
    /// # Errors
    /// Everything that is wrong with the settings, at once.
    pub fn new(settings: &Settings<'_>) -> Result<Self, RefundError> {
        let mut problems = Problems::default();
        let checked = Input::check_settings(SETTINGS, settings, &mut problems);
        let base = provider::base_url(&checked, HOSTS, &mut problems);
        let credentials = credentials(&checked, &mut problems);
        check_environment(&checked, &mut problems);
        let account = checked.optional_text("account").map(String::from);
        problems.complete(base.zip(credentials).map(|(base, credentials)| Client { base, credentials, account }))
    }
}

/// Exactly one of the two ways. The Node SDK drops the token where both are given; here that is a mistake.
fn credentials(settings: &Input<'_>, problems: &mut Problems) -> Option<Credentials> {
    let (id, secret) = (settings.optional_text("keyId"), settings.secret("keySecret"));
    let mut refuse = |code, path: &str, message: &str| {
        problems.add(code, path, message);
        None
    };
    match (id, secret, settings.secret("oauthToken")) {
        (Some(id), Some(_), None) if id.contains(':') => {
            refuse(ErrorCode::InvalidCharacter, "keyId", "holds a colon, which ends the key id in Basic credentials.")
        }
        (Some(id), Some(secret), None) => Some(Credentials::Key { id: String::from(id), secret: secret.clone() }),
        (None, None, Some(token)) if !is_bearer_token(token.expose()) => {
            refuse(ErrorCode::InvalidCharacter, "oauthToken", "may hold letters, digits and - . _ ~ + / = only.")
        }
        (None, None, Some(token)) => Some(Credentials::OAuth(token.clone())),
        (_, _, Some(_)) => {
            refuse(ErrorCode::Conflict, "oauthToken", "was given together with keyId or keySecret: give one way.")
        }
        (Some(_), None, None) => refuse(ErrorCode::MissingField, "keySecret", "is missing."),
        (None, Some(_), None) => refuse(ErrorCode::MissingField, "keyId", "is missing."),
        (None, None, None) => {
            refuse(ErrorCode::MissingField, "keyId", "is missing, and so is oauthToken: give one way.")
        }
    }
}

/// `b64token` of RFC 6750: what can follow `Bearer` in a header.
fn is_bearer_token(token: &[u8]) -> bool {
    token.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte))
}

/// A key or token of the other mode would work, since the host is the same, but on the wrong money.
fn check_environment(settings: &Input<'_>, problems: &mut Problems) {
    let key = ("keyId", settings.optional_text("keyId").unwrap_or_default().as_bytes());
    let token = ("oauthToken", settings.secret("oauthToken").map(Secret::expose).unwrap_or_default());
    for (name, credential) in [key, token] {
        let message = match settings.optional_text("environment") {
            Some("production") if credential.starts_with(b"rzp_test_") => {
                "is of test mode; production needs live mode."
            }
            Some("sandbox") if credential.starts_with(b"rzp_live_") => "is of live mode; the sandbox needs test mode.",
            _ => continue,
        };
        problems.add(ErrorCode::KeyHostMismatch, name, message);
    }
}

impl provider::Client for Client {
    fn sign(&self, plan: &Plan, _: &Attempt<'_>) -> Result<HttpRequest, RefundError> {
        expect_provider(plan, NAME)?;
        Ok(signing::sign(self, plan))
    }

    fn prepare(&self, plan: &Plan, _: &Attempt<'_>) -> Result<Prepared, RefundError> {
        expect_provider(plan, NAME)?;
        let message = "is authenticated with the key itself, so there is nothing to sign.";
        Err(RefundError::new(ErrorCode::NotExternallySignable, "plan", message))
    }

    fn explain(&self, plan: &Plan, _: &Attempt<'_>) -> Result<Explanation, RefundError> {
        expect_provider(plan, NAME)?;
        Ok(signing::explain(self, plan))
    }

    fn read<'r>(&self, plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Result<Verdict<'r>, RefundError> {
        expect_provider(plan, NAME)?;
        Ok(responses::read(self, plan, response))
    }
}
