//! What a caller gets for bad input: every mistake at once, each with a code, a place and a way out.

use crate::encode::json::Writer;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The stable code of one mistake. The text of [`ErrorCode::as_str`] is what JavaScript sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// A required field is not there.
    MissingField,
    /// A field that this operation does not have.
    UnknownField,
    /// A field stands twice.
    DuplicateField,
    /// The field is there, but what should stand in it was missing: null, or a word such as `undefined`.
    NoValue,
    /// The value has another type than the field takes.
    WrongType,
    /// A JavaScript number where money is meant: a float cannot hold it exactly.
    NumberAmount,
    /// The amount is not a plain decimal number.
    InvalidAmount,
    /// A point with three digits behind it, which may group thousands: `30.000`.
    AmbiguousAmount,
    /// More decimals than the currency, or the provider, has.
    TooManyDecimals,
    /// The amount is zero or negative.
    NotPositive,
    /// Not an ISO 4217 code, or one that this provider does not take.
    UnsupportedCurrency,
    /// Shorter than allowed; also an empty text.
    TooShort,
    /// Longer, or larger, than allowed.
    TooLong,
    /// A control character, CR or LF, where the value ends in a header, a path or a string to sign.
    ControlCharacter,
    /// A character that the field does not take.
    InvalidCharacter,
    /// Not one of the values that the field takes.
    NotAllowed,
    /// Outside the range that the field takes.
    OutOfRange,
    /// Two fields that exclude each other, or a field without the one it needs.
    Conflict,
    /// A test key on the live host, or the other way round.
    KeyHostMismatch,
    /// A base URL that is not a plain `https` origin (`http` for loopback only).
    InvalidBaseUrl,
    /// No operation of that name.
    UnknownOperation,
    /// Not a plan, or a plan that was altered.
    InvalidPlan,
    /// A plan of a version that this build does not know.
    UnsupportedPlanVersion,
    /// Not a record, or a record that was altered.
    InvalidRecord,
    /// A record of a version that this build does not know.
    UnsupportedRecordVersion,
    /// A step that cannot begin: not the next one, or its time is over.
    InvalidStep,
    /// An observation that fits no step, event or question of this record.
    InvalidObservation,
    /// A policy with figures that contradict each other, or unknown names.
    InvalidPolicy,
    /// A plan of another provider than the client's.
    WrongProvider,
    /// `now` or `nonce` cannot be used.
    InvalidAttempt,
    /// The client lacks a setting that this operation needs.
    MissingSetting,
    /// The scheme puts the secret itself in the message, so it cannot be signed elsewhere.
    NotExternallySignable,
    /// The signature is made, or checked, with an RSA key, which never enters this module.
    SignedOutside,
    /// What was given to `read` is not a response: the caller's mistake, not the provider's.
    InvalidResponse,
    /// What was given to a webhook reader is not headers and a raw body.
    InvalidWebhook,
    /// A webhook whose body is longer than any event: it is not read.
    BodyTooLarge,
    /// A webhook without its signature header.
    MissingSignature,
    /// A webhook whose signature header stands more than once.
    DuplicateSignature,
    /// A webhook whose signature header is empty.
    EmptySignature,
    /// A webhook whose signature header does not have the form of a signature.
    MalformedSignature,
    /// A webhook whose signature is not that of these bytes under any of the secrets.
    SignatureMismatch,
    /// A webhook whose signed time is outside the window that the caller asked for.
    NotFresh,
    /// A verified webhook whose body is not what the provider documents.
    UnreadableEvent,
}

