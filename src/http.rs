//! The request that goes out, the response that comes in, and where requests may go.

use crate::encode::json::Writer;
use crate::error::{ErrorCode, RefundError};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PATCH`
    Patch,
}

impl Method {
    /// In capitals, as it is sent and signed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One signed attempt: what the host sends, byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Names in the provider's spelling; every name once.
    pub headers: Vec<(&'static str, String)>,
    /// The exact text that was hashed and signed; `None` sends no body.
    pub body: Option<String>,
}

/// Names of headers only: `Authorization` holds a secret.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        formatter
            .debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &names)
            .field("body", &self.body)
            .finish()
    }
}

impl HttpRequest {
    /// `{"method","url","headers","body"}`, ready for `fetch(request.url, request)`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Writer::object();
        json.text("method", self.method.as_str()).text("url", &self.url).open("headers");
        for (name, value) in &self.headers {
            json.text(name, value);
        }
        json.close().optional_text("body", self.body.as_deref());
        json.finish()
    }
}

/// Header names and values; names in any case, and possibly more than once.
pub type Headers<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// A provider's answer as it arrived.
#[derive(Clone, Debug)]
pub struct HttpResponse<'a> {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Headers<'a>,
    /// The raw bytes of the body.
    pub body: Cow<'a, [u8]>,
}

/// What a header look-up finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header<'a> {
    /// No such header.
    Absent,
    /// One value.
    One(&'a str),
    /// The header stands more than once: nobody can tell which one counts.
    Many,
}

impl<'a> Header<'a> {
    /// The value when there is exactly one.
    #[must_use]
    pub fn one(self) -> Option<&'a str> {
        match self {
            Header::One(value) => Some(value),
            Header::Absent | Header::Many => None,
        }
    }
}

/// Finds a header whatever its case.
#[must_use]
pub fn header<'a>(headers: &'a [(Cow<'_, str>, Cow<'_, str>)], name: &str) -> Header<'a> {
    let mut found = headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    match (found.next(), found.next()) {
        (None, _) => Header::Absent,
        (Some((_, value)), None) => Header::One(value),
        _ => Header::Many,
    }
}

impl HttpResponse<'_> {
    /// Finds a header whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Header<'_> {
        header(&self.headers, name)
    }
}

/// Where a client's requests go: scheme, host, port and perhaps a path, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    path_at: usize,
}

impl BaseUrl {
    /// Checks a base URL. `https` anywhere; `http` for loopback hosts only. The scheme's own port is left out, as
    /// every HTTP client leaves it out: what is signed must be what is called.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidBaseUrl`] for anything else, and for user names, queries, fragments,
    /// escapes, empty or dot segments, capitals in the host, non-ASCII text and hosts that URL parsers rewrite.
    pub fn parse(text: &str) -> Result<Self, RefundError> {
        let refuse = |message: &str| Err(RefundError::new(ErrorCode::InvalidBaseUrl, "baseUrl", message));
        let text = text.strip_suffix('/').unwrap_or(text);
        let scheme = text.split_once(':').and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?)));
        let Some((scheme, rest)) = scheme else { return refuse("has no scheme.") };
        let (authority, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
        let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
        if !is_host(host) {
            return refuse("has no plain lower-case host name in ASCII, without xn--.");
        }
        if port.is_some_and(|port| port.parse::<u16>().is_err() || port.starts_with(['+', '0'])) {
            return refuse("has a port that is not a number.");
        }
        let is_segment = |segment: &str| {
            !matches!(segment, "" | "." | "..")
                && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
        };
        if path.is_some_and(|path| !path.split('/').all(is_segment)) {
            return refuse("has a path with other characters than letters, digits and - . _ ~.");
        }
        let loopback = matches!(host, "localhost" | "127.0.0.1") || host.ends_with(".localhost");
        match scheme {
            "https" => {}
            "http" if loopback => {}
            "http" => return refuse("uses http; keys would travel in the clear."),
            _ => return refuse("is neither https nor http."),
        }
        let default_port = if scheme == "https" { "443" } else { "80" };
        let port = port.filter(|port| *port != default_port).map(|port| [":", port].concat());
        let origin = [scheme, "://", host, port.as_deref().unwrap_or_default()].concat();
        let path = path.map(|path| ["/", path].concat()).unwrap_or_default();
        Ok(BaseUrl { text: [origin.as_str(), &path].concat(), path_at: origin.len() })
    }

    /// `https://host/base/path?query`
    #[must_use]
    pub fn join(&self, path: &str, query: &str) -> String {
        let mut url = String::with_capacity(self.text.len().saturating_add(path.len()));
        url.push_str(&self.text);
        push_target(&mut url, path, query);
        url
    }

    /// The path that the request really has: the base URL's own path, then `path`. What schemes sign that
    /// sign a path.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        let mut whole = String::from(self.text.get(self.path_at..).unwrap_or_default());
        whole.push_str(path);
        whole
    }

    /// Scheme, host, port where it is not the scheme's own, and path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A host name that every URL parser leaves as it is: none of `xn--`, since what it may stand for differs between
/// versions of Unicode, and whoever does not take it refuses the whole URL after signing. One whose last label is a number is an IPv4 address to them,
/// whatever its form (`1.1` is 1.0.0.1, `0x7f.1` is 127.0.0.1), so it must be four plain octets.
fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty()
            && !label.starts_with("xn--")
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(plain)
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    let hex = last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let is_number = hex || last.bytes().all(|byte| byte.is_ascii_digit());
    host.split('.').all(is_label) && (!is_number || is_ipv4(host))
}

/// Four octets in plain decimal.
fn is_ipv4(host: &str) -> bool {
    let is_octet = |text: &str| text.parse::<u8>().is_ok() && (text == "0" || !text.starts_with(['0', '+']));
    host.split('.').count() == 4 && host.split('.').all(is_octet)
}

fn push_target(url: &mut String, path: &str, query: &str) {
    url.push_str(path);
    if !query.is_empty() {
        url.push('?');
        url.push_str(query);
    }
}
