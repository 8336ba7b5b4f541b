//! What a person is told: it follows from status, next and problem together, and from nothing else.

use super::{Next, ProblemCode, Status};

impl ProblemCode {
    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.entry().0
    }

    /// What the answer says. While money may have moved, that is the provider's word and no more.
    #[must_use]
    pub const fn message(self, status: Status) -> &'static str {
        match (status, self) {
            (Status::Unknown, Self::AuthenticationFailed) => {
                "Check your key and environment: the provider did not accept the request, and nothing vouches for its answer."
            }
            (Status::Unknown, Self::AlreadyRefunded) => {
                "The payment may have been refunded before, perhaps by this plan."
            }
            _ => self.entry().1,
        }
    }

    /// What a person should do. It never goes beyond `next`: while money may have moved, nobody is told to correct,
    /// to pay another way or to plan anew.
    #[must_use]
    pub const fn user_action(self, status: Status, next: Next) -> &'static str {
        match (status, next) {
            (_, Next::Done) => "Nothing more to do.",
            (_, Next::Wait) => "Wait for the webhook, or ask for the refund's state later.",
            (_, Next::Query) => self.ask(),
            (_, Next::Reauthenticate) => "Get a new access token, then sign the same plan again.",
            (Status::Unknown, Next::Retry) => self.send_again(),
            (_, Next::Retry) => "Sign the same plan again later.",
            (_, Next::Fix) => self.fix(),
        }
    }

    /// What comes before anything else while nobody knows whether money moved.
    const fn ask(self) -> &'static str {
        match self {
            Self::NoResponse | Self::ProviderError => {
                "Ask for the refund's state before doing anything else; it may have happened."
            }
            Self::UnreadableResponse => {
                "Ask for the refund's state; a proxy or an outage may have answered instead of the provider."
            }
            Self::UnrecognizedAnswer => "Ask for the refund's state, and report the code so that it can be added.",
            Self::IncompleteAnswer => {
                "Ask for the refund's state: without that field nobody knows whether money moved."
            }
            Self::SignatureInvalid => {
                "Check the secret and the environment: the answer does not fit this secret, so do not believe it. Then ask for the refund's state."
            }
            Self::SignatureAbsent => "Ask for the refund's state; nobody vouches for this answer.",
            Self::ResponseMismatch => "Do not believe the answer. Ask for the refund's state.",
            Self::UnexpectedRedirect => {
                "Do not follow the redirect. Check the base URL, then ask for the refund's state."
            }
            Self::AuthenticationFailed => {
                "Check your key and environment, then ask for the refund's state: the answer proves nothing."
            }
            Self::InProgress => {
                "Wait until the other operation on this payment is over, then ask for the refund's state."
            }
            Self::DuplicateReference => {
                "Ask for the state of the refund with this reference; it may be this plan's own."
            }
            _ => {
                "Ask for the refund's state before doing anything else; an earlier attempt of this plan may be the cause."
            }
        }
    }

    /// Where sending again is safe, nothing has to be asked first.
    const fn send_again(self) -> &'static str {
        match self {
            Self::SignatureInvalid | Self::AuthenticationFailed => {
                "Check your key and environment, then send it again: that moves no money twice."
            }
            Self::UnexpectedRedirect => "Check the base URL, then send it again: that moves no money twice.",
            _ => "Send it again a little later: that moves no money twice.",
        }
    }

    /// What a person does about a refusal that is final: no money moved.
    const fn fix(self) -> &'static str {
        match self {
            Self::AuthenticationFailed => {
                "Check the key, its environment, the clock, and that the body is sent exactly as signed."
            }
            Self::TokenInvalid => "Check which token the client was given: it is missing or of another kind.",
            Self::NotPermitted => "Ask the provider to enable it.",
            Self::InvalidRequest => "Read the provider's message, correct the input and plan again.",
            Self::UnknownUrl => {
                "Check the base URL and the environment: the base URL may have a path too many, or lack one. The input is right."
            }
            Self::PaymentNotFound => "Check the payment's id and the environment.",
            Self::RefundNotFound => "Check the refund's id and the environment.",
            Self::NotRefundable => {
                "Look at the payment's state: it may not be captured or settled yet, be in a dispute, or have been given back."
            }
            Self::AmountExceeded => "Look at the refunds made so far and refund at most the rest.",
            Self::InvalidAmount => "Check the provider's limits and decimals.",
            Self::AlreadyRefunded => "Nothing more to refund; look at the payment's refunds.",
            Self::RefundWindowClosed => "Pay the customer back another way.",
            Self::SpeedNotSupported => {
                "Plan the refund at the other speed: instant where the payment is too old for a normal refund, normal where instant is refused."
            }
            Self::InsufficientBalance => {
                "Top the balance up, then plan a new refund: a repeated idempotency key may get this first result."
            }
            Self::Declined => "Ask the provider for the reason, or pay the customer back another way.",
            Self::IdempotencyConflict => {
                "Look for the first refund of this key; plan a new one only if another refund is really meant."
            }
            Self::DuplicateReference => {
                "Look for the refund with this reference; plan with another one only if another refund is really meant."
            }
            Self::LimitReached => {
                "Wait until the limit allows it and plan a new refund, or ask the provider to raise it."
            }
            _ => "Read the provider's message, then correct the input or the set-up.",
        }
    }

    /// The code, and what the answer says.
    const fn entry(self) -> (&'static str, &'static str) {
        match self {
            Self::NoResponse => ("no_response", "No answer arrived."),
            Self::UnreadableResponse => ("unreadable_response", "The answer is not what the provider documents."),
            Self::UnrecognizedAnswer => ("unrecognized_answer", "The answer has a code or state that is not known."),
            Self::IncompleteAnswer => (
                "incomplete_answer",
                "The answer's code is known, but a field that has to come with it is missing: the refund's status or, of a token call, the token.",
            ),
            Self::SignatureInvalid => ("signature_invalid", "The answer's signature is wrong."),
            Self::SignatureAbsent => ("signature_absent", "The answer is not signed."),
            Self::ResponseMismatch => {
                ("response_mismatch", "The answer speaks of another refund than the one requested.")
            }
            Self::UnexpectedRedirect => ("unexpected_redirect", "The answer is a redirect."),
            Self::ProviderError => ("provider_error", "The provider failed while it worked on the request."),
            Self::RateLimited => ("rate_limited", "Too many requests."),
            Self::AuthenticationFailed => ("authentication_failed", "The provider did not accept key or signature."),
            Self::TokenInvalid => ("token_invalid", "The access token is missing, wrong or expired."),
            Self::NotPermitted => ("not_permitted", "The merchant may not do this."),
            Self::NotNow => {
                ("not_now", "The provider does not do this at the moment, such as during a cut-off or a suspension.")
            }
            Self::InvalidRequest => ("invalid_request", "The provider refused the request's content."),
            Self::UnknownUrl => ("unknown_url", "The provider has nothing at this URL."),
            Self::PaymentNotFound => ("payment_not_found", "The provider does not know the payment."),
            Self::RefundNotFound => ("refund_not_found", "The provider does not know the refund."),
            Self::NotRefundable => ("not_refundable", "The payment cannot be refunded in its present state."),
            Self::AmountExceeded => ("amount_exceeded", "The amount is more than what is left to refund."),
            Self::InvalidAmount => ("invalid_amount", "The provider does not take this amount."),
            Self::AlreadyRefunded => ("already_refunded", "The payment was refunded before."),
            Self::RefundWindowClosed => ("refund_window_closed", "It is too late to refund this payment."),
            Self::SpeedNotSupported => ("speed_not_supported", "The payment cannot be refunded at this speed."),
            Self::InsufficientBalance => ("insufficient_balance", "The merchant's balance is too low."),
            Self::Declined => ("declined", "The bank or wallet declined the refund."),
            Self::IdempotencyConflict => {
                ("idempotency_conflict", "The same idempotency key was used with other content.")
            }
            Self::InProgress => (
                "in_progress",
                "Another operation on the payment, or the first request with this key, is still running.",
            ),
            Self::DuplicateReference => ("duplicate_reference", "This reference was used before."),
            Self::DuplicateAttempt => ("duplicate_attempt", "This attempt's one-time id was used before."),
            Self::LimitReached => ("limit_reached", "A limit of the provider or the bank is reached."),
        }
    }
}
