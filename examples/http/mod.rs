//! Sending, for both examples: with ureq, which any other client can replace.

use std::time::Duration;

use refund_signer::{HttpRequest, HttpResponse};
use ureq::Agent;
use ureq::http::Request;

/// Sends exactly what was signed. What any status means is for `read` to say, and redirects are not followed.
pub fn send(request: HttpRequest, timeout: Duration) -> Result<HttpResponse<'static>, ureq::Error> {
    let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).max_redirects_will_error(false);
    let agent = Agent::new_with_config(config.timeout_global(Some(timeout)).build());
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
