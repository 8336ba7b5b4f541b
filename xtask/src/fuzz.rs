//! The fuzzers: every target for so many seconds, and a table of what they did.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::{fs, thread};

use anyhow::{Context, Result, bail};

use crate::host::{self, root, run, step};
use crate::setup;

const CARGO_FUZZ: &str = "0.13.2";
/// A new input is at most this long; an answer is rarely longer, and the limits are tested elsewhere.
const MAX_LENGTH: &str = "-max_len=8192";
/// What one input may take before it is a finding.
const SECONDS_AND_MIB: [&str; 2] = ["-timeout=10", "-rss_limit_mb=2048"];

/// What the command line asks for.
struct Plan {
    seconds: u32,
    jobs: usize,
    targets: Vec<String>,
}

/// What one target did.
struct Figures {
    target: String,
    executions: u64,
    per_second: u64,
    edges: String,
    of_edges: String,
    corpus: String,
    /// The files of inputs that broke something.
    findings: Vec<PathBuf>,
    /// What it said, where it broke.
    said: String,
}

/// `--seconds N` (30 when left out), `--jobs N` (1), and names of targets (all).
pub fn fuzz(arguments: &[String]) -> Result<()> {
    let plan = parse(arguments)?;
    let built = build()?;
    seed(&built)?;
    let figures =
        step(&format!("fuzzing {} targets, {} s each", plan.targets.len(), plan.seconds), || run_all(&plan, &built))?;
    print_table(&figures);
    let broken: Vec<_> = figures.iter().filter(|figures| !figures.said.is_empty()).collect();
    for figures in &broken {
        println!("\n== {}\n{}", figures.target, figures.said);
    }
    if !broken.is_empty() {
        bail!("{} of {} targets found something: see fuzz/artifacts", broken.len(), figures.len());
    }
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Plan> {
    let mut plan = Plan { seconds: 30, jobs: 1, targets: Vec::new() };
    let mut rest = arguments.iter().filter(|argument| *argument != "--");
    while let Some(argument) = rest.next() {
        let mut number = || rest.next().and_then(|text| text.parse().ok()).with_context(|| format!("{argument} N"));
        match argument.as_str() {
            "--seconds" => plan.seconds = number()?,
            "--jobs" => plan.jobs = usize::try_from(number()?)?.max(1),
            target => plan.targets.push(target.to_owned()),
        }
    }
    let known = targets()?;
    if let Some(stranger) = plan.targets.iter().find(|target| !known.contains(target)) {
        bail!("there is no target {stranger:?}; targets: {}", known.join(", "));
    }
    if plan.targets.is_empty() {
        plan.targets = known;
    }
    Ok(plan)
}

/// The targets are the files of their folder.
fn targets() -> Result<Vec<String>> {
    let files = host::files_below(&root().join("fuzz/targets"))?;
    Ok(files.iter().filter_map(|file| Some(file.file_stem()?.to_string_lossy().into_owned())).collect())
}

/// Builds all targets with coverage, AddressSanitizer and overflow checks; gives the folder of the programs.
fn build() -> Result<PathBuf> {
    let tools = setup::cargo_tool("cargo-fuzz", CARGO_FUZZ)?;
    let triple = host_triple()?;
    step("building the fuzz targets", || run(pinned(&tools.join("cargo-fuzz")).args(["build", "--target", &triple])))?;
    Ok(root().join("fuzz/target").join(triple).join("release"))
}

/// cargo-fuzz with the pinned compiler: what it wants of a nightly one, the sanitizer, the pinned one has as well, and
/// so the fuzzers need no second toolchain and test what is shipped.
fn pinned(program: &Path) -> Command {
    let mut command = host::program(program);
    command.env("RUSTC_BOOTSTRAP", "1").env_remove("CARGO_TARGET_DIR");
    command
}

fn host_triple() -> Result<String> {
    let version = host::answer(host::program("rustc").arg("-vV"))?;
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("rustc does not name its host")?.to_owned())
}

/// Writes the seeds, which come from tests/answers; what earlier runs found stays beside them.
fn seed(programs: &Path) -> Result<()> {
    let corpus = root().join("fuzz/corpus");
    step("writing the seeds", || run(host::program(programs.join("seeds")).arg(corpus)))
}

