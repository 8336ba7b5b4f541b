//! What a provider is to the rest of the crate: its tables and how to make its client.

use crate::error::{ErrorCode, Problems, RefundError};
use crate::http::{BaseUrl, HttpRequest, HttpResponse};
use crate::input::{Field, Input, Kind, Settings};
use crate::plan::{Operation, Plan};
use crate::sign::{Attempt, Explanation, Prepared};
use crate::verdict::{Rule, Verdict, Wording};
use crate::webhook::Webhooks;
use alloc::boxed::Box;

/// A provider: its tables and how to make its client.
#[derive(Debug)]
pub struct Provider {
    /// Its name in this crate, such as `doku`.
    pub name: &'static str,
    /// Its own name, such as `DOKU`.
    pub title: &'static str,
    /// What its client takes.
    pub settings: &'static [Field],
    /// Its operations.
    pub operations: &'static [&'static Operation],
    /// How its answers become verdicts: the first rule that fits counts.
    pub rules: &'static [Rule],
    /// What it says in words where its codes do not tell: which of the rules' states they stand for.
    pub wordings: &'static [Wording],
    /// Makes its client.
    pub client: fn(&Settings<'_>) -> Result<Box<dyn Client>, RefundError>,
    /// The plan that asks what became of another plan. The text is a random value (a UUID) from the host, where it
    /// has one, for a provider that recognizes repeated queries.
    pub query_for: fn(&Plan, Option<&str>) -> Option<Plan>,
    /// Its webhooks, where it documents any.
    pub webhooks: Option<WebhookTable>,
    /// The signature that its checkout gives a page, where it documents one.
    pub verification: Option<Verification>,
    /// The secrets that its client needs to explain an attempt: without them something else stands in for each.
    pub stand_ins: fn(&Settings<'_>) -> &'static [&'static str],
}

/// What reads a provider's webhooks.
#[derive(Debug)]
pub struct WebhookTable {
    /// What the reader takes.
    pub settings: &'static [Field],
    /// Makes it.
    pub reader: fn(&Settings<'_>) -> Result<Box<dyn Webhooks>, RefundError>,
}

/// What tells whether a signature is the provider's that comes in no webhook and no answer.
#[derive(Debug)]
pub struct Verification {
    /// The name of its function, such as `verifyPayment`.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// What it takes: what was signed, the signature, and the secrets.
    pub fields: &'static [Field],
    /// Compares, in constant time.
    pub verify: fn(&Settings<'_>) -> Result<(), RefundError>,
}

impl Provider {
    /// The signing of one attempt made visible where no secret is at hand: with the settings that are no secrets.
    ///
    /// # Errors
    /// As making a client and [`Client::explain`].
    pub fn explain(
        &self,
        settings: Settings<'_>,
        plan: &Plan,
        attempt: &Attempt<'_>,
    ) -> Result<Explanation, RefundError> {
        let mut settings = settings;
        for name in (self.stand_ins)(&settings) {
            // An explanation has the names of secrets only, so any value will do.
            settings = if settings.has(name) { settings } else { settings.secret(name, *name) };
        }
        (self.client)(&settings)?.explain(plan, attempt)
    }

    /// The operation of that name, if it is this provider's.
    #[must_use]
    pub fn operation(&self, provider: &str, name: &str) -> Option<&'static Operation> {
        let mut operations = self.operations.iter();
        operations.find(|operation| operation.provider == provider && operation.name == name).copied()
    }
}

/// Signs a provider's plans and reads its answers. Holds the credentials.
pub trait Client {
    /// Signs one attempt.
    ///
    /// # Errors
    /// [`WrongProvider`](crate::ErrorCode::WrongProvider),
    /// [`MissingSetting`](crate::ErrorCode::MissingSetting), and
    /// [`SignedOutside`](crate::ErrorCode::SignedOutside) where an RSA key signs: use [`Client::prepare`].
    fn sign(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<HttpRequest, RefundError>;

    /// One attempt whose message is to be signed elsewhere.
    ///
    /// # Errors
    /// As [`Client::sign`], and [`NotExternallySignable`](crate::ErrorCode::NotExternallySignable) where the
    /// scheme is no signature.
    fn prepare(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<Prepared, RefundError>;

    /// The signing of one attempt made visible, with the names of secrets in their places.
    ///
    /// # Errors
    /// As [`Client::sign`]. What needs no setting is explained without it.
    fn explain(&self, plan: &Plan, attempt: &Attempt<'_>) -> Result<Explanation, RefundError>;

    /// Turns the answer into a verdict; `None` when no answer arrived. Total: every answer gives a verdict.
    ///
    /// # Errors
    /// [`WrongProvider`](crate::ErrorCode::WrongProvider) only.
    fn read<'r>(&self, plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Result<Verdict<'r>, RefundError>;
}

/// A provider's hosts.
#[derive(Clone, Copy, Debug)]
pub struct Hosts {
    /// Where no money moves.
    pub sandbox: &'static str,
    /// Where it does.
    pub production: &'static str,
}

/// The setting that chooses one of the provider's hosts.
pub const ENVIRONMENT: Field = Field::optional(
    "environment",
    Kind::OneOf(&["sandbox", "production"]),
    "Which of the provider's hosts to use. Give this or baseUrl.",
);

/// The setting that names another host.
pub const BASE_URL: Field = Field::optional(
    "baseUrl",
    Kind::Header { min: 1, max: 200 },
    "Another host, such as a proxy: an https origin, perhaps with a path (http for localhost only). \
     Schemes that sign the path or the URL sign it as it is called here.",
);

/// The base URL that `environment` or `baseUrl` names: exactly one of them must be given.
pub fn base_url(settings: &Input<'_>, hosts: Hosts, problems: &mut Problems) -> Option<BaseUrl> {
    let text = match (settings.optional_text("environment"), settings.optional_text("baseUrl")) {
        (Some("production"), None) => hosts.production,
        (Some(_), None) => hosts.sandbox,
        (None, Some(url)) => url,
        (Some(_), Some(_)) => {
            problems.add(ErrorCode::Conflict, "baseUrl", "was given together with environment: give one.");
            return None;
        }
        (None, None) if problems.mention("environment") || problems.mention("baseUrl") => return None,
        (None, None) => {
            problems.add(ErrorCode::MissingField, "environment", "is missing, and so is baseUrl: give one.");
            return None;
        }
    };
    BaseUrl::parse(text).map_err(|error| problems.extend(error)).ok()
}

/// The setting of a webhook reader that holds the shared secrets: several while one is being replaced.
pub const SECRETS: Field = Field::required(
    "secrets",
    Kind::Secrets,
    "The webhook secrets, as texts or bytes: the present one, and the one before while events signed with it still arrive.",
);

/// The setting of a webhook reader that refuses old events.
pub const WINDOW_SECONDS: Field = Field::optional(
    "windowSeconds",
    Kind::Integer { min: 1, max: 31_536_000 },
    "How far the signed time may be from now, in seconds, either way. Not checked when left out: the provider re-sends events later.",
);
