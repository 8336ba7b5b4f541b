//! The npm package: the files of `pkg-template/`, the module, and what is generated for each provider.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use refund_signer::PROVIDERS;

use crate::ascii;
use crate::build::Module;
use crate::generate;
use crate::host::{self, node, npm_tool, read, root, run_quietly, scratch, write};
use crate::setup;

/// How a runtime gets the module. Each has a folder with a hand-written `load.js`, and the same entries.
const LOADERS: [&str; 4] = ["inline", "node", "workerd", "edge-light"];

/// Where records of refunds can be kept: an entry each.
const STORES: [&str; 5] = ["d1", "durable-object", "indexed-db", "memory", "postgres"];

/// Where the finished package is.
pub fn folder() -> PathBuf {
    root().join("pkg")
}

/// Makes the package in a scratch folder, and puts it in place when it is complete.
pub fn assemble(module: &Module) -> Result<()> {
    let draft = scratch("pkg");
    host::remove(&draft)?;
    copy(&root().join("pkg-template"), &draft)?;
    set_version(&draft.join("package.json"))?;
    for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
        write(draft.join(license), read(root().join(license))?)?;
    }
    add_notices(&draft.join("THIRD-PARTY.md"))?;
    add_module(module, &draft)?;
    bundle_face(&draft)?;
    add_providers(&draft)?;
    add_sandbox_types(&draft.join("sandbox"))?;
    add_commonjs(&draft)?;
    add_commonjs_types(&draft.join("types"))?;
    add_commonjs_types(&draft.join("sandbox"))?;
    host::remove(&folder())?;
    fs::rename(&draft, folder()).context("moving the package to pkg/")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in host::files_below(from)? {
        write(to.join(file.strip_prefix(from)?), fs::read(&file)?)?;
    }
    Ok(())
}

