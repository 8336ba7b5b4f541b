//! `docs/providers/*.md` and the table in README.md, written from the tables of the core, so that the
//! documentation cannot say anything else than the code does.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result, bail};
use refund_signer::facts::{Asks, Events, Facts, Repeat};
use refund_signer::input::{Decimals, Field, Kind, Need};
use refund_signer::plan::Operation;
use refund_signer::verdict::{COMMON_RULES, Rule, fits};
use refund_signer::{PROVIDERS, Provider, snap};

use crate::generate::limits;
use crate::host::root;

/// Writes the pages; with `check` it only sees whether they are as they would be written.
pub fn pages(check: bool) -> Result<()> {
    let mut stale = Vec::new();
    for provider in PROVIDERS {
        let notes = root().join(format!("docs/providers/{}.notes.md", provider.name));
        let notes = fs::read_to_string(&notes).with_context(|| format!("{} is missing", notes.display()))?;
        write(&format!("docs/providers/{}.md", provider.name), &page(provider, &notes), check, &mut stale)?;
    }
    let tables = [
        ("README.md", "providers", overview()),
        ("README.md", "following", following_table()),
        ("pkg-template/README.md", "following", following_table()),
    ];
    for (path, name, table) in tables {
        let text = with_table(path, name, &table)?;
        write(path, &text, check, &mut stale)?;
    }
    if !stale.is_empty() {
        bail!("{} not as the tables say: run `cargo xtask docs`", stale.join(", "));
    }
    Ok(())
}

