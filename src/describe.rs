//! What a plan says, for policies, forms and logs.

use crate::encode::json::{Value, Writer};
use crate::error::RefundError;
use crate::money::{Currency, Money};
use crate::plan::{Operation, Plan};
use alloc::string::String;
use alloc::vec::Vec;

/// What a plan says, read from the very bytes that are signed.
#[derive(Clone, Debug)]
pub struct Description<'p> {
    /// The operation.
    pub operation: &'static Operation,
    /// What is refunded or asked about: the id of a payment, or of the part of one that the operation names.
    pub payment: Option<String>,
    /// The amount. `None` in a plan that moves money: all that is left of the payment.
    pub amount: Option<Money>,
    /// The merchant's own reference of the refund.
    pub reference: Option<String>,
    /// What the provider recognizes a repeated request by.
    pub idempotency_key: Option<&'p str>,
    /// The fields that change how the refund is made, whose money pays it or who is told, where the plan has them.
    pub options: Vec<(&'static str, Value<'p>)>,
}

impl Plan {
    /// What the plan says.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidPlan`](crate::ErrorCode::InvalidPlan) for a plan that no operation made; never for one of
    /// [`Plan::new`] or [`Plan::parse`].
    pub fn describe(&self) -> Result<Description<'_>, RefundError> {
        let operation = self.operation;
        let input = self.input()?;
        let text = |field: Option<&str>| Some(String::from(input.get(field?)?.text()?));
        let options = operation.options.iter().filter_map(|name| Some((*name, input.get(name)?.clone())));
        Ok(Description {
            operation,
            payment: text(operation.payment),
            amount: input.get("amount").and_then(money),
            reference: text(operation.reference),
            idempotency_key: self.idempotency_key.as_deref(),
            options: options.collect(),
        })
    }
}

/// The money of an input that was read back.
fn money(amount: &Value<'_>) -> Option<Money> {
    let currency = Currency::of(amount.get("currency")?.text()?)?;
    Money::parse_minor(amount.get("minor")?.text()?, currency).ok()
}

impl Description<'_> {
    /// `{"provider","operation","movesMoney","payment"?,"amount"?:{"value","currency"},"reference"?,"idempotencyKey"?,
    /// "options"?,"facts"?:{"repeat","query","events"}}`, the amount in major units.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Writer::object();
        json.text("provider", self.operation.provider)
            .text("operation", self.operation.name)
            .flag("movesMoney", self.operation.moves_money)
            .optional_text("payment", self.payment.as_deref());
        if let Some(amount) = self.amount {
            json.open("amount").text("value", &amount.major()).text("currency", amount.currency().code()).close();
        }
        json.optional_text("reference", self.reference.as_deref())
            .optional_text("idempotencyKey", self.idempotency_key);
        if !self.options.is_empty() {
            json.open("options");
            for (name, value) in &self.options {
                json.value(name, value);
            }
            json.close();
        }
        if let Some(facts) = self.operation.follow {
            json.open("facts")
                .text("repeat", facts.repeat.as_str())
                .text("query", facts.asks.as_str())
                .text("events", facts.events.as_str())
                .close();
        }
        json.finish()
    }
}
