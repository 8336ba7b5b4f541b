//! A native program that refunds a card payment at DOKU, with an ordinary blocking HTTP client.
//!
//! ```sh
//! export DOKU_CLIENT_ID=… DOKU_SECRET_KEY=… DOKU_BASE_URL=https://api-sandbox.doku.com
//! cargo run --example refund -- <invoice number> <original request id> <rupiah> <your id of the refund>
//! ```
//!
//! Run it again with the same id and it repeats the same refund; it never makes a second one.

use std::env;
use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use refund_signer::{Attempt, Client as _, HttpRequest, HttpResponse, Settings, Value, doku};
use ureq::Agent;
use ureq::http::Request;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [invoice, original, rupiah, id] = arguments.as_slice() else {
        return Err("give: invoice number, original request id, rupiah, your id of the refund".into());
    };

    // 1. Plan. A real program stores `plan.to_json()` here, and retries only what it stored.
    let plan = doku::create_refund(&Value::object([
        ("invoiceNumber", invoice.as_str().into()),
        ("originalRequestId", original.as_str().into()),
        ("amount", Value::object([("value", rupiah.as_str().into()), ("currency", "IDR".into())])),
        ("requestId", id.as_str().into()),
    ]))?;

    // 2. Sign.
    let (client_id, base_url) = (env::var("DOKU_CLIENT_ID")?, env::var("DOKU_BASE_URL")?);
    let settings = Value::object([("clientId", client_id.as_str().into()), ("baseUrl", base_url.as_str().into())]);
    let client =
        doku::Client::new(&Settings::new(settings).secret("secretKey", env::var("DOKU_SECRET_KEY")?.as_str()))?;
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH)?;
    // DOKU's signature holds the plan's own id instead; other schemes want one that cannot be guessed.
    let nonce = since_1970.as_nanos().to_string();
    let request = client.sign(&plan, &Attempt::new(u64::try_from(since_1970.as_millis())?, &nonce)?)?;

    // 3. Send.
    let response = send(request).inspect_err(|error| eprintln!("no answer: {error}")).ok();

    // 4. Read. That no answer came is an answer, too: money may have moved.
    let verdict = client.read(&plan, response.as_ref())?;
    println!("{}", verdict.to_json());
    Ok(())
}

/// Sends exactly what was signed. What any status means is for `read` to say, and redirects are not followed.
fn send(request: HttpRequest) -> Result<HttpResponse<'static>, ureq::Error> {
    let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).max_redirects_will_error(false);
    let agent = Agent::new_with_config(config.timeout_global(Some(Duration::from_secs(30))).build());
    let mut builder = Request::builder().method(request.method.as_str()).uri(request.url);
    for (name, value) in request.headers {
        builder = builder.header(name, value);
    }
    let mut response = agent.run(builder.body(request.body.unwrap_or_default())?)?;
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| {
        (name.as_str().to_owned().into(), String::from_utf8_lossy(value.as_bytes()).into_owned().into())
    });
    Ok(HttpResponse {
        status: response.status().as_u16(),
        headers: headers.collect(),
        body: response.body_mut().read_to_vec()?.into(),
    })
}
