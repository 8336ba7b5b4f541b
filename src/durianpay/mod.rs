//! Durianpay (Indonesia): e-wallet and QRIS refunds, with a server key in Basic authentication (v1) or through
//! SNAP.
//!
//! Sources: the Durianpay page "Integration Steps"; docs.durianpay.id, "Authentication", reference "Refunds",
//! "Handling errors", "Refund limitations", and the SNAP pages of its reference.

mod requests;
mod responses;
mod signing;

pub use requests::*;
pub use responses::{RULES, WORDINGS};

use crate::error::{ErrorCode, Problems, RefundError};
use crate::http::{BaseUrl, HttpRequest, HttpResponse};
use crate::input::{Field, Input, Kind, Settings, documentation};
use crate::plan::Plan;
use crate::provider::{self, BASE_URL, ENVIRONMENT, Hosts, Provider};
use crate::secret::Secret;
use crate::sign::{Attempt, Explanation, HmacSha512Key, Prepared, expect_provider};
use crate::snap;
use crate::verdict::Verdict;
use alloc::boxed::Box;
use alloc::string::String;

/// This provider's name in the crate.
pub const NAME: &str = "durianpay";

/// Durianpay. It documents no webhook for refunds: poll `fetchRefund`, or `listPaymentRefunds`.
pub static PROVIDER: Provider = Provider {
    name: NAME,
    title: "Durianpay",
    settings: SETTINGS,
    operations: requests::OPERATIONS,
    rules: RULES,
    wordings: WORDINGS,
    client: |settings| Ok(Box::new(Client::new(settings)?)),
    query_for: |plan, _| query_for(plan),
    webhooks: None,
    verification: None,
    stand_ins: |_| &["serverKey", "accessToken"],
};

/// Sources: the page's endpoint; the official WooCommerce plugin, which sends `dp_test` keys to the sandbox.
const HOSTS: Hosts = Hosts { sandbox: "https://api-sandbox.durianpay.id", production: "https://api.durianpay.id" };

const SETTINGS: &[Field] = &[
    Field::optional(
        "serverKey",
        Kind::Secret,
        "The server key from the Durianpay dashboard: dp_test_… for the sandbox, dp_live_… for live. \
         Printable ASCII without a colon. Needed by all operations but requestAccessToken and createSnapRefund.",
    ),
    Field::optional(
        "clientKey",
        Kind::Header { min: 1, max: 128 },
        "SNAP: the client key, sent as X-CLIENT-KEY and X-PARTNER-ID.",
    ),
    Field::optional(
        "clientSecret",
        Kind::Secret,
        "SNAP: the secret that signs refunds, used as it is. Needed by createSnapRefund, unless prepare is used.",
    ),
    Field::optional(
        "accessToken",
        Kind::Secret,
        "SNAP: the token that requestAccessToken gave, without Bearer. Needed by createSnapRefund.",
    ),
    Field::optional(
        "channelId",
        Kind::Header { min: 1, max: 5 },
        "SNAP: CHANNEL-ID. 95221, the value on Durianpay's pages, when it is left out.",
    ),
    Field {
        doc: documentation(
            "Which of Durianpay's hosts to use. The key's dp_test_ or dp_live_ chooses it when this is left out, \
              and must agree with it.",
        ),
        ..ENVIRONMENT
    },
    BASE_URL,
];

/// Signs Durianpay's plans and reads its answers.
#[derive(Debug)]
pub struct Client {
    base: BaseUrl,
    server_key: Option<Secret>,
    client_key: Option<String>,
    signing_key: Option<HmacSha512Key>,
    access_token: Option<Secret>,
    channel_id: String,
}

impl Client {
    /// Makes a client from `serverKey`, or from `clientKey`, `clientSecret` and `accessToken` for SNAP, and from
    /// `environment` or `baseUrl` where no server key tells the host.
    ///
    /// # Errors
    /// Everything that is wrong with the settings, at once.
    pub fn new(settings: &Settings<'_>) -> Result<Self, RefundError> {
        let mut problems = Problems::default();
        let checked = Input::check_settings(SETTINGS, settings, &mut problems);
        let server_key = checked.secret("serverKey");
        let client_key = checked.optional_text("clientKey");
        match server_key {
            Some(key) => check_key(key.expose(), &mut problems),
            None if client_key.is_none() => {
                problems.add(
                    ErrorCode::MissingField,
                    "serverKey",
                    "is missing, and so is clientKey, which SNAP takes.",
                );
            }
            None => {}
        }
        let access_token = snap::access_token(&checked, "accessToken", &mut problems);
        let base = base_url(&checked, server_key, &mut problems);
        problems.complete(base.map(|base| Client {
            base,
            server_key: server_key.cloned(),
            client_key: client_key.map(String::from),
            signing_key: checked.secret("clientSecret").and_then(|secret| HmacSha512Key::new(secret.expose())),
            access_token,
            channel_id: String::from(checked.optional_text("channelId").unwrap_or("95221")),
        }))
    }
}

/// The host that the key's prefix names, unless another one is given; never the host of the other keys.
fn base_url(settings: &Input<'_>, key: Option<&Secret>, problems: &mut Problems) -> Option<BaseUrl> {
    let starts_with = |prefix: &str| key.is_some_and(|key| key.expose().starts_with(prefix.as_bytes()));
    let (own, other) = match (starts_with("dp_test_"), starts_with("dp_live_")) {
        (true, _) => (HOSTS.sandbox, HOSTS.production),
        (_, true) => (HOSTS.production, HOSTS.sandbox),
        _ => return provider::base_url(settings, HOSTS, problems),
    };
    let named = ["environment", "baseUrl"].iter().any(|name| settings.optional_text(name).is_some());
    let base = if named { provider::base_url(settings, HOSTS, problems) } else { BaseUrl::parse(own).ok() }?;
    if host(base.as_str()) == host(other) {
        let message = ["belongs to ", own, ", not to ", other, "."].concat();
        problems.add(ErrorCode::KeyHostMismatch, "serverKey", message);
        return None;
    }
    Some(base)
}

/// The host's name alone: a port does not make it another host.
fn host(url: &str) -> &str {
    let authority = url.trim_start_matches(|character| character != '/').trim_start_matches('/');
    authority.split([':', '/']).next().unwrap_or_default()
}

/// A colon would end the user name of Basic authentication; other characters never stand in a key.
fn check_key(key: &[u8], problems: &mut Problems) {
    if key.iter().any(u8::is_ascii_control) {
        problems.add(ErrorCode::ControlCharacter, "serverKey", "holds a control character or line break.");
    } else if !key.iter().all(|byte| byte.is_ascii_graphic() && *byte != b':') {
        problems.add(
            ErrorCode::InvalidCharacter,
            "serverKey",
            "may hold printable ASCII without space and colon only.",
        );
    }
}

impl provider::Client for Client {
    /// As [`provider::Client::sign`]; [`ErrorCode::SignedOutside`] for the token call.
    fn sign(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<HttpRequest, RefundError> {
        expect_provider(plan, NAME)?;
        signing::sign(self, plan, attempt)
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
