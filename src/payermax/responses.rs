//! PayerMax's answers: SNAP's, with the state in `additionalInfo.refundStatus`.

use super::requests::{is_status_query, is_token_call};
use crate::http::HttpResponse;
use crate::plan::Plan;
use crate::snap::{self, StateIn};
use crate::verdict::{Rule, Verdict};

/// PayerMax publishes no table of its own. Sources: the standard's codes; "Debit-Refund", refundStatus.
pub const RULES: &[Rule] = snap::RULES;

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
