//! The rows of the verdict tables, and how one is found.

use super::{Next, ProblemCode, Status};

/// One row of a provider's verdict table. Patterns: `?` is any one character, a `*` at the end any rest,
/// an empty pattern means that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The HTTP status, such as `409` or `5??`.
    pub http: &'static str,
    /// The provider's code.
    pub code: &'static str,
    /// The provider's state of the refund; `answered` for a read that was answered.
    pub state: &'static str,
    /// What it means; for a row that [may follow a success](Rule::also_after_success), of a first attempt.
    pub status: Status,
    /// What to do.
    pub next: Next,
    /// Why, when it is not plainly good.
    pub problem: Option<ProblemCode>,
    /// Whether the provider answered from its record of an earlier request.
    pub replayed: bool,
    /// Whether an earlier success of the same plan could cause this refusal.
    pub may_follow_success: bool,
}

impl Rule {
    /// A row: patterns for HTTP status, code and state, then what they mean.
    #[must_use]
    pub const fn new(pattern: [&'static str; 3], status: Status, next: Next) -> Self {
        let [http, code, state] = pattern;
        Rule { http, code, state, status, next, problem: None, replayed: false, may_follow_success: false }
    }

    /// The row with a reason.
    #[must_use]
    pub const fn because(mut self, problem: ProblemCode) -> Self {
        self.problem = Some(problem);
        self
    }

    /// The row of an answer from the provider's record.
    #[must_use]
    pub const fn replay(mut self) -> Self {
        self.replayed = true;
        self
    }

    /// The row of a refusal that an earlier success of the same plan could cause: more than what is left, refunded
    /// before, the payment's state, a balance or limit used up, a reference used before. The row says what the
    /// refusal of a first attempt means. [`Verdict::decide`](super::Verdict::decide), which knows one answer only,
    /// takes it for `unknown` where money can move, and [`Verdict::if_first`](super::Verdict::if_first) keeps the rest.
    #[must_use]
    pub const fn also_after_success(mut self) -> Self {
        self.may_follow_success = true;
        self
    }

    pub(super) fn fits(&self, http: &str, code: &str, state: &str) -> bool {
        fits(self.http, http) && fits(self.code, code) && fits(self.state, state)
    }
}

/// What holds for every provider where its own table has no row.
pub static COMMON_RULES: &[Rule] = &[
    Rule::new(["429", "*", ""], Status::Rejected, Next::Retry).because(ProblemCode::RateLimited),
    Rule::new(["3??", "*", "*"], Status::Unknown, Next::Query).because(ProblemCode::UnexpectedRedirect),
    Rule::new(["5??", "*", "*"], Status::Unknown, Next::Query).because(ProblemCode::ProviderError),
    Rule::new(["*", "?*", "*"], Status::Unknown, Next::Query).because(ProblemCode::UnrecognizedAnswer),
    Rule::new(["*", "*", "?*"], Status::Unknown, Next::Query).because(ProblemCode::UnrecognizedAnswer),
    Rule::new(["*", "*", "*"], Status::Unknown, Next::Query).because(ProblemCode::UnreadableResponse),
];

/// Two tables as one, for a provider with two APIs; `N` is the number of all rows.
#[must_use]
pub const fn join<const N: usize>(mut first: &[Rule], mut second: &[Rule]) -> [Rule; N] {
    let mut rows = [Rule::new(["", "", ""], Status::Unknown, Next::Query); N];
    let mut slots = rows.as_mut_slice();
    while let Some((slot, further)) = slots.split_first_mut() {
        if let Some((row, rest)) = first.split_first() {
            (*slot, first) = (*row, rest);
        } else if let Some((row, rest)) = second.split_first() {
            (*slot, second) = (*row, rest);
        }
        slots = further;
    }
    rows
}

/// Whether a text fits a pattern; letters in either case, since providers are not consistent.
#[must_use]
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut text = text.chars();
    for expected in pattern.chars() {
        match (expected, text.next()) {
            ('*', _) => return true,
            ('?', Some(_)) => {}
            (expected, Some(found)) if expected.eq_ignore_ascii_case(&found) => {}
            _ => return false,
        }
    }
    text.next().is_none()
}