/// A file with this table between the marks of its name.
fn with_table(path: &str, name: &str, table: &str) -> Result<String> {
    let (begin, end) =
        (format!("<!-- {name}:begin (written by `cargo xtask docs`) -->"), format!("<!-- {name}:end -->"));
    let text = fs::read_to_string(root().join(path))?;
    let (before, rest) = text.split_once(&begin).with_context(|| format!("{path} lacks {begin}"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("{path} lacks {end}"))?;
    Ok(format!("{before}{begin}\n\n{table}\n{end}{after}"))
}

fn write(path: &str, text: &str, check: bool, stale: &mut Vec<String>) -> Result<()> {
    let file = root().join(path);
    if fs::read_to_string(&file).is_ok_and(|present| present == text) {
        return Ok(());
    }
    if check {
        stale.push(path.to_owned());
        return Ok(());
    }
    println!("wrote {path}");
    fs::write(file, text).with_context(|| format!("writing {path}"))
}

/// The table of providers in the README.
fn overview() -> String {
    let mut text = String::from("| provider | operations | webhooks |\n|---|---|---|\n");
    for provider in PROVIDERS {
        let operations: Vec<_> = provider.operations.iter().map(|operation| format!("`{}`", operation.name)).collect();
        let webhooks = if provider.webhooks.is_some() { "yes" } else { "none documented" };
        let (title, name) = (provider.title, provider.name);
        let _ = writeln!(text, "| [{title}](docs/providers/{name}.md) | {} | {webhooks} |", operations.join(" "));
    }
    text
}

/// The page of one provider.
fn page(provider: &Provider, notes: &str) -> String {
    let mut text = format!(
        "<!-- Written by `cargo xtask docs` from src/{0} and docs/providers/{0}.notes.md. -->\n\n# {1}\n\n",
        provider.name, provider.title
    );
    let _ = write!(
        text,
        "```js\nimport {{ {0} }} from \"refund-signer\"; // or: import * as {0} from \"refund-signer/{0}\"\n```\n\n",
        provider.name
    );
    let _ = write!(text, "## Client\n\n{}\n", fields(provider.settings));
    text.push_str("## Operations\n\n");
    for operation in provider.operations {
        text.push_str(&section(operation));
    }
    if let Some(table) = &provider.webhooks {
        let _ = write!(text, "## Webhooks\n\n`new {}.Webhooks({{ … }})` takes:\n\n", provider.name);
        let _ = writeln!(text, "{}", fields(table.settings));
    }
    if let Some(verification) = &provider.verification {
        let (name, function, doc) = (provider.name, verification.name, verification.doc);
        let _ = write!(
            text,
            "## `{function}`\n\n{doc}\n\n`{name}.{function}(payment, {{ secrets }})` gives `true`, or throws. "
        );
        let _ = writeln!(text, "It takes:\n\n{}", fields(verification.fields));
    }
    text.push_str(&verdicts(provider));
    text.push_str(notes.trim_end());
    text.push('\n');
    text
}

fn section(operation: &Operation) -> String {
    let mut text = format!("### `{}`\n\n{}\n\n", operation.name, operation.doc);
    let paths: Vec<_> = std::iter::once(&operation.path).chain(operation.other_paths).collect();
    for path in paths {
        let _ = writeln!(text, "- `{} {path}`", operation.method.as_str());
    }
    if operation.moves_money {
        text.push_str("- It can move money.\n");
    }
    if let Some(facts) = operation.follow {
        text.push_str(&following(operation, facts));
    }
    text.push('\n');
    text.push_str(&fields(operation.fields));
    text.push('\n');
    text
}

/// What is known of a refund after its request was sent: the facts that the lifecycle decides by.
fn following(operation: &Operation, facts: Facts) -> String {
    let reference = operation.reference.map_or_else(
        || "- Its refund carries no reference of yours.\n".to_owned(),
        |field| format!("- Your reference of the refund: `{field}`.\n"),
    );
    format!(
        "- Sent again: {}.\n{reference}- After a lost answer: {}.\n- A verified event about it: {}.\n",
        repeated(operation, facts),
        asked(facts),
        heard(facts)
    )
}

/// The same of all refunds, as one table: a row for the operations of a provider that have the same facts.
fn following_table() -> String {
    let mut text = String::from(
        "| | your reference | sent again | after a lost answer | a verified event |\n|---|---|---|---|---|\n",
    );
    for provider in PROVIDERS {
        let mut rows: Vec<(String, Vec<String>)> = Vec::new();
        for operation in provider.operations {
            let Some(facts) = operation.follow else { continue };
            let reference = operation.reference.map_or_else(|| "none".to_owned(), |field| format!("`{field}`"));
            let cells = [reference, repeated(operation, facts), asked(facts), heard(facts).to_owned()].join(" | ");
            let name = format!("`{}`", operation.name);
            match rows.iter_mut().find(|(known, _)| *known == cells) {
                Some((_, names)) => names.push(name),
                None => rows.push((cells, vec![name])),
            }
        }
        for (cells, names) in rows {
            let _ = writeln!(text, "| {}: {} | {cells} |", provider.title, names.join(" "));
        }
    }
    text
}

/// What a second request with the same key does.
fn repeated(operation: &Operation, facts: Facts) -> String {
    let key = operation.idempotency.map_or_else(String::new, |field| format!(" (`{field}`)"));
    match facts.repeat {
        Repeat::MarkedReplay => format!("answered with the first result, and marked as such{key}"),
        Repeat::SilentReplay => format!("answered with the first result; nothing marks it{key}"),
        Repeat::Undocumented => format!("not documented{key}: it may be a second refund"),
        Repeat::None => "no idempotency key: it may be a second refund".to_owned(),
    }
}

/// What can be asked.
fn asked(facts: Facts) -> String {
    match facts.asks {
        Asks::Refund => {
            let page = facts.page_size.map_or_else(String::new, |size| format!(", at most {size} of them"));
            let parts = if facts.in_parts { "; a refund of a whole payment is listed in parts" } else { "" };
            format!("`queryFor(plan)` tells the refunds of the payment{page}{parts}")
        }
        Asks::Payment => "`queryFor(plan)` tells the state of the payment only".to_owned(),
        Asks::Nothing => "nothing can be asked".to_owned(),
    }
}

/// What a verified event is worth.
const fn heard(facts: Facts) -> &'static str {
    match facts.events {
        Events::Decide => "its state decides",
        Events::Hint => "a reason to ask, no more",
        Events::None => "none is documented",
    }
}

fn fields(fields: &[Field]) -> String {
    let mut text = String::from("| field | takes | | meaning |\n|---|---|---|---|\n");
    rows(&mut text, fields, "");
    text
}

