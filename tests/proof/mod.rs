//! What the proofs share: slow and plain references, what every verdict must obey, and inputs made from the tables.
//! Used by tests/properties.rs and by the fuzz targets.
#![allow(dead_code, reason = "not every user needs all of it")]

pub mod cases;
pub mod inputs;
pub mod reference;
pub mod verdict;
