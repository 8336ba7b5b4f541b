//! PayerMax's answers: SNAP's, with the state in `additionalInfo.refundStatus`.

use super::requests::{is_status_query, is_token_call};
use crate::http::HttpResponse;
use crate::plan::Plan;
use crate::snap::{self, StateIn};
use crate::verdict::Next::Retry;
use crate::verdict::ProblemCode::DuplicateAttempt;
use crate::verdict::Status::Unknown;
use crate::verdict::{Rule, Verdict, join};

/// What differs from SNAP's table, then that table: PayerMax publishes none of its own. Sources: the standard's codes;
/// "Debit-Refund", refundStatus.
pub static RULES: &[Rule] = &join::<ROWS>(OWN_RULES, snap::RULES);
const ROWS: usize = OWN_RULES.len().saturating_add(snap::RULES.len());

/// The next attempt has a new `X-EXTERNAL-ID` and the same `partnerRefundNo`, by which PayerMax's older pages and
/// DANA's, which they follow, recognize a refund.
const OWN_RULES: &[Rule] = &[Rule::new(["409", "409??00", ""], Unknown, Retry).because(DuplicateAttempt)];

pub(super) fn read<'r>(plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Verdict<'r> {
    snap::read(plan, RULES, response, |body| {
        if is_token_call(plan) {
            snap::token_answer(body)
        } else if is_status_query(plan) {
            snap::status_answer(plan, body)
        } else {
            snap::refund_answer(plan, body, Some(snap::REFUND_SERVICE), StateIn::Body)
        }
    })
}
