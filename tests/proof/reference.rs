//! The same rules as in the core, written once more: slowly, plainly, and without a line of it.

/// SNAP's minify: token by token instead of byte by byte. A string ends at the first quote with an even number of
/// backslashes before it.
pub fn minify(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = if text[at] == b'"' { string_end(text, at) } else { at + 1 };
        if !b" \t\r\n".contains(&text[at]) {
            out.extend_from_slice(&text[at..end]);
        }
        at = end;
    }
    out
}

/// Where the string that begins at `start` has ended, or the text where it never does.
fn string_end(text: &[u8], start: usize) -> usize {
    let escaped =
        |quote: usize| text[start + 1..quote].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
    (start + 1..text.len()).find(|at| text[*at] == b'"' && !escaped(*at)).map_or(text.len(), |quote| quote + 1)
}

/// Everything between the quotes of every string, one after the other.
pub fn strings(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = if text[at] == b'"' { string_end(text, at) } else { at + 1 };
        if text[at] == b'"' {
            out.extend_from_slice(&text[at..end]);
        }
        at = end;
    }
    out
}

/// RFC 3986, section 2.1 and 2.3.
pub fn percent_encode(text: &str) -> String {
    let unreserved = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    let escape =
        |byte: &u8| if unreserved.contains(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") };
    text.as_bytes().iter().map(escape).collect()
}

/// The currencies of ISO 4217 whose minor unit is not a hundredth.
const WITHOUT_DECIMALS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const WITH_THREE: &str = "BHD IQD JOD KWD LYD OMR TND";

/// How many decimals a currency has.
pub fn decimals(code: &str) -> u32 {
    match code {
        code if WITHOUT_DECIMALS.contains(code) => 0,
        code if WITH_THREE.contains(code) => 3,
        _ => 2,
    }
}

/// Minor units as major units with all decimals, by division.
pub fn major(minor: u64, code: &str) -> String {
    let unit = 10_u64.pow(decimals(code));
    match decimals(code) {
        0 => minor.to_string(),
        width => format!("{}.{:0width$}", minor / unit, minor % unit, width = width as usize),
    }
}

/// Major units as minor units, in 128 bits: `None` for what is no plain decimal number, has too many decimals, or more
/// than 64 bits.
pub fn minor(text: &str, code: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let width = decimals(code) as usize;
    let digits = |part: &str| part.chars().all(|digit| digit.is_ascii_digit());
    let surplus = fraction.chars().skip(width).any(|digit| digit != '0');
    if !digits(whole) || !digits(fraction) || whole.is_empty() || surplus || text.ends_with('.') {
        return None;
    }
    if (whole.len() > 1 && whole.starts_with('0')) || whole.len() > 20 {
        return None;
    }
    let fraction: String = fraction.chars().take(width).collect();
    let fraction: u128 = format!("{fraction:0<width$}0").parse::<u128>().ok()? / 10;
    u64::try_from(whole.parse::<u128>().ok()? * 10_u128.pow(decimals(code)) + fraction).ok()
}

/// Every code of three capitals, most of which are no currency.
pub fn codes() -> impl Iterator<Item = String> {
    let letters = || b'A'..=b'Z';
    let pairs = letters().flat_map(move |one| letters().map(move |two| (one, two)));
    pairs.flat_map(move |(one, two)| {
        letters().map(move |three| String::from_utf8_lossy(&[one, two, three]).into_owned())
    })
}
