//! The answers of tests/answers as cases: a client, a plan, an answer. Seeds of the fuzzers and of the properties.

use super::reference;
use refund_signer::encode::base64;
use refund_signer::encode::json::{Value, write_value};
use refund_signer::sign::HmacSha256Key;
use refund_signer::verdict::Verdict;
use refund_signer::{Client, HttpResponse, PROVIDERS, Plan, Provider, Settings};
use std::fs;
use std::path::{Path, PathBuf};

/// A plan, the client that sent it, and what came back.
pub struct Case {
    /// The file it comes from.
    pub name: String,
    /// The client.
    pub client: Box<dyn Client>,
    /// The plan.
    pub plan: Plan,
    /// The amount that was meant: minor units and currency.
    pub amount: Option<(u64, String)>,
    /// The key that signs answers, at DOKU.
    pub secret: String,
    /// What came back.
    pub answer: Option<Answer>,
}

/// An answer, and whether the harness is to sign it as DOKU does.
#[derive(Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Whether a right signature is added.
    pub sign: bool,
}

impl Case {
    /// The answer as the core takes it.
    pub fn response(&self, answer: &Answer) -> HttpResponse<'static> {
        let mut headers = answer.headers.clone();
        if answer.sign {
            headers.push(("Signature".into(), self.doku_signature(answer)));
        }
        let headers = headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        HttpResponse { status: answer.status, headers, body: answer.body.clone().into() }
    }

    /// Reads, and checks what holds for every verdict.
    pub fn read<'r>(&self, response: Option<&'r HttpResponse<'r>>) -> Verdict<'r> {
        let verdict = self.client.read(&self.plan, response).unwrap();
        super::verdict::check(self, response, &verdict);
        verdict
    }

    /// DOKU's signature, from its documentation: labelled lines, the digest only where the request was a POST.
    fn doku_signature(&self, answer: &Answer) -> String {
        let header = |name: &str| {
            let found = answer.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        let mut lines = format!(
            "Client-Id:{}\nRequest-Id:{}\nResponse-Timestamp:{}\nRequest-Target:{}",
            header("Client-Id"),
            header("Request-Id"),
            header("Response-Timestamp"),
            self.plan.path
        );
        if self.plan.body.is_some() {
            lines.push_str("\nDigest:");
            lines.push_str(&base64(&refund_signer::sign::sha256(&[&answer.body])));
        }
        let key = HmacSha256Key::new(self.secret.as_bytes()).unwrap();
        format!("HMACSHA256={}", base64(&key.sign(lines.as_bytes())))
    }
}

/// All cases of a provider.
pub fn of(provider: &'static Provider) -> Vec<Case> {
    let folder = root().join("tests/answers").join(provider.name);
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let cases = paths.iter().filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('_'));
    cases.map(|path| case(provider, &folder, path)).collect()
}

/// The provider of that name.
pub fn provider(name: &str) -> &'static Provider {
    PROVIDERS.iter().find(|known| known.name == name).unwrap()
}

/// The repository; the fuzz targets are built one folder deeper.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|folder| folder.join("tests/answers").is_dir()).unwrap().to_path_buf()
}

fn case(provider: &'static Provider, folder: &Path, path: &Path) -> Case {
    let text = fs::read_to_string(path).unwrap();
    let file = Value::parse(&text).unwrap();
    let client_name = file.get("client").and_then(Value::text).unwrap_or("_client.json");
    let client_text = fs::read_to_string(folder.join(client_name)).unwrap();
    let client = Value::parse(&client_text).unwrap();
    let operation = provider.operation(provider.name, text_at(&file, "operation")).unwrap();
    let input = file.get("input").unwrap();
    Case {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        client: (provider.client)(&settings(&client)).unwrap(),
        plan: Plan::new(operation, input, None).unwrap(),
        amount: input.get("amount").map(amount),
        secret: client.at("secrets.secretKey").and_then(Value::text).unwrap_or_default().to_owned(),
        answer: answer(file.get("response").unwrap()),
    }
}

/// Settings and secrets as the files have them: `{"settings","secrets"}`.
pub fn settings<'a>(client: &'a Value<'a>) -> Settings<'a> {
    let mut settings = Settings::new(client.get("settings").unwrap().clone());
    let Some(Value::Object(secrets)) = client.get("secrets") else { return settings };
    for (name, secret) in secrets {
        let several = secret.list().unwrap_or(std::slice::from_ref(secret));
        for secret in several {
            settings = settings.secret(name, secret.text().unwrap());
        }
    }
    settings
}

fn amount(given: &Value<'_>) -> (u64, String) {
    let currency = text_at(given, "currency").to_owned();
    let minor = match given.get("minor").and_then(Value::text) {
        Some(minor) => minor.parse().unwrap(),
        None => reference::minor(text_at(given, "value"), &currency).unwrap(),
    };
    (minor, currency)
}

fn answer(given: &Value<'_>) -> Option<Answer> {
    if *given == Value::Null {
        return None;
    }
    let body = match given.get("json") {
        Some(json) => text_of(json),
        None => text_at(given, "body").to_owned(),
    };
    let mut headers = Vec::new();
    if let Some(Value::Object(members)) = given.get("headers") {
        headers.extend(members.iter().map(|(name, value)| (name.to_string(), value.text().unwrap().to_owned())));
    }
    let status = given.get("status").and_then(Value::scalar).unwrap().parse().unwrap();
    Some(Answer { status, headers, body: body.into_bytes(), sign: given.get("sign").is_some() })
}

/// The text of a member that must be there.
pub fn text_at<'v>(value: &'v Value<'_>, name: &str) -> &'v str {
    value.get(name).and_then(Value::text).unwrap_or_else(|| panic!("{name} is missing"))
}

/// A value as compact JSON.
pub fn text_of(value: &Value<'_>) -> String {
    let mut out = String::new();
    write_value(&mut out, value);
    out
}
