//! PayerMax (Indonesia, SNAP): debit refunds with SNAP's symmetric signature, or its asymmetric one.
//!
//! Sources: docs.payermax.com, "Debit-Refund", "Debit-Status", "Access Token B2B", "Debit-Notify" and the
//! "Guide to Indonesian SNAP Protocol Signature Integration" of 202606, which is the default where the pages
//! contradict each other.

mod requests;
mod responses;
mod signing;
mod webhooks;

pub use requests::*;
pub use responses::RULES;
pub use webhooks::Webhooks;

use crate::error::{ErrorCode, Problems, RefundError};
use crate::http::{BaseUrl, HttpRequest, HttpResponse};
use crate::input::{Field, Input, Kind, Need, Settings, documentation};
use crate::plan::Plan;
use crate::provider::{self, BASE_URL, Provider};
use crate::secret::Secret;
use crate::sign::{Algorithm, Attempt, Encoding, Explanation, HmacSha512Key, Prepared, expect_provider};
use crate::snap;
use crate::verdict::Verdict;
use alloc::boxed::Box;
use alloc::string::String;

/// This provider's name in the crate.
pub const NAME: &str = "payermax";

/// PayerMax.
pub static PROVIDER: Provider = Provider {
    name: NAME,
    title: "PayerMax",
    settings: SETTINGS,
    operations: requests::OPERATIONS,
    rules: RULES,
    wordings: &[],
    client: |settings| Ok(Box::new(Client::new(settings)?)),
    query_for: |plan, _| query_for(plan),
    webhooks: Some(webhooks::TABLE),
    verification: None,
    stand_ins: |_| &["clientSecret", "accessToken"],
};

const SETTINGS: &[Field] = &[
    Field::required(
        "partnerId",
        Kind::Header { min: 1, max: 64 },
        "X-PARTNER-ID: the id that PayerMax generated, also called clientId.",
    ),
    Field::optional(
        "clientSecret",
        Kind::Secret,
        "The secret of the symmetric signature, used as it is, never decoded. Needed unless signatureMethod is asymmetric.",
    ),
    Field::required(
        "channelId",
        Kind::Header { min: 1, max: 64 },
        "CHANNEL-ID: the value that PayerMax gives at onboarding. No format is documented.",
    ),
    Field::optional(
        "accessToken",
        Kind::Secret,
        "The B2B token that requestAccessToken gave, without Bearer. Needed to sign symmetrically. PayerMax says that it is \
         valid for about 60 minutes: keep it with the time it came and make a new client with a new one.",
    ),
    Field::optional(
        "clientKey",
        Kind::Header { min: 1, max: 64 },
        "X-CLIENT-KEY: the AppId. Needed by requestAccessToken only; whether it equals partnerId is not documented.",
    ),
    Field::optional(
        "origin",
        Kind::Header { min: 1, max: 255 },
        "ORIGIN: the origin domain. Browsers set this header themselves and drop it here.",
    ),
    Field::optional(
        "signatureMethod",
        Kind::OneOf(&["symmetric", "asymmetric"]),
        "How business calls are signed. symmetric (HMAC-SHA512, the guide of 202606) when it is left out; asymmetric \
         (RSA, by prepare) as the older pages allow too.",
    ),
    Field::optional(
        "signatureEncoding",
        Kind::OneOf(&["base64", "hex"]),
        "How the HMAC is written in X-SIGNATURE. base64, which all other SNAP providers but one use, when it is left out; \
         PayerMax does not say.",
    ),
    Field::optional(
        "signHeader",
        Kind::Flag,
        "Whether to send the header sign too: RSA over the raw body, by prepare. The refund page lists it as required, \
         the guide of 202606 does not know it. false when it is left out.",
    ),
    Field::optional(
        "signedPathPrefix",
        Kind::Header { min: 0, max: 200 },
        "What stands before /v1.0/... in the signed path (EndpointUrl). The path of baseUrl when it is left out, so \
         that the path is signed as it is called; empty signs the documented path alone.",
    ),
    Field {
        need: Need::Required,
        doc: documentation(
            "The host, as PayerMax gives it at onboarding: an https origin, perhaps with a path (http for localhost only). \
              PayerMax documents no host for SNAP.",
        ),
        ..BASE_URL
    },
];

