//! Money as whole minor units of an ISO 4217 currency. No float anywhere.

use crate::encode::decimal;
use crate::error::ErrorCode;
use alloc::string::String;

/// ISO 4217 codes in use, each followed by the number of its decimals.
const CURRENCIES: &str = "AED2AFN2ALL2AMD2ANG2AOA2ARS2AUD2AWG2AZN2BAM2BBD2BDT2BGN2BHD3BIF0BMD2BND2BOB2BRL2BSD2BTN2BWP2BYN2BZD2\
CAD2CDF2CHF2CLP0CNY2COP2CRC2CUP2CVE2CZK2DJF0DKK2DOP2DZD2EGP2ERN2ETB2EUR2FJD2FKP2GBP2GEL2GHS2GIP2GMD2GNF0GTQ2GYD2\
HKD2HNL2HTG2HUF2IDR2ILS2INR2IQD3IRR2ISK0JMD2JOD3JPY0KES2KGS2KHR2KMF0KPW2KRW0KWD3KYD2KZT2LAK2LBP2LKR2LRD2LSL2LYD3\
MAD2MDL2MGA2MKD2MMK2MNT2MOP2MRU2MUR2MVR2MWK2MXN2MYR2MZN2NAD2NGN2NIO2NOK2NPR2NZD2OMR3PAB2PEN2PGK2PHP2PKR2PLN2PYG0\
QAR2RON2RSD2RUB2RWF0SAR2SBD2SCR2SDG2SEK2SGD2SHP2SLE2SOS2SRD2SSP2STN2SVC2SYP2SZL2THB2TJS2TMT2TND3TOP2TRY2TTD2TWD2TZS2\
UAH2UGX0USD2UYU2UZS2VED2VES2VND0VUV0WST2XAF0XCD2XCG2XOF0XPF0YER2ZAR2ZMW2ZWG2";

/// An ISO 4217 currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    code: &'static str,
    decimals: usize,
}

impl Currency {
    /// The currency of a three-letter code in capitals.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let mut rest = CURRENCIES;
        while let Some((entry, further)) = rest.split_at_checked(4) {
            let (name, digit) = entry.split_at_checked(3)?;
            if name == code {
                return Some(Currency { code: name, decimals: digit.parse().ok()? });
            }
            rest = further;
        }
        None
    }

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// How many decimals ISO 4217 gives it.
    #[must_use]
    pub fn decimals(&self) -> usize {
        self.decimals
    }
}

/// An amount of money: a whole number of minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    minor: u64,
    currency: Currency,
}

impl Money {
    /// From minor units: `(1234, INR)` is 12.34 rupees.
    #[must_use]
    pub fn from_minor(minor: u64, currency: Currency) -> Self {
        Money { minor, currency }
    }

    /// From minor units in digits.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidAmount`] when it is not a plain whole number, [`ErrorCode::NotPositive`] for a
    /// negative one, [`ErrorCode::TooLong`] beyond 64 bits.
    pub fn parse_minor(digits: &str, currency: Currency) -> Result<Self, ErrorCode> {
        plain_number(digits, "")?;
        let minor = digits.parse().map_err(|_| ErrorCode::TooLong)?;
        Ok(Money { minor, currency })
    }

    /// From major units as text: `("12.34", INR)`. Decimals beyond the currency's are taken when they are zeros, which
    /// databases and providers write: `100.00000000`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidAmount`] when it is not a plain decimal number, [`ErrorCode::NotPositive`] for a
    /// negative one, [`ErrorCode::TooManyDecimals`], [`ErrorCode::TooLong`] beyond 64 bits of minor units.
    pub fn parse_major(text: &str, currency: Currency) -> Result<Self, ErrorCode> {
        let (integer, fraction) = match text.split_once('.') {
            Some((integer, fraction)) if !fraction.is_empty() => (integer, fraction),
            Some(_) => return Err(ErrorCode::InvalidAmount),
            None => (text, ""),
        };
        plain_number(integer, fraction)?;
        let (fraction, surplus) = fraction.split_at_checked(currency.decimals).unwrap_or((fraction, ""));
        if surplus.bytes().any(|digit| digit != b'0') {
            return Err(ErrorCode::TooManyDecimals);
        }
        let mut digits = String::from(integer);
        digits.push_str(fraction);
        digits.extend(core::iter::repeat_n('0', currency.decimals.saturating_sub(fraction.len())));
        Ok(Money { minor: digits.parse().map_err(|_| ErrorCode::TooLong)?, currency })
    }

    /// Minor units.
    #[must_use]
    pub fn minor(&self) -> u64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.minor == 0
    }

    /// Major units with all the currency's decimals: `12.30`, `90000.00`, `500`.
    #[must_use]
    pub fn major(&self) -> String {
        let digits = decimal(self.minor);
        let decimals = self.currency.decimals;
        if decimals == 0 {
            return digits;
        }
        let zeros = decimals.saturating_add(1).saturating_sub(digits.len());
        let mut text: String = core::iter::repeat_n('0', zeros).collect();
        text.push_str(&digits);
        text.insert(text.len().saturating_sub(decimals), '.');
        text
    }

    /// Major units without trailing zeros: `12.3`, `90000`.
    #[must_use]
    pub fn major_trimmed(&self) -> String {
        let text = self.major();
        if text.contains('.') { String::from(text.trim_end_matches('0').trim_end_matches('.')) } else { text }
    }

    /// Major units when there is no fraction: `90000`; `None` for 90000.50.
    #[must_use]
    pub fn whole_major(&self) -> Option<String> {
        let text = self.major_trimmed();
        (!text.contains('.')).then_some(text)
    }
}

/// Digits without a sign, an exponent, a leading zero or anything else.
fn plain_number(integer: &str, fraction: &str) -> Result<(), ErrorCode> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(positive) = integer.strip_prefix('-') {
        let negative = !positive.is_empty() && digits(positive) && digits(fraction);
        return Err(if negative { ErrorCode::NotPositive } else { ErrorCode::InvalidAmount });
    }
    let leading_zero = integer.len() > 1 && integer.starts_with('0');
    if integer.is_empty() || leading_zero || !digits(integer) || !digits(fraction) {
        return Err(ErrorCode::InvalidAmount);
    }
    Ok(())
}
