//! SNAP, the Indonesian open-API scheme of Bank Indonesia and ASPI that several providers share: the string
//! to sign, the headers, the token call, the response codes and the signature of notifications. A provider
//! says only what differs.
//!
//! Sources: ASPI "Keamanan" and "Transfer Debit / Direct Debit" (apidevportal.aspi-indonesia.or.id);
//! PayerMax "Guide to Indonesian SNAP Protocol Signature Integration" (202606); DOKU "SNAP symmetric
//! signature". Where they differ, the parameters of this room's functions do.

mod requests;
mod responses;
mod signing;
mod webhooks;

pub use requests::*;
pub use responses::*;
pub use signing::*;
pub use webhooks::*;