impl ErrorCode {
    /// The code as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.entry().0
    }

    /// What to do about it.
    #[must_use]
    pub const fn user_action(self) -> &'static str {
        self.entry().1
    }

    const fn entry(self) -> (&'static str, &'static str) {
        match self {
            Self::MissingField => ("missing_field", "Give this field."),
            Self::UnknownField => ("unknown_field", "Remove this field or correct its name."),
            Self::DuplicateField => ("duplicate_field", "Give this field once."),
            Self::NoValue => (
                "no_value",
                "Check where this value comes from, such as a misspelt name. Leave the field out only if you mean to.",
            ),
            Self::WrongType => ("wrong_type", "Give a value of the type named in the message."),
            Self::NumberAmount => (
                "number_amount",
                "Give the amount as text, { value: \"12.34\", currency: \"INR\" }, or in minor units as a BigInt, { minor: 1234n, currency: \"INR\" }.",
            ),
            Self::InvalidAmount => {
                ("invalid_amount", "Write the amount in digits with at most one point, such as \"12.34\".")
            }
            Self::AmbiguousAmount => (
                "ambiguous_amount",
                "Write a whole amount without a point, and a fraction with as many digits as the currency has.",
            ),
            Self::TooManyDecimals => {
                ("too_many_decimals", "Round the amount yourself to what the currency and the provider take.")
            }
            Self::NotPositive => ("not_positive", "Refund an amount above zero."),
            Self::UnsupportedCurrency => {
                ("unsupported_currency", "Use a currency that the provider takes for this operation.")
            }
            Self::TooShort => ("too_short", "Give a longer value."),
            Self::TooLong => ("too_long", "Give a shorter value."),
            Self::ControlCharacter => ("control_character", "Remove line breaks and other control characters."),
            Self::InvalidCharacter => {
                ("invalid_character", "Use only the characters that the message allows; no white space at the ends.")
            }
            Self::NotAllowed => ("not_allowed", "Use one of the values named in the message."),
            Self::OutOfRange => ("out_of_range", "Use a value in the range named in the message."),
            Self::Conflict => ("conflict", "Correct the combination named in the message."),
            Self::KeyHostMismatch => ("key_host_mismatch", "Use the key that belongs to this environment."),
            Self::InvalidBaseUrl => (
                "invalid_base_url",
                "Give an https origin such as \"https://api.example.com\"; http is taken for localhost only.",
            ),
            Self::UnknownOperation => {
                ("unknown_operation", "Use an operation that the provider's page in docs/ names.")
            }
            Self::InvalidPlan => {
                ("invalid_plan", "Pass the plan exactly as an operation returned it, or as it was stored in JSON.")
            }
            Self::UnsupportedPlanVersion => (
                "unsupported_plan_version",
                "Sign the plan with the package version that made it; plan again only if it was never sent.",
            ),
            Self::InvalidRecord => (
                "invalid_record",
                "Pass the record exactly as the lifecycle returned it. Leave the stored one as it is.",
            ),
            Self::UnsupportedRecordVersion => (
                "unsupported_record_version",
                "Use a package version that knows this record. Leave the stored one as it is.",
            ),
            Self::InvalidStep => ("invalid_step", "Read the stored record again and call next: do not send this step."),
            Self::InvalidObservation => {
                ("invalid_observation", "Pass what the message asks for. The stored record stays as it is.")
            }
            Self::InvalidPolicy => ("invalid_policy", "Correct the figure named in the message, or leave it out."),
            Self::WrongProvider => {
                ("wrong_provider", "Give the plan to a client of the provider that it was made for.")
            }
            Self::InvalidAttempt => (
                "invalid_attempt",
                "Leave now and nonce out, or give milliseconds since 1970 and 8 to 32 letters and digits.",
            ),
            Self::MissingSetting => ("missing_setting", "Make the client with the setting named in the message."),
            Self::NotExternallySignable => {
                ("not_externally_signable", "Send the plan to where the secret is, and sign there.")
            }
            Self::SignedOutside => (
                "signed_outside",
                "Sign with send(client, plan, { sign: (client, plan) => signWith(client, plan, key) }), verify with readWebhook(webhooks, delivery, publicKey): both of refund-signer/webcrypto.",
            ),
            Self::InvalidResponse => (
                "invalid_response",
                "Pass { status: response.status, headers: response.headers, body: new Uint8Array(await response.arrayBuffer()) }, or null when no answer arrived.",
            ),
            Self::InvalidWebhook => (
                "invalid_webhook",
                "Pass { headers: request.headers, body } with the raw body: the exact bytes or text received, never a parsed object.",
            ),
            Self::BodyTooLarge => ("body_too_large", "Answer 413."),
            Self::MissingSignature => (
                "missing_signature",
                "Answer 401. Check that a webhook secret is set at the provider and that no proxy drops the header.",
            ),
            Self::DuplicateSignature => (
                "duplicate_signature",
                "Answer 401. If the provider really sent it: look for a proxy that adds the header again.",
            ),
            Self::EmptySignature => (
                "empty_signature",
                "Answer 401. Check that a webhook secret is set at the provider and that no proxy empties the header.",
            ),
            Self::MalformedSignature => (
                "malformed_signature",
                "Answer 401. If the provider really sent it: pass the signature exactly as it was received.",
            ),
            Self::SignatureMismatch => (
                "signature_mismatch",
                "Answer 401. If the provider really sent it: pass exactly what arrived, such as the raw body and not a re-serialized one, and check the secret for white space.",
            ),
            Self::NotFresh => ("not_fresh", "Answer 401, or widen the window if the provider re-sends old events."),
            Self::UnreadableEvent => (
                "unreadable_event",
                "Store the raw body, answer 400, and ask the provider's API for the refund's state.",
            ),
        }
    }
}

