//! Writes what every fuzzer starts from: `seeds FOLDER`. The seeds come from tests/answers and
//! from the tables, so nobody keeps thousands of files.
#![allow(clippy::unwrap_used, reason = "a tool of the tests")]

use refund_signer::PROVIDERS;
use refund_signer_fuzz::proof::{cases, inputs};
use refund_signer_fuzz::{Reader, Receiver, message_bytes};
use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let folder = PathBuf::from(env::args().nth(1).unwrap());
    let write = |target: &str, seeds: Vec<Vec<u8>>| {
        let folder = folder.join(target);
        fs::create_dir_all(&folder).unwrap();
        for (at, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{at:04}")), seed).unwrap();
        }
    };
    for provider in PROVIDERS {
        write(&format!("read_{}", provider.name), Reader::new(provider.name).seeds());
        if provider.webhooks.is_some() {
            write(&format!("webhook_{}", provider.name), Receiver::new(provider.name).seeds());
        }
    }
    let all: Vec<_> = PROVIDERS.iter().flat_map(|provider| cases::of(provider)).collect();
    let plans = all.iter().map(|case| case.plan.to_json().into_bytes());
    let chosen = (0..=255_u8).map(|first| (0..120_u8).map(|at| first.wrapping_mul(31).wrapping_add(at)).collect());
    write("plan", plans.chain(chosen).collect());
    let bodies = all.iter().filter_map(|case| case.answer.as_ref()).map(|answer| answer.body.clone());
    write("minify", bodies.chain([b"{ \"a\\\\\" : [ 1 ,\t\" x \\\" \" ] }".to_vec()]).collect());
    let amounts = ["12.34", "0.05", "184467440737095516.15", "100.00000000", "99.991", "1e3", "-1", "007", "5."];
    write("money", inputs::CURRENCIES.iter().zip(0_u8..).map(|(_, at)| amount(at, &amounts)).collect());
    write("percent", ["aZ0-._~ /?#%+&=é", "%C3%A9%2F", "aGk=", "00ff"].map(|text| text.as_bytes().to_vec()).into());
    write("settings", settings());
}

fn amount(currency: u8, amounts: &[&str]) -> Vec<u8> {
    let text = amounts[usize::from(currency) % amounts.len()];
    [&[currency], text.as_bytes()].concat()
}

/// The clients of tests/answers and of the webhooks, a line for each setting.
fn settings() -> Vec<Vec<u8>> {
    let webhooks = [("clientId", "C"), ("path", "/n"), ("!secrets", "whsec_fuzz_0123456789"), ("merchantId", "P1")];
    let clients = [
        vec![("apiKey", "key-1"), ("environment", "sandbox"), ("!secretKey", "FooBar123!secret")],
        vec![("clientId", "MCH-1"), ("environment", "production"), ("!secretKey", "SK-unit-test-0123456789")],
        vec![
            ("clientKey", "k"),
            ("!serverKey", "dp_test_XXXXXXXXX"),
            ("!clientSecret", "s"),
            ("!accessToken", "tok123"),
        ],
        vec![("partnerId", "P"), ("channelId", "95221"), ("baseUrl", "https://snap.example/a"), ("!clientSecret", "s")],
        vec![("keyId", "rzp_test_1"), ("baseUrl", "http://127.0.0.1:8080"), ("!keySecret", "thisIsNotARealSecret24ch")],
    ];
    let lines =
        |list: &[(&str, &str)]| list.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect::<Vec<_>>();
    let clients = (0_u8..).zip(&clients).map(|(at, client)| [&[at], &*message_bytes(&lines(client), b"")].concat());
    let readers = (0..5_u8).map(|at| [&[at], &*message_bytes(&lines(&webhooks), b"")].concat());
    clients.chain(readers).collect()
}
