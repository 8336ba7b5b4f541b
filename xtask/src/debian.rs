//! Debian, where rustup's server cannot be reached: packages, and a Rust toolchain for wasm made from them.
//!
//! Debian has no standard library for `wasm32-unknown-unknown`. It is built once from the packaged sources
//! and kept in a folder of the project, so that nothing outside of it changes but the installed packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::host::{self, answer, program, root, run, step};
use crate::setup::{self, WASM};

const PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];
const CARGO: &str = "/usr/bin/cargo";
/// Debian's compiler.
pub const RUSTC: &str = "/usr/bin/rustc";
const LINKER: &str = "/usr/bin/wasm-ld-22";

/// Whether this system is a Debian.
pub fn is_this_system() -> bool {
    Path::new("/etc/debian_version").exists()
}

/// Installs packages that are missing.
pub fn install(packages: &[&str]) -> Result<()> {
    let missing: Vec<_> = packages.iter().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = missing.iter().map(ToString::to_string).collect();
    if answer(program("id").arg("-u"))? != "0" {
        bail!("missing packages; as root: apt-get install {}", names.join(" "));
    }
    host::run_quietly(apt().arg("update"))?;
    host::run_quietly(apt().args(["install", "--yes", "--no-install-recommends"]).args(&names))?;
    Ok(())
}

fn is_installed(package: &str) -> bool {
    let query = ["--show", "--showformat", "${db:Status-Status}", package];
    answer(program("dpkg-query").args(query)).is_ok_and(|status| status == "installed")
}

/// Debian keeps the programs of PostgreSQL off the `PATH`, those of each version in a folder.
pub fn postgres_folders() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin")).collect()
}

fn apt() -> Command {
    let mut command = program("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Debian's Rust with our standard library for wasm.
pub struct Toolchain {
    sysroot: PathBuf,
}

impl Toolchain {
    /// What the compilers must be told. The sysroot is used for the wasm target alone: with `--target`, cargo
    /// passes these flags to nothing that runs on this machine.
    pub fn flags(&self) -> Vec<String> {
        vec![format!("--sysroot={}", self.sysroot.display()), format!("-Clinker={LINKER}")]
    }

    /// A folder with a `rustc` that names our sysroot as its own, for programs that look there for the target.
    pub fn programs(&self) -> Result<PathBuf> {
        let folder = self.sysroot.with_file_name("bin");
        let script = format!("#!/bin/sh\nexec {RUSTC} '--sysroot={}' \"$@\"\n", self.sysroot.display());
        host::write(folder.join("rustc"), script)?;
        run(program("chmod").arg("+x").arg(folder.join("rustc")))?;
        Ok(folder)
    }
}

/// Debian's cargo, kept away from rustup's settings and programs.
pub fn cargo() -> Command {
    let mut command = program(CARGO);
    command.env("RUSTC", RUSTC).env_remove("RUSTUP_TOOLCHAIN");
    command
}

/// Debian's compiler.
pub fn rustc() -> Command {
    program(RUSTC)
}

/// Makes the toolchain ready: the packages, then the standard library, each only if it is not there yet.
pub fn toolchain() -> Result<Toolchain> {
    step("checking Debian's Rust packages", || install(&PACKAGES))?;
    let folder = root().join(".tools/debian-rust");
    let sysroot = folder.join("sysroot");
    let stamp = folder.join("version");
    let version = answer(rustc().arg("--version"))?;
    if !host::stamped(&stamp, &version) {
        step("building Rust's standard library for wasm (about 1.5 minutes, once)", || {
            let libraries = build_std(&folder)?;
            copy_libraries(&libraries, &sysroot.join("lib/rustlib").join(WASM).join("lib"))
        })?;
        host::write(&stamp, version)?;
    }
    Ok(Toolchain { sysroot })
}

/// Builds the standard library for an empty crate, and gives the folder with the libraries.
fn build_std(folder: &Path) -> Result<PathBuf> {
    let empty = folder.join("empty");
    host::write(empty.join("Cargo.toml"), "[package]\nname = \"empty\"\nedition = \"2024\"\n\n[workspace]\n")?;
    host::write(empty.join("src/lib.rs"), "")?;
    let target = folder.join("target");
    let mut flags = setup::remapped_paths(root());
    // The package is linked with link-time optimization, which needs the bitcode.
    flags.push("-Cembed-bitcode=yes".to_owned());
    run(cargo()
        .current_dir(&empty)
        // `-Zbuild-std` is for nightly compilers; Debian's is a stable one.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_ENCODED_RUSTFLAGS", setup::encoded(&flags))
        .env("CARGO_TARGET_DIR", &target)
        .args(["build", "--quiet", "--release", "--target", WASM, "-Zbuild-std=std,panic_abort,panic_unwind,test"]))?;
    Ok(target.join(WASM).join("release/deps"))
}

fn copy_libraries(from: &Path, to: &Path) -> Result<()> {
    host::remove(to)?;
    fs::create_dir_all(to)?;
    for file in host::files_below(from)? {
        let is_library = file.extension().is_some_and(|extension| extension == "rlib");
        let is_ours = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libempty-"));
        if let Some(name) = file.file_name().filter(|_| is_library && !is_ours) {
            fs::copy(&file, to.join(name)).with_context(|| format!("copying {}", file.display()))?;
        }
    }
    Ok(())
}