/// Signs PayerMax's plans and reads its answers.
#[derive(Debug)]
pub struct Client {
    base: BaseUrl,
    partner_id: String,
    channel_id: String,
    client_key: Option<String>,
    origin: Option<String>,
    access_token: Option<Secret>,
    /// `None`: business calls are signed with RSA.
    key: Option<HmacSha512Key>,
    encoding: Encoding,
    sign_header: bool,
    signed_path_prefix: Option<String>,
}

impl Client {
    /// Makes a client from `partnerId`, `channelId`, `baseUrl`, and `clientSecret` with `accessToken`.
    ///
    /// # Errors
    /// Everything that is wrong with the settings, at once.
    pub fn new(settings: &Settings<'_>) -> Result<Self, RefundError> {
        let mut problems = Problems::default();
        let checked = Input::check_settings(SETTINGS, settings, &mut problems);
        let asymmetric = checked.optional_text("signatureMethod") == Some("asymmetric");
        let secret = checked.secret("clientSecret");
        if secret.is_none() && !asymmetric {
            problems.add(ErrorCode::MissingField, "clientSecret", "is missing; only asymmetric signatures need none.");
        }
        let access_token = snap::access_token(&checked, "accessToken", &mut problems);
        let signed_path_prefix = checked.optional_text("signedPathPrefix").map(String::from);
        if !signed_path_prefix.as_deref().is_none_or(is_prefix) {
            let message = "must be empty, or begin with / and not end with it, and have no query.";
            problems.add(ErrorCode::InvalidCharacter, "signedPathPrefix", message);
        }
        let base = checked.optional_text("baseUrl");
        let base = base.and_then(|url| BaseUrl::parse(url).map_err(|error| problems.extend(error)).ok());
        problems.complete(base.map(|base| Client {
            base,
            partner_id: String::from(checked.text("partnerId")),
            channel_id: String::from(checked.text("channelId")),
            client_key: checked.optional_text("clientKey").map(String::from),
            origin: checked.optional_text("origin").map(String::from),
            access_token,
            key: secret.filter(|_| !asymmetric).and_then(|secret| HmacSha512Key::new(secret.expose())),
            encoding: if checked.optional_text("signatureEncoding") == Some("hex") {
                Encoding::Hex
            } else {
                Encoding::Base64
            },
            sign_header: checked.flag("signHeader") == Some(true),
            signed_path_prefix,
        }))
    }
}

fn is_prefix(prefix: &str) -> bool {
    prefix.is_empty() || (prefix.starts_with('/') && !prefix.ends_with('/') && !prefix.contains([' ', '?', '#']))
}

impl provider::Client for Client {
    /// As [`provider::Client::sign`]; [`ErrorCode::SignedOutside`] wherever an RSA key signs.
    fn sign(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<HttpRequest, RefundError> {
        let prepared = self.prepare(plan, attempt)?;
        match &self.key {
            Some(key) if prepared.algorithm == Algorithm::HmacSha512 => {
                let signature = key.sign(prepared.message.as_bytes());
                Ok(prepared.finish(&signature))
            }
            _ => {
                let message = "is signed with the merchant's RSA key, which never enters this module.";
                Err(RefundError::new(ErrorCode::SignedOutside, "plan", message))
            }
        }
    }

    fn prepare(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<Prepared, RefundError> {
        expect_provider(plan, NAME)?;
        signing::prepare(self, plan, attempt)
    }

    fn explain(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<Explanation, RefundError> {
        expect_provider(plan, NAME)?;
        signing::explain(self, plan, attempt)
    }

    fn read<'r>(&self, plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Result<Verdict<'r>, RefundError> {
        expect_provider(plan, NAME)?;
        Ok(responses::read(plan, response))
    }
}
