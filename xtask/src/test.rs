//! Everything that is checked, as a table. Continuous integration runs all of it, with the same command as people do.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::host::{self, cargo, node, npm_tool, root, run, scratch, seconds};
use crate::{bench, build, console, fuzz, model, native, no_std, pages, setup, simulation, supply, wasm};

/// One part of the test run.
struct Part {
    name: &'static str,
    shows: &'static str,
    /// Whether it tests `pkg/`, which is then built before.
    needs_package: bool,
    check: fn() -> Result<()>,
}

/// What is quick and fails most often comes first.
const PARTS: &[Part] = &[
    Part { name: "format", shows: "everything is formatted (rustfmt, Biome)", needs_package: false, check: format },
    Part {
        name: "lint",
        shows: "no lint complains (clippy native and wasm, Biome)",
        needs_package: false,
        check: lint,
    },
    Part { name: "rust", shows: "the Rust tests pass", needs_package: false, check: rust },
    Part {
        name: "docs",
        shows: "the documentation builds without warnings and says what the tables say",
        needs_package: false,
        check: docs,
    },
    Part { name: "no-std", shows: "the core links and works without std", needs_package: false, check: no_std::check },
    Part {
        name: "native",
        shows: "the crate can be published, and a native program refunds over HTTP",
        needs_package: false,
        check: native::check,
    },
    Part {
        name: "model",
        shows: "no way through the lifecycle doubles or loses a refund, and each dropped assumption breaks it",
        needs_package: false,
        check: model::brief,
    },
    Part {
        name: "simulation",
        shows: "thousands of refunds among faults at the five providers: an auditor finds none doubled or lost",
        needs_package: false,
        check: simulation::brief,
    },
    Part {
        name: "vectors",
        shows: "the vectors hold for Rust, for the package and for Node's own cryptography",
        needs_package: true,
        check: vectors,
    },
    Part { name: "sandbox", shows: "the sandbox behaves as the providers do", needs_package: true, check: sandbox },
    Part {
        name: "package",
        shows: "the package holds, imports and exports what it should",
        needs_package: true,
        check: package,
    },
    Part {
        name: "reproducible",
        shows: "the same source builds to the same module twice",
        needs_package: true,
        check: build::check_that_it_is_reproducible,
    },
    Part {
        name: "supply-chain",
        shows: "licenses and sources are allowed, lock files hold, the bills of materials are complete",
        needs_package: true,
        check: supply::check,
    },
    Part {
        name: "types",
        shows: "the declarations fit a strict TypeScript program, the console and the examples of the documentation",
        needs_package: true,
        check: types,
    },
    Part {
        name: "wire",
        shows: "requests equal those of the official SDKs, but for listed differences",
        needs_package: true,
        check: wire,
    },
    Part {
        name: "edge-signer",
        shows: "the edge signer signs nothing that its policy forbids",
        needs_package: true,
        check: edge_signer,
    },
    Part {
        name: "bulk-refunds",
        shows: "the example of bulk refunds neither loses nor doubles one, whatever goes wrong",
        needs_package: true,
        check: bulk_refunds,
    },
    Part {
        name: "workflows",
        shows: "a refund as a workflow happens once, also where its engine runs a step again",
        needs_package: true,
        check: workflows,
    },
    Part {
        name: "refunds",
        shows: "the driver and the lifecycle end every refund once, whatever callers, providers and clocks do",
        needs_package: true,
        check: refunds,
    },
    Part {
        name: "stores",
        shows: "every store keeps refunds in its own engine as the others do, whatever fails",
        needs_package: true,
        check: stores,
    },
    Part {
        name: "secrets",
        shows: "nothing is left of secrets in the memory of the module",
        needs_package: true,
        check: secrets,
    },
    Part {
        name: "runtimes",
        shows: "the conformance suite passes in every runtime",
        needs_package: true,
        check: runtimes,
    },
    Part {
        name: "http",
        shows: "every operation works over HTTP, from Node and from workerd",
        needs_package: true,
        check: http,
    },
    Part {
        name: "torture",
        shows: "hostile inputs bring nothing but documented errors, and no memory is lost",
        needs_package: true,
        check: torture,
    },
    Part {
        name: "fuzz",
        shows: "the fuzzers find nothing in a few seconds each",
        needs_package: false,
        check: fuzz_briefly,
    },
    Part {
        name: "packages",
        shows: "the packed package works through every bundler, and has grown nowhere",
        needs_package: true,
        check: packages,
    },
    Part {
        name: "wasm-bindgen",
        shows: "the JavaScript surface passes its tests in Node and in Chromium",
        needs_package: false,
        check: wasm::test_surface,
    },
    Part {
        name: "wasm-pack",
        shows: "wasm-pack makes working modules of the crate",
        needs_package: false,
        check: wasm::test_wasm_pack,
    },
    Part {
        name: "bench",
        shows: "no size, instruction count or ratio is worse than its bound",
        needs_package: true,
        check: bench::check,
    },
    Part { name: "start", shows: "npm start refunds at every provider over HTTP", needs_package: true, check: start },
    Part {
        name: "console",
        shows: "the console's flows in Chromium and Firefox, what it stores and asks for, and its size",
        needs_package: true,
        check: console::check,
    },
];

