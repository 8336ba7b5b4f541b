//! The map between an operation's fields and its body: it writes the body of a new plan, and reads the fields back
//! from that of a stored one.

use crate::encode::decimal;
use crate::encode::json::{Value, Writer, write_list};
use crate::error::{ErrorCode, Problems};
use crate::input::Input;
use crate::money::{Currency, Money};
use alloc::string::String;
use alloc::vec::Vec;

/// One member of an operation's body.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Where it stands: `name`, or `object.name`. The members of one object follow each other, and one of them is
    /// always written.
    pub path: &'static str,
    /// The field that it holds.
    pub field: &'static str,
    /// How it is written.
    pub form: Form,
}

/// How a member is written.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A string.
    Text,
    /// A string; this one where the field is left out.
    TextOr(&'static str),
    /// A number, in the digits of the field.
    Number,
    /// `true` or `false`.
    Flag,
    /// `"true"` or `"false"`.
    FlagText,
    /// Key-value pairs, as they were given.
    Notes,
    /// An array of objects, whose members are the strings of the list's fields.
    List,
    /// An amount as a number.
    AmountNumber(Unit),
    /// An amount as a string.
    AmountText(Unit),
    /// The currency of an amount.
    Currency,
    /// As the value of another field says; the first where that is left out.
    By(&'static str, &'static [(&'static str, Form)]),
}

/// The digits of an amount.
#[derive(Clone, Copy, Debug)]
pub enum Unit {
    /// Minor units: `1230`.
    Minor,
    /// Major units without trailing zeros: `12.3`, `90000`.
    Trimmed,
    /// Major units with all decimals: `12.30`, `90000.00`.
    Full,
    /// Major units with all decimals or none: `12.30`, `90000`.
    FullOrWhole,
}

impl Member {
    /// A member of that form.
    #[must_use]
    pub const fn new(path: &'static str, field: &'static str, form: Form) -> Self {
        Member { path, field, form }
    }

    /// A string.
    #[must_use]
    pub const fn text(path: &'static str, field: &'static str) -> Self {
        Member::new(path, field, Form::Text)
    }

    /// Whether it shows that field: its own value, or how it is written.
    #[must_use]
    pub fn holds(&self, field: &str) -> bool {
        self.field == field || matches!(self.form, Form::By(by, _) if by == field)
    }

    /// Whether the body has it: it was given, or has a text of its own.
    fn is_written(&self, input: &Input<'_>) -> bool {
        matches!(self.form, Form::TextOr(_)) || input.has(self.field)
    }

    /// The object that it stands in, or nothing, and its name there.
    fn place(&self) -> (&'static str, &'static str) {
        self.path.split_once('.').unwrap_or(("", self.path))
    }
}

impl Unit {
    fn digits(self, amount: Money) -> String {
        match self {
            Unit::Minor => decimal(amount.minor()),
            Unit::Trimmed => amount.major_trimmed(),
            Unit::Full => amount.major(),
            Unit::FullOrWhole => amount.whole_major().unwrap_or_else(|| amount.major()),
        }
    }

    /// The amount of these digits, where it would be written in just these.
    fn amount(self, digits: &str, currency: Currency) -> Option<Money> {
        let amount = match self {
            Unit::Minor => Money::parse_minor(digits, currency),
            Unit::Trimmed | Unit::Full | Unit::FullOrWhole => Money::parse_major(digits, currency),
        };
        amount.ok().filter(|amount| self.digits(*amount) == digits)
    }
}

/// The body of an input; notes a field that says how another one is written, without that one.
pub fn write(members: &[Member], input: &Input<'_>, problems: &mut Problems) -> String {
    let mut body = Writer::object();
    let mut open = "";
    for member in members {
        let (object, name) = member.place();
        // An object of which nothing was given is left out.
        if !object.is_empty() && !members.iter().any(|other| other.place().0 == object && other.is_written(input)) {
            continue;
        }
        if object != open && !open.is_empty() {
            body.close();
        }
        if object != open && !object.is_empty() {
            body.open(object);
        }
        open = object;
        write_member(&mut body, name, member, chosen(member, input, problems), input);
    }
    if !open.is_empty() {
        body.close();
    }
    body.finish()
}

/// The form that the input chooses.
fn chosen(member: &Member, input: &Input<'_>, problems: &mut Problems) -> Form {
    let Form::By(by, forms) = member.form else { return member.form };
    let choice = input.optional_text(by);
    if choice.is_some() && !input.has(member.field) {
        problems.add(ErrorCode::Conflict, by, ["needs ", member.field, "."].concat());
    }
    let mut fitting = forms.iter().filter(|(name, _)| choice.is_none_or(|choice| choice == *name));
    fitting.next().map_or(Form::Text, |(_, form)| *form)
}

fn write_member(body: &mut Writer, name: &str, member: &Member, form: Form, input: &Input<'_>) {
    let field = member.field;
    match form {
        Form::Text => {
            body.optional_text(name, input.optional_text(field));
        }
        Form::TextOr(otherwise) => {
            body.text(name, input.optional_text(field).unwrap_or(otherwise));
        }
        Form::Number => {
            if let Some(digits) = input.optional_text(field) {
                body.raw(name, digits);
            }
        }
        Form::Flag => {
            body.optional_flag(name, input.flag(field));
        }
        Form::FlagText => {
            body.optional_text(name, input.flag(field).map(|flag| if flag { "true" } else { "false" }));
        }
        Form::Notes => {
            if let Some(notes) = input.notes(field) {
                body.value(name, notes);
            }
        }
        Form::List => {
            let mut list = String::new();
            write_list(&mut list, input.list(field), |out, entry| {
                let mut object = Writer::object();
                for (name, text) in entry.all_texts() {
                    object.text(name, text);
                }
                out.push_str(&object.finish());
            });
            body.raw(name, &list);
        }
        Form::AmountNumber(unit) => {
            if let Some(amount) = input.money(field) {
                body.raw(name, &unit.digits(amount));
            }
        }
        Form::AmountText(unit) => {
            body.optional_text(name, input.money(field).map(|amount| unit.digits(amount)).as_deref());
        }
        Form::Currency => {
            body.optional_text(name, input.money(field).map(|amount| amount.currency().code()));
        }
        // One of several forms is none of that kind itself.
        Form::By(..) => {}
    }
}

/// The fields of an input, by name.
pub type Fields<'a> = Vec<(alloc::borrow::Cow<'a, str>, Value<'a>)>;

/// Adds the fields that a body holds. An amount is one of the plan's currency.
///
/// # Errors
/// The member that holds nothing which this form writes, and what it does write.
pub fn read<'a>(
    members: &[Member],
    body: &Value<'a>,
    currency: Option<Currency>,
    fields: &mut Fields<'a>,
) -> Result<(), (&'static str, &'static str)> {
    for member in members {
        let Some(value) = body.at(member.path) else { continue };
        match member.form {
            // It is compared with that of the plan, as everything in the end.
            Form::Currency => {}
            Form::By(by, forms) => {
                let mut fitting =
                    forms.iter().filter_map(|(name, form)| Some((name, read_form(*form, value, currency)?)));
                let (choice, value) = fitting.next().ok_or((member.path, expected(member.form)))?;
                fields.push((by.into(), (*choice).into()));
                fields.push((member.field.into(), value));
            }
            form => {
                let value = read_form(form, value, currency).ok_or((member.path, expected(form)))?;
                fields.push((member.field.into(), value));
            }
        }
    }
    Ok(())
}

/// The value of the field that is written so.
fn read_form<'a>(form: Form, value: &Value<'a>, currency: Option<Currency>) -> Option<Value<'a>> {
    match (form, value) {
        (Form::Text | Form::TextOr(_), Value::Text(_))
        | (Form::Flag, Value::Bool(_))
        | (Form::Notes, Value::Object(_))
        | (Form::List, Value::List(_)) => Some(value.clone()),
        (Form::Number, Value::Number(digits)) => Some(Value::Text(digits.clone())),
        (Form::FlagText, Value::Text(text)) if text == "true" => Some(true.into()),
        (Form::FlagText, Value::Text(text)) if text == "false" => Some(false.into()),
        (Form::AmountNumber(unit), Value::Number(digits)) | (Form::AmountText(unit), Value::Text(digits)) => {
            let amount = unit.amount(digits, currency?)?;
            let minor = decimal(amount.minor()).into();
            Some(Value::object([("minor", minor), ("currency", amount.currency().code().into())]))
        }
        _ => None,
    }
}

/// What a form writes, in a few words.
fn expected(form: Form) -> &'static str {
    match form {
        Form::Text | Form::TextOr(_) | Form::Currency => "is no text.",
        Form::Number => "is no whole number.",
        Form::Flag | Form::FlagText => "is neither true nor false as this operation writes them.",
        Form::Notes => "is no object.",
        Form::List => "is no array.",
        Form::AmountNumber(_) | Form::AmountText(_) => {
            "is no amount as this operation writes it, in the plan's currency."
        }
        // Every form of a choice is one of the same kind.
        Form::By(_, forms) => match forms {
            [(_, first), ..] => expected(*first),
            [] => "",
        },
    }
}
