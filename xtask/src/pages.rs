//! `docs/providers/*.md` and the table in README.md, written from the tables of the core, so that the
//! documentation cannot say anything else than the code does.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result, bail};
use refund_signer::input::{Decimals, Field, Kind, Need};
use refund_signer::plan::Operation;
use refund_signer::verdict::{COMMON_RULES, Rule};
use refund_signer::{PROVIDERS, Provider};

use crate::generate::limits;
use crate::host::root;

const BEGIN: &str = "<!-- providers:begin (written by `cargo xtask docs`) -->";
const END: &str = "<!-- providers:end -->";

/// Writes the pages; with `check` it only sees whether they are as they would be written.
pub fn pages(check: bool) -> Result<()> {
    let mut stale = Vec::new();
    for provider in PROVIDERS {
        let notes = root().join(format!("docs/providers/{}.notes.md", provider.name));
        let notes = fs::read_to_string(&notes).with_context(|| format!("{} is missing", notes.display()))?;
        write(&format!("docs/providers/{}.md", provider.name), &page(provider, &notes), check, &mut stale)?;
    }
    let readme = fs::read_to_string(root().join("README.md"))?;
    let (before, rest) = readme.split_once(BEGIN).context("README.md has no place for the providers")?;
    let (_, after) = rest.split_once(END).context("README.md has no end of the providers")?;
    let readme = format!("{before}{BEGIN}\n\n{}\n{END}{after}", overview());
    write("README.md", &readme, check, &mut stale)?;
    if !stale.is_empty() {
        bail!("{} not as the tables say: run `cargo xtask docs`", stale.join(", "));
    }
    Ok(())
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
    if let Some(field) = operation.idempotency {
        let _ = writeln!(text, "- A repeated request is recognized by `{field}`.");
    }
    if operation.moves_money {
        text.push_str("- It can move money.\n");
    }
    text.push('\n');
    text.push_str(&fields(operation.fields));
    text.push('\n');
    text
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
    text
}

fn row(rule: &Rule) -> String {
    let pattern = |pattern: &str| match pattern {
        "" => "—".to_owned(),
        "*" => "any or none".to_owned(),
        "?*" => "any".to_owned(),
        text => format!("`{text}`"),
    };
    let problem = rule.problem.map_or(String::new(), |code| format!("`{}`", code.as_str()));
    let remark = match (rule.replayed, rule.may_follow_success) {
        (true, _) => "replayed",
        (_, true) => "of a first attempt; `unknown` where an earlier success could be the cause",
        _ => "",
    };
    format!(
        "| {} | {} | {} | {} | {} | {problem} | {remark} |\n",
        pattern(rule.http),
        pattern(rule.code),
        pattern(rule.state),
        rule.status.as_str(),
        rule.next.as_str()
    )
}