/// Runs the named parts, or all, and says at the end what failed. A failure does not stop the others.
pub fn test(names: &[String]) -> Result<()> {
    if names.iter().any(|name| name == "--list") {
        for part in PARTS {
            println!("{:<12} {}", part.name, part.shows);
        }
        return Ok(());
    }
    let parts = chosen(names)?;
    setup::npm_packages()?;
    if parts.iter().any(|part| part.needs_package) {
        build::build()?;
    }
    let results: Vec<_> = parts.into_iter().map(|part| (part, timed(part))).collect();
    println!();
    for (part, (result, time)) in &results {
        println!("{} {:<12} {time:>8}", if result.is_ok() { "ok    " } else { "FAILED" }, part.name);
    }
    let failures: Vec<_> =
        results.iter().filter_map(|(part, (result, _))| Some((part, result.as_ref().err()?))).collect();
    // Again, since what a part printed is far above by now, or cut off by whoever keeps the end only.
    for (part, error) in &failures {
        println!("\n{} failed:\n{}", part.name, last_lines(&format!("{error:#}")));
    }
    println!("\n{} passed, {} failed", results.len().saturating_sub(failures.len()), failures.len());
    if !failures.is_empty() {
        bail!("run one part alone with `cargo xtask test NAME`");
    }
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Part>> {
    if names.is_empty() {
        return Ok(PARTS.iter().collect());
    }
    let find = |name: &String| PARTS.iter().find(|part| part.name == name);
    names.iter().map(|name| find(name).with_context(|| format!("there is no part {name:?}; see --list"))).collect()
}

/// The end of a long error is where it says what is wrong.
fn last_lines(text: &str) -> String {
    const MOST: usize = 30;
    let lines: Vec<_> = text.trim_end().lines().collect();
    lines.get(lines.len().saturating_sub(MOST)..).unwrap_or_default().join("\n")
}

fn timed(part: &Part) -> (Result<()>, String) {
    println!("\n== {}: {}", part.name, part.shows);
    let start = Instant::now();
    let result = (part.check)();
    let time = seconds(start.elapsed());
    match &result {
        Ok(()) => println!("== {} passed in {time}", part.name),
        Err(error) => println!("== {} FAILED after {time}: {error:#}", part.name),
    }
    (result, time)
}

fn format() -> Result<()> {
    run(cargo().args(["fmt", "--all", "--check"]))?;
    // The fuzzers are a workspace of their own.
    run(cargo().args(["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]))?;
    run(biome().args(["format", "."]))
}

/// The pages that follow docs/style.md.
const PROSE: [&str; 12] = [
    "README.md",
    "SECURITY.md",
    "docs/engines.md",
    "docs/lifecycle.md",
    "docs/refunds.md",
    "docs/reproducible.md",
    "docs/stores.md",
    "docs/style.md",
    "edge-signer/README.md",
    "examples/bulk-refunds/README.md",
    "examples/workflows/README.md",
    "pkg-template/README.md",
];

fn lint() -> Result<()> {
    run(biome().args(["lint", "--error-on-warnings", "."]))?;
    run(npm_tool("textlint/bin/textlint.js").args(PROSE))?;
    run(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    run(&mut setup::wasm_toolchain()?.lint())
}

fn rust() -> Result<()> {
    run(cargo().args(["test", "--workspace"]))
}

fn vectors() -> Result<()> {
    run(cargo().args(["test", "--quiet", "--package=refund-signer", "--test=vectors"]))?;
    run(node().arg("tests/vectors/run.js"))
}

/// The properties through the package, then hostile inputs: a small part of `npm run torture`.
fn torture() -> Result<()> {
    node_tests("tests/properties")?;
    run(node().args(["--expose-gc", "tests/torture/run.js", "--inputs", "30000"]))
}

/// Not to search, but to see that what was searched long still holds: `npm run fuzz -- --seconds N` searches.
fn fuzz_briefly() -> Result<()> {
    fuzz::fuzz(&["--seconds".into(), "3".into(), "--jobs".into(), "2".into()])
}

fn docs() -> Result<()> {
    pages::pages(true)?;
    run(cargo().env("RUSTDOCFLAGS", "--deny warnings").args(["doc", "--quiet", "--no-deps", "--lib"]))
}

fn sandbox() -> Result<()> {
    node_tests("tests/sandbox")
}

fn package() -> Result<()> {
    node_tests("tests/package")
}

fn packages() -> Result<()> {
    // With a line for each app, and the table of the sizes.
    run(node_test("tests/packages", "spec")?
        .env("SCRATCH", scratch("packages"))
        .env("CHROMIUM", setup::CHROMIUM.path()?)
        .env("DENO", setup::npm_binary("@deno", "deno")?.get_program())
        .env("BUN", setup::npm_binary("@oven", "bin/bun")?.get_program()))
}

fn wire() -> Result<()> {
    node_tests("tests/wire")
}

fn edge_signer() -> Result<()> {
    node_tests("tests/edge-signer")
}

fn bulk_refunds() -> Result<()> {
    node_tests("tests/bulk-refunds")
}

fn workflows() -> Result<()> {
    node_tests("tests/workflows")
}

fn refunds() -> Result<()> {
    node_tests("tests/refunds")
}

fn stores() -> Result<()> {
    run(node_test("tests/stores", "dot")?
        .env("POSTGRES", setup::POSTGRES.path()?)
        .env("CHROMIUM", setup::CHROMIUM.path()?)
        .env("FIREFOX", setup::FIREFOX.path()?))
}

fn node_tests(folder: &str) -> Result<()> {
    run(&mut node_test(folder, "dot")?)
}

/// All `*.test.js` of a folder, by Node's own test runner.
pub fn node_test(folder: &str, reporter: &str) -> Result<Command> {
    let mut files = Vec::new();
    for file in host::files_below(&root().join(folder))? {
        if file.to_string_lossy().ends_with(".test.js") {
            files.push(file);
        }
    }
    if files.is_empty() {
        bail!("{folder} holds no *.test.js");
    }
    let mut test = node();
    test.arg("--test").arg(format!("--test-reporter={reporter}")).args(files);
    Ok(test)
}

fn types() -> Result<()> {
    let project =
        |typescript: &str, folder: &str| run(npm_tool(&format!("{typescript}/bin/tsc")).args(["--project", folder]));
    // 5.2 is the oldest that the package promises: one before it does not know `Symbol.dispose`.
    project("typescript", "tests/package/types")
        .and(project("typescript-5.2", "tests/package/types"))
        .and(project("typescript", "www"))
        .and(node_tests("tests/readme"))
}

fn secrets() -> Result<()> {
    node_tests("tests/secrets")?;
    run(runner(Ok(node()), "workerd.js")?.arg(scratch("secrets")).arg("../../secrets/worker.js"))
}

/// Every runtime has its turn, so that one run shows all that fails; each prints a line of its own.
fn runtimes() -> Result<()> {
    let runners = [
        runner(Ok(node()), "import.js"),
        runner(Ok(node()), "require.cjs"),
        runner(Ok(node()), "bare.js"),
        // The package itself needs no permission; `require` reads it as files.
        runner(deno("--allow-read=tests/answers,tests/cases,tests/vectors"), "import.js"),
        runner(deno("--allow-read"), "require.cjs"),
        runner(bun(), "import.js"),
        runner(bun(), "require.cjs"),
        runner(Ok(node()), "workerd.js").map(|runner| with(runner, [scratch("workerd")])),
        runner(Ok(node()), "edge-runtime.js").map(|runner| with(runner, [scratch("edge-runtime")])),
        in_browser(&setup::CHROMIUM),
        in_browser(&setup::FIREFOX),
    ];
    let count = runners.len();
    let results = runners.into_iter().map(|runner| run(&mut runner?));
    let failures: Vec<_> = results.filter_map(Result::err).collect();
    for failure in &failures {
        println!("{failure:#}");
    }
    if !failures.is_empty() {
        bail!("{} of {count} runners failed", failures.len());
    }
    Ok(())
}

/// One of the runners, in a runtime.
fn runner(runtime: Result<Command>, file: &str) -> Result<Command> {
    runtime.map(|runtime| with(runtime, [root().join("tests/js/runners").join(file)]))
}

fn with(mut command: Command, arguments: impl IntoIterator<Item = PathBuf>) -> Command {
    command.args(arguments);
    command
}

fn deno(permission: &str) -> Result<Command> {
    let mut deno = setup::npm_binary("@deno", "deno")?;
    deno.args(["run", "--no-prompt", "--no-config", "--node-modules-dir=manual", permission]);
    Ok(deno)
}

fn bun() -> Result<Command> {
    setup::npm_binary("@oven", "bin/bun")
}

fn in_browser(browser: &setup::Needed) -> Result<Command> {
    let arguments = [browser.name.into(), browser.path()?, scratch(browser.name)];
    runner(Ok(node()), "browser.js").map(|runner| with(runner, arguments))
}

/// The sandbox behind a port, once more with the cases of the conformance suite.
fn http() -> Result<()> {
    let script = |name: &str| root().join("tests/js/http").join(name);
    let from_node = run(node().arg(script("node.js")));
    run(node().arg(script("workerd.js")).arg(scratch("http"))).and(from_node)
}

fn start() -> Result<()> {
    console::build()?;
    run(node().args(["scripts/start.js", "--once"]))
}

fn biome() -> Command {
    npm_tool("@biomejs/biome/bin/biome")
}