/// Every target, so many at a time.
fn run_all(plan: &Plan, programs: &Path) -> Result<Vec<Figures>> {
    let waiting = Mutex::new(plan.targets.iter());
    let next = || waiting.lock().ok()?.next();
    let worker = || {
        let targets = std::iter::from_fn(next);
        targets.map(|target| run_one(target, plan.seconds, programs)).collect::<Result<Vec<_>>>()
    };
    let mut figures = Vec::new();
    thread::scope(|scope| -> Result<()> {
        let workers: Vec<_> = (0..plan.jobs).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            figures.extend(worker.join().map_err(|_| anyhow::anyhow!("a worker failed"))??);
        }
        Ok(())
    })?;
    figures.sort_by(|one, other| one.target.cmp(&other.target));
    Ok(figures)
}

fn run_one(target: &str, seconds: u32, programs: &Path) -> Result<Figures> {
    let (corpus, artifacts) = (root().join("fuzz/corpus").join(target), root().join("fuzz/artifacts").join(target));
    fs::create_dir_all(&corpus)?;
    host::remove(&artifacts)?;
    fs::create_dir_all(&artifacts)?;
    let mut program = host::program(programs.join(target));
    program.arg(format!("-max_total_time={seconds}")).arg("-print_final_stats=1").arg(MAX_LENGTH).args(SECONDS_AND_MIB);
    program.arg(format!("-artifact_prefix={}/", artifacts.display())).arg(corpus).stdin(Stdio::null());
    let output = program.output().with_context(|| format!("{target} could not be started"))?;
    let figures = read(target, &output, host::files_below(&artifacts)?);
    if figures.executions == 0 && figures.said.is_empty() {
        bail!("{target} executed nothing:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(figures)
}

/// What libFuzzer prints: `stat::name: value` at the end, `cov: edges ft: … corp: inputs/size` along the way.
fn read(target: &str, output: &Output, findings: Vec<PathBuf>) -> Figures {
    let text = String::from_utf8_lossy(&output.stderr);
    let stat = |name: &str| {
        let line = text.lines().rev().find_map(|line| line.strip_prefix(&format!("stat::{name}:")));
        line.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
    };
    let after = |label: &str| {
        let line = text.lines().rev().find(|line| line.contains(" cov: ")).unwrap_or_default();
        line.split_once(label).and_then(|(_, rest)| rest.split_whitespace().next()).unwrap_or("?").to_owned()
    };
    let counters = text.lines().find_map(|line| line.strip_prefix("INFO: Loaded 1 modules   ("));
    let failed = !output.status.success() || !findings.is_empty();
    let said: Vec<_> = text.lines().filter(|line| !line.contains(" cov: ")).collect();
    Figures {
        target: target.to_owned(),
        executions: stat("number_of_executed_units"),
        per_second: stat("average_exec_per_sec"),
        edges: after(" cov: "),
        of_edges: counters.and_then(|rest| rest.split(' ').next()).unwrap_or("?").to_owned(),
        corpus: after(" corp: ").split('/').next().unwrap_or("?").to_owned(),
        findings,
        said: if failed { said.join("\n") } else { String::new() },
    }
}

fn print_table(figures: &[Figures]) {
    let row = |cells: [&str; 6]| {
        let [target, executions, per_second, edges, corpus, findings] = cells;
        println!("{target:<18} {executions:>12} {per_second:>9} {edges:>14} {corpus:>7} {findings:>8}");
    };
    println!();
    row(["target", "executions", "per s", "edges", "corpus", "findings"]);
    for one in figures {
        let edges = format!("{} of {}", one.edges, one.of_edges);
        let findings = one.findings.len().to_string();
        row([&one.target, &one.executions.to_string(), &one.per_second.to_string(), &edges, &one.corpus, &findings]);
    }
    let executions: u64 = figures.iter().map(|one| one.executions).sum();
    let findings: usize = figures.iter().map(|one| one.findings.len()).sum();
    row(["all", &executions.to_string(), "", "", "", &findings.to_string()]);
}
