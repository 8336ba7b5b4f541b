//! Times against a slow calendar that counts day by day, and what is no time.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::time::{is_sane, jakarta_millis, jakarta_seconds, parse_http_date, parse_rfc3339, utc_seconds};

const DAY: u64 = 86_400_000;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn days_of(year: u64, month: usize) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Every day from 1970 to the end of a year, with its number since then.
fn calendar(last_year: u64) -> impl Iterator<Item = (u64, u64, usize, u64)> {
    let dates = (1970..=last_year)
        .flat_map(|year| (1..=12).flat_map(move |month| (1..=days_of(year, month)).map(move |day| (year, month, day))));
    (0..).zip(dates).map(|(number, (year, month, day))| (number, year, month, day))
}

#[test]
fn every_day_of_this_century_is_written_and_read_and_those_around_the_next_leap_century() {
    for (number, year, month, day) in calendar(2401).filter(|(_, year, ..)| !(2102..2398).contains(year)) {
        let ms = number * DAY;
        let text = format!("{year}-{month:02}-{day:02}T00:00:00Z");
        assert_eq!(utc_seconds(ms), text);
        assert_eq!(parse_rfc3339(&text), Some(ms), "{text}");
        if day == 28 {
            let http = format!("Day, {day:02} {} {year} 00:00:00 GMT", MONTHS[month - 1]);
            assert_eq!(parse_http_date(&http), Some(ms), "{http}");
        }
    }
}

#[test]
fn the_last_year_with_four_digits_is_read_and_the_next_is_not() {
    assert_eq!(parse_rfc3339("9999-12-31T23:59:59Z"), Some(253_402_300_799_000));
    for text in ["10000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1969-12-31T23:59:59-01:00", "0000-01-01T00:00:00Z"] {
        assert_eq!(parse_rfc3339(text), None, "{text}");
    }
    assert_eq!(parse_rfc3339("1970-01-01T00:00:00Z"), Some(0));
    // Before 1970 by its zone alone.
    assert_eq!(parse_rfc3339("1970-01-01T00:00:00+00:01"), None);
    assert_eq!(parse_rfc3339("1970-01-01T00:01:00+00:01"), Some(0));
}

#[test]
fn a_day_that_does_not_exist_is_none() {
    for year in [1999, 2000, 2023, 2024, 2100] {
        for (month, name) in (1..).zip(MONTHS) {
            let after = days_of(year, month) + 1;
            for day in [0, after, 32, 99] {
                assert_eq!(
                    parse_rfc3339(&format!("{year}-{month:02}-{day:02}T00:00:00Z")),
                    None,
                    "{year} {month} {day}"
                );
                assert_eq!(parse_http_date(&format!("Day, {day:02} {name} {year} 00:00:00 GMT")), None);
            }
        }
        for month in [0, 13, 99] {
            assert_eq!(parse_rfc3339(&format!("{year}-{month:02}-01T00:00:00Z")), None, "{year} {month}");
        }
    }
}

#[test]
fn the_seconds_of_a_day_are_written_and_read() {
    // 2024-02-29, a day that Jakarta leaves seven hours earlier.
    const START: u64 = 1_709_164_800_000;
    for second in (0..86_400).step_by(13) {
        let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
        let clock = format!("{hours:02}:{minutes:02}:{seconds:02}");
        let ms = START + second * 1000 + 7;
        assert_eq!(utc_seconds(ms), format!("2024-02-29T{clock}Z"));
        assert_eq!(parse_rfc3339(&format!("2024-02-29T{clock}.007Z")), Some(ms));
        assert_eq!(parse_http_date(&format!("Thu, 29 Feb 2024 {clock} GMT")), Some(ms - 7));
        let (date, hours) = if hours < 17 { ("2024-02-29", hours + 7) } else { ("2024-03-01", hours - 17) };
        let there = format!("{date}T{hours:02}:{minutes:02}:{seconds:02}");
        assert_eq!(jakarta_seconds(ms), format!("{there}+07:00"));
        assert_eq!(jakarta_millis(ms), format!("{there}.007+07:00"));
        assert_eq!(parse_rfc3339(&jakarta_millis(ms)), Some(ms));
    }
}

#[test]
fn milliseconds_have_three_digits_and_a_fraction_any_number() {
    for (ms, written) in [(0, "000"), (7, "007"), (70, "070"), (700, "700"), (999, "999")] {
        assert_eq!(jakarta_millis(1_709_364_000_000 + ms), format!("2024-03-02T14:20:00.{written}+07:00"));
    }
    for (fraction, ms) in [("0", 0), ("1", 100), ("12", 120), ("123", 123), ("1239", 123), ("000000001", 0)] {
        assert_eq!(parse_rfc3339(&format!("1970-01-01T00:00:00.{fraction}Z")), Some(ms), "{fraction}");
    }
}

#[test]
fn zones_count_in_their_direction() {
    for (zone, minutes) in [("+00:00", 0), ("+07:00", -420), ("-07:00", 420), ("+05:45", -345), ("-00:30", 30)] {
        let expected = 1_000_000_i64 * 60_000 + minutes * 60_000;
        let text = utc_seconds(1_000_000 * 60_000).replace('Z', zone);
        assert_eq!(parse_rfc3339(&text).map(|ms| i64::try_from(ms).unwrap()), Some(expected), "{text}");
    }
}

#[test]
fn a_clock_stops_at_its_last_second() {
    let at = |clock: &str| parse_rfc3339(&format!("1970-01-01T{clock}Z"));
    assert_eq!(at("23:59:59"), Some(DAY - 1000));
    // A leap second is one.
    assert_eq!(at("23:59:60"), Some(DAY));
    for clock in
        ["24:00:00", "23:60:00", "23:59:61", "1:00:00", "01:0:00", "01:00:0", "01:00", "01:00:00:00", "001:00:00"]
    {
        assert_eq!(at(clock), None, "{clock}");
    }
}

#[test]
fn what_is_no_time_is_none() {
    for text in [
        "",
        "Z",
        "1970-01-01",
        "1970-01-01T00:00:00",
        "1970-01-01 00:00:00Z",
        "1970-01-01T00:00:00z",
        "1970-1-01T00:00:00Z",
        "1970-01-1T00:00:00Z",
        "70-01-01T00:00:00Z",
        "1970-01-01-01T00:00:00Z",
        "1970-01T00:00:00Z",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00.xZ",
        "1970-01-01T00:00:00.1.1Z",
        "1970-01-01T00:00:00+0700",
        "1970-01-01T00:00:00+7:00",
        "1970-01-01T00:00:00+07:0",
        "1970-01-01T00:00:00+07:00:00",
        "1970-01-01T00:00:00+",
        "+970-01-01T00:00:00Z",
        "1970-+1-01T00:00:00Z",
    ] {
        assert_eq!(parse_rfc3339(text), None, "{text}");
    }
    for text in [
        "",
        "06 Nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 Nov 1994 08:49 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ] {
        assert_eq!(parse_http_date(text), None, "{text}");
    }
}

#[test]
fn a_clock_in_seconds_or_beyond_this_century_is_wrong() {
    let (first, after) = (946_684_800_000, 4_102_444_800_000);
    assert_eq!(
        [first - 1, first, after - 1, after, 0, 1_709_364_000].map(is_sane),
        [false, true, true, false, false, false]
    );
}
