//! What a person is told.

use super::ProblemCode;

impl ProblemCode {
    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.entry().0
    }

    /// What it means.
    #[must_use]
    pub const fn message(self) -> &'static str {
        self.entry().1
    }

    /// What a person should do.
    #[must_use]
    pub const fn user_action(self) -> &'static str {
        self.entry().2
    }

    const fn entry(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::NoResponse => (
                "no_response",
                "No answer arrived.",
                "Ask for the refund's state before doing anything else; it may have happened.",
            ),
            Self::UnreadableResponse => (
                "unreadable_response",
                "The answer is not what the provider documents.",
                "Ask for the refund's state; a proxy or an outage may have answered instead of the provider.",
            ),
            Self::UnrecognizedAnswer => (
                "unrecognized_answer",
                "The answer has a code or state that is not known.",
                "Ask for the refund's state, and report the code so that it can be added.",
            ),
            Self::IncompleteAnswer => (
                "incomplete_answer",
                "The answer's code is known, but a field that has to come with it is missing: the refund's status or, of a token call, the token.",
                "Ask for the refund's state: without that field nobody knows whether money moved.",
            ),
            Self::SignatureInvalid => (
                "signature_invalid",
                "The answer's signature is wrong.",
                "Do not believe the answer: it does not fit this secret. First check the secret and the environment, then ask for the refund's state.",
            ),
            Self::SignatureAbsent => (
                "signature_absent",
                "The answer is not signed.",
                "Ask for the refund's state; nobody vouches for this answer.",
            ),
            Self::ResponseMismatch => (
                "response_mismatch",
                "The answer speaks of another refund than the one requested.",
                "Do not believe the answer. Ask for the refund's state.",
            ),
            Self::UnexpectedRedirect => (
                "unexpected_redirect",
                "The answer is a redirect.",
                "Do not follow it. Check the base URL, then ask for the refund's state.",
            ),
            Self::ProviderError => (
                "provider_error",
                "The provider failed while it worked on the request.",
                "Ask for the refund's state; it may have happened.",
            ),
            Self::RateLimited => ("rate_limited", "Too many requests.", "Send the same plan again later."),
            Self::AuthenticationFailed => (
                "authentication_failed",
                "The provider did not accept key or signature.",
                "Check the key, its environment, the clock, and that the body is sent exactly as signed.",
            ),
            Self::TokenInvalid => (
                "token_invalid",
                "The access token is missing, wrong or expired.",
                "Get a new token, then sign the same plan again.",
            ),
            Self::NotPermitted => ("not_permitted", "The merchant may not do this.", "Ask the provider to enable it."),
            Self::NotNow => (
                "not_now",
                "The provider does not do this at the moment, such as during a cut-off or a suspension.",
                "Sign the same plan again later.",
            ),
            Self::InvalidRequest => (
                "invalid_request",
                "The provider refused the request's content.",
                "Read the provider's message, correct the input and plan again.",
            ),
            Self::UnknownUrl => (
                "unknown_url",
                "The provider has nothing at this URL.",
                "Check the base URL and the environment: the base URL may have a path too many, or lack one. The input is right.",
            ),
            Self::PaymentNotFound => (
                "payment_not_found",
                "The provider does not know the payment.",
                "Check the payment's id and the environment.",
            ),
            Self::RefundNotFound => (
                "refund_not_found",
                "The provider does not know the refund.",
                "Check the refund's id and the environment.",
            ),
            Self::NotRefundable => {
                ("not_refundable", "The payment cannot be refunded in its present state.", "Check the payment's state.")
            }
            Self::AmountExceeded => (
                "amount_exceeded",
                "The amount is more than what is left to refund.",
                "Look at the refunds made so far and refund at most the rest.",
            ),
            Self::InvalidAmount => (
                "invalid_amount",
                "The provider does not take this amount.",
                "Check the provider's limits and decimals.",
            ),
            Self::AlreadyRefunded => (
                "already_refunded",
                "The payment was refunded before.",
                "Nothing more to refund; look at the payment's refunds.",
            ),
            Self::RefundWindowClosed => {
                ("refund_window_closed", "It is too late to refund this payment.", "Pay the customer back another way.")
            }
            Self::SpeedNotSupported => (
                "speed_not_supported",
                "The payment cannot be refunded at this speed.",
                "Plan the refund at the other speed: instant where the payment is too old for a normal refund, normal where instant is refused.",
            ),
            Self::InsufficientBalance => (
                "insufficient_balance",
                "The merchant's balance is too low.",
                "Top the balance up, then sign the same plan again.",
            ),
            Self::Declined => (
                "declined",
                "The bank or wallet declined the refund.",
                "Ask the provider for the reason, or pay the customer back another way.",
            ),
            Self::IdempotencyConflict => (
                "idempotency_conflict",
                "The same idempotency key was used with other content.",
                "Look for the first refund of this key; plan a new one only if another refund is really meant.",
            ),
            Self::InProgress => (
                "in_progress",
                "The first request with this key is still running.",
                "Sign the same plan again a little later.",
            ),
            Self::DuplicateReference => (
                "duplicate_reference",
                "This reference was used before.",
                "Ask for the state of the refund with this reference.",
            ),
            Self::DuplicateAttempt => (
                "duplicate_attempt",
                "This attempt's one-time id was used before.",
                "The first request with it may have been worked on: do what next says. A new attempt needs a new nonce.",
            ),
            Self::LimitReached => {
                ("limit_reached", "A limit of the provider or the bank is reached.", "Try later or ask the provider.")
            }
        }
    }
}