/// One mistake in what the caller gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputProblem {
    /// The stable code.
    pub code: ErrorCode,
    /// Where: the path of the field, such as `amount.value`; empty for the whole input.
    pub path: String,
    /// What is wrong. Never holds a secret, nor the value of a secret field.
    pub message: String,
}

/// The refusal of a bad input: all mistakes that were found, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundError {
    /// The mistakes, in the order of the fields.
    pub problems: Vec<InputProblem>,
}

impl RefundError {
    /// The refusal for one mistake.
    #[must_use]
    pub fn new(code: ErrorCode, path: &str, message: impl Into<String>) -> Self {
        let mut problems = Problems::default();
        problems.add(code, path, message);
        RefundError { problems: problems.0 }
    }

    /// The code of the first mistake.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.problems.first().map_or(ErrorCode::WrongType, |problem| problem.code)
    }

    /// `[{"code","path","message","userAction"}, …]`, as JavaScript sees it.
    #[must_use]
    pub fn problems_json(&self) -> String {
        let mut json = String::new();
        crate::encode::json::write_list(&mut json, &self.problems, |out, problem| {
            let mut entry = Writer::object();
            entry
                .text("code", problem.code.as_str())
                .text("path", &problem.path)
                .text("message", &problem.message)
                .text("userAction", problem.code.user_action());
            out.push_str(&entry.finish());
        });
        json
    }
}

impl fmt::Display for RefundError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for problem in &self.problems {
            formatter.write_str(separator)?;
            if !problem.path.is_empty() {
                formatter.write_str(&problem.path)?;
                formatter.write_str(": ")?;
            }
            formatter.write_str(&problem.message)?;
            formatter.write_str(" ")?;
            formatter.write_str(problem.code.user_action())?;
            separator = "\n";
        }
        Ok(())
    }
}

impl core::error::Error for RefundError {}

/// More mistakes than anybody reads; what comes after them is left out.
const MOST_PROBLEMS: usize = 100;

/// Collects mistakes, so that a caller sees all of them at once.
#[derive(Debug, Default)]
pub struct Problems(Vec<InputProblem>);

impl Problems {
    /// Notes one mistake.
    pub fn add(&mut self, code: ErrorCode, path: &str, message: impl Into<String>) {
        if self.0.len() >= MOST_PROBLEMS {
            return;
        }
        self.0.push(InputProblem { code, path: String::from(path), message: message.into() });
    }

    /// Notes all the mistakes of a refusal.
    pub fn extend(&mut self, error: RefundError) {
        self.0.extend(error.problems);
    }

    /// Notes the mistakes of a refusal of one part, such as a row of a list, under the part's name.
    pub fn extend_under(&mut self, part: &str, error: RefundError) {
        for problem in error.problems {
            let separator = if problem.path.is_empty() { "" } else { "." };
            self.add(problem.code, &[part, separator, &problem.path].concat(), problem.message);
        }
    }

    /// `value` when nothing was noted, otherwise the refusal.
    ///
    /// # Errors
    /// All that was noted.
    pub fn or<T>(self, value: T) -> Result<T, RefundError> {
        if self.0.is_empty() { Ok(value) } else { Err(RefundError { problems: self.0 }) }
    }

    /// The value of a check that notes a problem whenever it gives none.
    ///
    /// # Errors
    /// All that was noted.
    pub fn complete<T>(mut self, value: Option<T>) -> Result<T, RefundError> {
        if value.is_none() && self.0.is_empty() {
            self.add(ErrorCode::WrongType, "", "cannot be used.");
        }
        match value {
            Some(value) => self.or(value),
            None => Err(RefundError { problems: self.0 }),
        }
    }

    /// Whether something was noted at that path.
    #[must_use]
    pub fn mention(&self, path: &str) -> bool {
        self.0.iter().any(|problem| problem.path == path)
    }

    /// Whether nothing was noted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