fn rows(text: &mut String, fields: &[Field], prefix: &str) {
    for field in fields {
        let need = match field.need {
            Need::Required => "required",
            Need::Optional => "",
            Need::Made => "made when left out",
        };
        let (name, takes) = (field.name, takes(field.kind));
        let _ = writeln!(text, "| `{prefix}{name}` | {takes} | {need} | {} |", field.doc.replace('|', "\\|"));
        if let Kind::List(inner) = field.kind {
            rows(text, inner, &format!("{prefix}{name}[]."));
        }
    }
}

/// What a field takes, in a few words.
fn takes(kind: Kind) -> String {
    let choices = |choices: &[&str]| choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(" ");
    match kind {
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::OneOf(values) => choices(values),
        Kind::SomeOf(values) => format!("array of {}", choices(values)),
        Kind::Money { currencies, decimals } => {
            let currencies = if currencies.is_empty() { "any currency".to_owned() } else { currencies.join(" ") };
            let decimals = match decimals {
                Decimals::Iso => "",
                Decimals::Whole => ", whole units",
                Decimals::AtMostTwo => ", at most two decimals",
            };
            format!("money: {currencies}{decimals}")
        }
        Kind::Decimal => "decimal number as text".to_owned(),
        Kind::List(_) => "array of objects, 1 to 100".to_owned(),
        Kind::Secret => "secret: text or `Uint8Array`".to_owned(),
        Kind::Secrets => "array of secrets".to_owned(),
        _ => in_a_table(&limits(kind).unwrap_or_default()),
    }
}

/// A sentence as a cell: its first letter small, no full stop.
fn in_a_table(sentence: &str) -> String {
    let mut characters = sentence.trim_end_matches('.').chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + characters.as_str())
}

fn verdicts(provider: &Provider) -> String {
    let mut text = String::from(
        "## Verdicts\n\nThe first row that fits decides. `?` stands for any one character, `*` for any rest, — for none. \
         A read that was answered has the state `answered`. `unknown` after a read says `retry` instead of `query`: \
         asking again moves no money.\n\n",
    );
    text.push_str(
        "| HTTP | provider's code | provider's state | status | next | problem | |\n|---|---|---|---|---|---|---|\n",
    );
    for rule in provider.rules {
        text.push_str(&row(rule));
    }
    text.push_str("| | *then, for every provider:* | | | | | |\n");
    for rule in COMMON_RULES {
        text.push_str(&row(rule));
    }
    text.push('\n');
    text.push_str(&wordings(provider));
    text.push_str(&snap_codes(provider));
    text
}

/// What a provider says in words or names of errors, and what each means: the row with the state that it stands for.
fn wordings(provider: &Provider) -> String {
    if provider.wordings.is_empty() {
        return String::new();
    }
    let mut text = String::from(
        "### What it says in words\n\nThe words that tell where the code and the state do not, and the state in the table above that they stand \
         for. Upper and lower case and punctuation do not count. What is not here is `unknown`.\n\n\
         | it says | state | status | next | problem | |\n|---|---|---|---|---|---|\n",
    );
    for (words, state) in provider.wordings {
        let meaning = provider.rules.iter().find(|rule| rule.state == *state).map_or_else(String::new, meaning);
        let _ = writeln!(text, "| {words} | `{state}` | {meaning} |");
    }
    text.push('\n');
    text
}

/// Every case of the SNAP standard, for a provider whose table has its codes.
fn snap_codes(provider: &Provider) -> String {
    if !snap::RULES.iter().all(|rule| provider.rules.contains(rule)) {
        return String::new();
    }
    let mut text = String::from(
        "### The codes of SNAP\n\nHTTP status, service (`??`), case, as the standard names them, and the verdict on a refund.\n\n\
         | code | its name | status | next | problem | |\n|---|---|---|---|---|---|\n",
    );
    for (code, name) in SNAP_CODES {
        let http = code.get(..3).unwrap_or_default();
        let decides = |rule: &&Rule| fits(rule.http, http) && fits(rule.code, code) && fits(rule.state, "");
        let meaning = provider.rules.iter().chain(COMMON_RULES).find(decides).map_or_else(String::new, meaning);
        let _ = writeln!(text, "| `{code}` | {name} | {meaning} |");
    }
    text.push('\n');
    text
}

