//! The timestamps that providers sign, made from the caller's clock (milliseconds since 1970, UTC).

use crate::encode::decimal;
use alloc::string::String;

/// 2000-01-01 and 2100-01-01 in milliseconds since 1970: a clock outside is wrong, most often one in seconds.
const SANE: core::ops::Range<u64> = 946_684_800_000..4_102_444_800_000;
const JAKARTA_OFFSET_MS: u64 = 7 * 3_600_000;

/// Whether it can be a present time in milliseconds since 1970.
#[must_use]
pub fn is_sane(now_ms: u64) -> bool {
    SANE.contains(&now_ms)
}

/// `2020-09-22T01:51:00Z`: UTC in seconds, what DOKU signs.
#[must_use]
pub fn utc_seconds(now_ms: u64) -> String {
    let mut text = date_time(now_ms);
    text.push('Z');
    text
}

/// `2024-03-02T14:20:00.123+07:00`: Jakarta time in milliseconds, what SNAP signs.
#[must_use]
pub fn jakarta_millis(now_ms: u64) -> String {
    let mut text = date_time(now_ms.saturating_add(JAKARTA_OFFSET_MS));
    text.push('.');
    push_padded(&mut text, now_ms % 1000, 3);
    text.push_str("+07:00");
    text
}

/// `2024-03-02T14:20:00+07:00`: Jakarta time in seconds.
#[must_use]
pub fn jakarta_seconds(now_ms: u64) -> String {
    let mut text = date_time(now_ms.saturating_add(JAKARTA_OFFSET_MS));
    text.push_str("+07:00");
    text
}

/// `2024-03-02T14:20:00`, without a zone.
fn date_time(ms: u64) -> String {
    let seconds = ms / 1000;
    let (year, month, day) = civil_date(seconds / 86_400);
    let mut text = String::with_capacity(29);
    for (separator, part, width) in [
        ("", year, 4),
        ("-", month, 2),
        ("-", day, 2),
        ("T", seconds / 3600 % 24, 2),
        (":", seconds / 60 % 60, 2),
        (":", seconds % 60, 2),
    ] {
        text.push_str(separator);
        push_padded(&mut text, part, width);
    }
    text
}

fn push_padded(text: &mut String, number: u64, width: usize) {
    let digits = decimal(number);
    text.extend(core::iter::repeat_n('0', width.saturating_sub(digits.len())));
    text.push_str(&digits);
}

/// Year, month and day of a day number since 1970 (Howard Hinnant, "chrono-compatible low-level date
/// algorithms", `civil_from_days`).
#[allow(clippy::arithmetic_side_effects, reason = "callers pass days of a u64 of milliseconds, far below overflow")]
fn civil_date(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

/// Day number since 1970 of a date (the inverse, `days_from_civil`); `None` for a date that does not exist.
fn day_number(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = unchecked_day_number(year, month, day);
    (civil_date(days) == (year, month, day)).then_some(days)
}

#[allow(clippy::arithmetic_side_effects, reason = "the caller has bounded year, month and day")]
fn unchecked_day_number(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let year_of_era = year % 400;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    year / 400 * 146_097 + day_of_era - 719_468
}

/// Milliseconds since 1970 of an RFC 3339 time with a zone, such as `2020-08-11T08:45:42Z` or
/// `2024-03-02T14:20:00.123+07:00`.
#[must_use]
pub fn parse_rfc3339(text: &str) -> Option<u64> {
    let (date, time) = text.split_once('T')?;
    let (clock, offset_minutes, ahead) = split_zone(time)?;
    let mut date = date.split('-');
    let (year, month, day) = (number(date.next()?, 4)?, number(date.next()?, 2)?, number(date.next()?, 2)?);
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, part)| (clock, Some(part)));
    let mut millis = 0_u64;
    if let Some(fraction) = fraction {
        number(fraction, fraction.len())?;
        let padded: String = fraction.chars().chain("000".chars()).take(3).collect();
        millis = padded.parse().ok()?;
    }
    let seconds = day_number(year, month, day)?.checked_mul(86_400)?.checked_add(clock_seconds(clock)?)?;
    let ms = if date.next().is_none() { seconds.checked_mul(1000)?.checked_add(millis)? } else { return None };
    let offset = offset_minutes.checked_mul(60_000)?;
    if ahead { ms.checked_sub(offset) } else { ms.checked_add(offset) }
}

/// Milliseconds since 1970 of an HTTP date, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
#[must_use]
pub fn parse_http_date(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = text.split_once(',')?.1.strip_prefix(' ')?.split(' ');
    let day = number(parts.next()?, 2)?;
    let name = parts.next()?;
    let month = (1_u64..).zip(MONTHS).find(|(_, month)| *month == name)?.0;
    let year = number(parts.next()?, 4)?;
    let seconds = clock_seconds(parts.next()?)?;
    if parts.next()? != "GMT" || parts.next().is_some() {
        return None;
    }
    day_number(year, month, day)?.checked_mul(86_400)?.checked_add(seconds)?.checked_mul(1000)
}

/// Splits the zone off: the clock, the offset in minutes, and whether it is ahead of UTC.
fn split_zone(time: &str) -> Option<(&str, u64, bool)> {
    if let Some(clock) = time.strip_suffix('Z') {
        return Some((clock, 0, true));
    }
    let at = time.find(['+', '-'])?;
    let (clock, zone) = time.split_at_checked(at)?;
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let minutes = number(hours, 2)?.checked_mul(60)?.checked_add(number(minutes, 2)?)?;
    Some((clock, minutes, zone.starts_with('+')))
}

/// Seconds since midnight of `08:45:42`.
fn clock_seconds(text: &str) -> Option<u64> {
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)
}

/// A number of exactly so many digits.
fn number(text: &str, digits: usize) -> Option<u64> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}
