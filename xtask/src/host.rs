//! What the commands share: where things are, how a program is run, and what is said meanwhile.

use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use std::{env, fs};

use anyhow::{Context, Result, bail};

/// The repository. Every program is started there.
pub fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Cargo's target folder; everything that can be made again lives below it.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A folder of the target folder for what xtask makes.
pub fn scratch(name: &str) -> PathBuf {
    target().join("xtask").join(name)
}

/// A program that is found on the `PATH`.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    command
}

/// The cargo that started us.
pub fn cargo() -> Command {
    program("cargo")
}

/// Node.
pub fn node() -> Command {
    program("node")
}

/// A tool that came with the npm packages, run by Node because a `.bin` link is a script on Windows.
pub fn npm_tool(script: &str) -> Command {
    let mut command = node();
    command.arg(root().join("node_modules").join(script));
    command
}

/// Runs a program with its output shown, and fails with its command line when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

/// Runs a program silently; its output is part of the error when it fails.
pub fn run_quietly(command: &mut Command) -> Result<Output> {
    let output = command.output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        bail!(
            "{} ended with {}\n{}{}",
            line(command),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(output)
}

/// What a program prints, without the white space around it.
pub fn answer(command: &mut Command) -> Result<String> {
    let output = run_quietly(command)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn not_started(command: &Command, error: &std::io::Error) -> anyhow::Error {
    let name = command.get_program().to_string_lossy();
    if error.kind() == ErrorKind::NotFound {
        let hint = match name.as_ref() {
            "node" | "npm" => "install Node.js 20 or newer (with npm): nodejs.org or your system's packages",
            "cargo" | "rustup" | "rustc" => "install Rust with rustup: rustup.rs",
            _ => "install it and have it on the PATH",
        };
        return anyhow::anyhow!("{name} is missing; {hint}");
    }
    anyhow::anyhow!("{name} could not be started: {error}")
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

/// Says what is about to be done, does it, and says how long it took.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("- {what}");
    let start = Instant::now();
    let done = work().with_context(|| what.to_owned())?;
    eprintln!("  done in {}", seconds(start.elapsed()));
    Ok(done)
}

/// A duration as a person reads it.
pub fn seconds(duration: Duration) -> String {
    format!("{}.{} s", duration.as_secs(), duration.subsec_millis() / 100)
}

/// A fingerprint of files, of their names and contents. Folders are walked; what is missing counts as empty.
pub fn fingerprint(paths: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        for file in files_below(path)? {
            file.hash(&mut hasher);
            fs::read(&file).with_context(|| format!("reading {}", file.display()))?.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// All files below a folder, sorted; the path itself if it is a file; nothing if it is not there.
pub fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let entries: std::io::Result<Vec<_>> = fs::read_dir(path).and_then(Iterator::collect);
    let mut entries = entries.with_context(|| format!("reading {}", path.display()))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut files = Vec::new();
    for entry in entries {
        files.extend(files_below(&entry.path())?);
    }
    Ok(files)
}

/// Reads a text file.
pub fn read(path: impl AsRef<Path>) -> Result<String> {
    let path = path.as_ref();
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// Writes a file, and the folders it needs.
pub fn write(path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Result<()> {
    let path = path.as_ref();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    fs::write(path, content).with_context(|| format!("writing {}", path.display()))
}

/// Removes a file, a link or a folder with all it holds; content when it is not there.
pub fn remove(path: &Path) -> Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    };
    removed.with_context(|| format!("removing {}", path.display()))
}

/// Whether a stamp file holds exactly this text, that is: whether the work it stands for is done.
pub fn stamped(stamp: &Path, text: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|found| found == text)
}