/// The cases of a refund's codes: the table of response codes in the SNAP standard (ASPI, Bank Indonesia), without 200,
/// which the state decides.
const SNAP_CODES: &[(&str, &str)] = &[
    ("202??00", "Request In Progress"),
    ("400??00", "Bad Request"),
    ("400??01", "Invalid Field Format"),
    ("400??02", "Invalid Mandatory Field"),
    ("401??00", "Unauthorized"),
    ("401??01", "Invalid Token (B2B)"),
    ("401??02", "Invalid Customer Token"),
    ("401??03", "Token Not Found (B2B)"),
    ("401??04", "Customer Token Not Found"),
    ("403??00", "Transaction Expired"),
    ("403??01", "Feature Not Allowed"),
    ("403??02", "Exceeds Transaction Amount Limit"),
    ("403??03", "Suspected Fraud"),
    ("403??04", "Activity Count Limit Exceeded"),
    ("403??05", "Do Not Honor"),
    ("403??06", "Feature Not Allowed At This Time"),
    ("403??07", "Card Blocked"),
    ("403??08", "Card Expired"),
    ("403??09", "Dormant Account"),
    ("403??10", "Need To Set Token Limit"),
    ("403??11", "OTP Blocked"),
    ("403??12", "OTP Lifetime Expired"),
    ("403??13", "OTP Sent To Cardholder"),
    ("403??14", "Insufficient Funds"),
    ("403??15", "Transaction Not Permitted"),
    ("403??16", "Suspend Transaction"),
    ("403??17", "Token Limit Exceeded"),
    ("403??18", "Inactive Card/Account/Customer"),
    ("403??19", "Merchant Blacklisted"),
    ("403??20", "Merchant Limit Exceed"),
    ("403??21", "Set Limit Not Allowed"),
    ("403??22", "Token Limit Invalid"),
    ("403??23", "Account Limit Exceed"),
    ("404??00", "Invalid Transaction Status"),
    ("404??01", "Transaction Not Found"),
    ("404??02", "Invalid Routing"),
    ("404??03", "Bank Not Supported By Switch"),
    ("404??04", "Transaction Cancelled"),
    ("404??05", "Merchant Is Not Registered For Card Registration Services"),
    ("404??06", "Need To Request OTP"),
    ("404??07", "Journey Not Found"),
    ("404??08", "Invalid Merchant"),
    ("404??09", "No Issuer"),
    ("404??10", "Invalid API Transition"),
    ("404??11", "Invalid Card/Account/Customer/Virtual Account"),
    ("404??12", "Invalid Bill/Virtual Account"),
    ("404??13", "Invalid Amount"),
    ("404??14", "Paid Bill"),
    ("404??15", "Invalid OTP"),
    ("404??16", "Partner Not Found"),
    ("404??17", "Invalid Terminal"),
    ("404??18", "Inconsistent Request"),
    ("404??19", "Invalid Bill/Virtual Account"),
    ("405??00", "Requested Function Is Not Supported"),
    ("405??01", "Requested Operation Is Not Allowed"),
    ("409??00", "Conflict"),
    ("409??01", "Duplicate partnerReferenceNo"),
    ("429??00", "Too Many Requests"),
    ("500??00", "General Error"),
    ("500??01", "Internal Server Error"),
    ("500??02", "External Server Error"),
    ("504??00", "Timeout"),
];

fn row(rule: &Rule) -> String {
    let pattern = |pattern: &str| match pattern {
        "" => "—".to_owned(),
        "*" => "any or none".to_owned(),
        "?*" => "any".to_owned(),
        text => format!("`{text}`"),
    };
    format!("| {} | {} | {} | {} |\n", pattern(rule.http), pattern(rule.code), pattern(rule.state), meaning(rule))
}

/// What a row means for a refund, in four cells.
fn meaning(rule: &Rule) -> String {
    let problem = rule.problem.map_or(String::new(), |code| format!("`{}`", code.as_str()));
    let remark = match (rule.replayed, rule.may_follow_success) {
        (true, _) => "replayed",
        (_, true) => "of a first attempt; `unknown` where an earlier success could be the cause",
        _ => "",
    };
    format!("{} | {} | {problem} | {remark}", rule.status.as_str(), rule.next.as_str())
}
