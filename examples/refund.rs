//! A native program that refunds a card payment at DOKU, with an ordinary blocking HTTP client.
//!
//! ```sh
//! export DOKU_CLIENT_ID=… DOKU_SECRET_KEY=… DOKU_BASE_URL=https://api-sandbox.doku.com
//! cargo run --example refund -- <invoice number> <original request id> <rupiah> <your id of the refund>
//! ```
//!
//! Run it again with the same id and it repeats the same refund; it never makes a second one. `follow.rs` also does what
//! comes after a lost answer.

use std::env;
use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use refund_signer::{Attempt, Client as _, Settings, Value, doku};

mod http;

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
    let response =
        http::send(request, Duration::from_secs(30)).inspect_err(|error| eprintln!("no answer: {error}")).ok();

    // 4. Read. That no answer came is an answer, too: money may have moved.
    let verdict = client.read(&plan, response.as_ref())?;
    println!("{}", verdict.to_json());
    Ok(())
}