/// The package has the version of the crate.
fn set_version(package: &Path) -> Result<()> {
    let text = read(package)?;
    let placeholder = "\"version\": \"0.0.0\"";
    ensure!(text.matches(placeholder).count() == 1, "expected one {placeholder} in pkg-template/package.json");
    write(package, text.replace(placeholder, &format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"))))
}

/// Licenses want to be named where their code is: what is linked into the module, and under which terms.
fn add_notices(file: &Path) -> Result<()> {
    let rustc = host::answer(setup::wasm_toolchain()?.rustc().arg("-vV"))?;
    run_quietly(node().arg("scripts/notices.js").arg(file).env("RUSTC_VERSION", rustc))?;
    Ok(())
}

/// The module as a file, and as text for the runtimes that cannot import such a file.
fn add_module(module: &Module, draft: &Path) -> Result<()> {
    let wasm = fs::read(&module.wasm)?;
    let base64 = BASE64_STANDARD.encode(&wasm);
    write(
        draft.join("lib/base64.js"),
        format!("/** The module in base64. */\nexport const base64 =\n  \"{base64}\";\n"),
    )?;
    let (order, text) = ascii::encode(&wasm);
    write(
        draft.join("lib/text.js"),
        format!(
            "// The module, for decode.js.\n\nexport const order =\n  \"{order}\";\n\nexport const text =\n  \"{text}\";\n"
        ),
    )?;
    write(draft.join("face/glue.js"), &module.glue)?;
    write(draft.join("refund_signer.wasm"), wasm)
}

/// `lib/base.js` and `lib/face.js`: runtimes that import without a bundler wait for every file, so each is one.
fn bundle_face(draft: &Path) -> Result<()> {
    bundle(draft, "face/base.js", "lib/base.js", &["--format=esm"])?;
    bundle(draft, "face/index.js", "lib/face.js", &["--format=esm", "--external:./base.js"])?;
    host::remove(&draft.join("face"))
}

fn bundle(draft: &Path, source: &str, result: &str, options: &[&str]) -> Result<()> {
    run_quietly(
        npm_tool("esbuild/bin/esbuild")
            .current_dir(draft)
            .args([source, "--bundle", "--platform=neutral", "--target=es2022", "--log-level=warning"])
            .args(options)
            .arg(format!("--outfile={result}")),
    )?;
    Ok(())
}

/// What each provider has of its own, and for every loader the same entries.
fn add_providers(draft: &Path) -> Result<()> {
    write(draft.join("lib/providers.js"), generate::providers(PROVIDERS))?;
    write(draft.join("lib/catalog.js"), generate::catalog(PROVIDERS))?;
    write(draft.join("types/providers.d.ts"), generate::provider_types(PROVIDERS))?;
    for loader in LOADERS {
        for part in ["index", "lifecycle", "refunds"] {
            write(draft.join(loader).join(format!("{part}.js")), generate::entry(part))?;
        }
    }
    for part in ["lifecycle", "refunds"] {
        write(draft.join(format!("cjs/{part}.cjs")), format!("module.exports = require(\"./index.cjs\").{part};\n"))?;
    }
    for provider in PROVIDERS {
        let name = provider.name;
        write(draft.join(format!("lib/{name}.js")), generate::module(provider))?;
        write(draft.join(format!("types/{name}.d.ts")), generate::types(provider))?;
        for loader in LOADERS {
            write(draft.join(loader).join(format!("{name}.js")), generate::entry(name))?;
        }
        // The module is in `index.cjs`, and must not be there twice.
        write(draft.join(format!("cjs/{name}.cjs")), format!("module.exports = require(\"./index.cjs\").{name};\n"))?;
    }
    Ok(())
}

/// `require` gets one file for each entry that is no provider's.
fn add_commonjs(draft: &Path) -> Result<()> {
    let entries = [
        ("index", "cjs/whole.js"),
        ("slim", "lib/slim.js"),
        ("catalog", "lib/catalog.js"),
        ("fetch", "lib/fetch.js"),
        ("webcrypto", "lib/webcrypto.js"),
        ("webhooks", "lib/webhooks.js"),
        ("sandbox", "sandbox/index.js"),
    ];
    for (name, source) in entries {
        bundle(draft, source, &format!("cjs/{name}.cjs"), &["--format=cjs"])?;
    }
    for name in STORES {
        bundle(draft, &format!("lib/stores/{name}.js"), &format!("cjs/stores/{name}.cjs"), &["--format=cjs"])?;
    }
    host::remove(&draft.join("cjs/whole.js"))
}

/// The sandbox is JavaScript with types in its comments; the declarations come from there.
fn add_sandbox_types(sandbox: &Path) -> Result<()> {
    run_quietly(
        npm_tool("typescript/bin/tsc")
            .args(["--allowJs", "--declaration", "--emitDeclarationOnly", "--strict", "--target", "es2022"])
            .args(["--module", "nodenext", "--types", ""])
            .arg(sandbox.join("index.js")),
    )?;
    for file in host::files_below(sandbox)?.iter().filter(|file| file.to_string_lossy().ends_with(".d.ts")) {
        // TypeScript before 5.7 knows one kind of Uint8Array only.
        write(file, read(file)?.replace("Uint8Array<ArrayBuffer>", "Uint8Array"))?;
    }
    Ok(())
}

/// TypeScript wants declarations of their own for CommonJS.
fn add_commonjs_types(types: &Path) -> Result<()> {
    for file in host::files_below(types)? {
        let name = file.to_string_lossy();
        if let Some(stem) = name.strip_suffix(".d.ts") {
            write(format!("{stem}.d.cts"), read(&file)?.replace(".js\"", ".cjs\""))?;
        }
    }
    Ok(())
}

/// Lets scripts and tests of this repository import the package by its name, as its users do.
pub fn link_as_installed() -> Result<()> {
    let link = root().join("node_modules/refund-signer");
    if fs::canonicalize(&link).is_ok_and(|found| fs::canonicalize(folder()).is_ok_and(|pkg| found == pkg)) {
        return Ok(());
    }
    host::remove(&link)?;
    #[cfg(unix)]
    std::os::unix::fs::symlink("../pkg", &link)?;
    #[cfg(windows)]
    std::os::windows::fs::symlink_dir("..\\pkg", &link)?;
    Ok(())
}
