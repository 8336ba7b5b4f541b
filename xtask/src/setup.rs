//! What has to be on the machine before anything can be built: found, or installed, or named in an error.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::debian;
use crate::host::{self, answer, program, root, run, step};

/// The target that the package is built for.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Set to `debian` it skips rustup, so that the distribution's toolchain can be tried where rustup works.
const TOOLCHAIN_SWITCH: &str = "REFUND_SIGNER_WASM_TOOLCHAIN";

/// Which toolchain builds for wasm.
pub enum WasmToolchain {
    /// The pinned one, with the target added by rustup.
    Rustup {
        /// What is said about the standard library's sources instead of where they are, if they are installed.
        sources: String,
    },
    /// Debian's, with a standard library for wasm that we built.
    Debian(debian::Toolchain),
}

impl WasmToolchain {
    /// A cargo that can build for wasm.
    pub fn cargo(&self) -> Command {
        self.cargo_in(root())
    }

    /// The same for a copy of this repository in another folder.
    pub fn cargo_in(&self, folder: &Path) -> Command {
        let mut command = match self {
            Self::Rustup { .. } => host::cargo(),
            Self::Debian(_) => debian::cargo(),
        };
        command.current_dir(folder).env("CARGO_ENCODED_RUSTFLAGS", encoded(&self.flags(folder)));
        command
    }

    /// A cargo that builds the module as it is published, and the options that its `build` needs for that.
    ///
    /// Chosen by measuring (docs/benchmarks/decisions.md): SIMD makes hashing faster and smaller; inlining is that of -Os,
    /// with everything else as small as -Oz makes it; and a standard library whose panics only stop is a tenth of the
    /// module less. That last one needs the library's sources, and an option of nightly compilers that the stable one
    /// takes with RUSTC_BOOTSTRAP; Debian's compiler, the fallback, is too old for it.
    pub fn module_cargo(&self, folder: &Path) -> Result<(Command, &'static [&'static str])> {
        let mut command = self.cargo_in(folder);
        let mut flags = self.flags(folder);
        flags.extend(["-Ctarget-feature=+simd128", "-Cllvm-args=-inline-threshold=60"].map(str::to_owned));
        let options: &[&str] = match self {
            Self::Rustup { .. } => {
                rust_sources()?;
                command.env("RUSTC_BOOTSTRAP", "1");
                flags.extend(["-Zunstable-options", "-Cpanic=immediate-abort"].map(str::to_owned));
                &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features="]
            }
            Self::Debian(_) => &[],
        };
        command.env("CARGO_ENCODED_RUSTFLAGS", encoded(&flags));
        Ok((command, options))
    }

    /// The compiler, and its version: two that differ give different modules.
    pub fn rustc(&self) -> Command {
        match self {
            Self::Rustup { .. } => program("rustc"),
            Self::Debian(_) => debian::rustc(),
        }
    }

    /// Lets a program that calls cargo and rustc itself find this toolchain, and our tools.
    pub fn give_to(&self, command: &mut Command) -> Result<()> {
        let mut folders = vec![root().join(".tools/bin")];
        if let Self::Debian(toolchain) = self {
            command.env("RUSTC", debian::RUSTC);
            folders.insert(0, toolchain.programs()?);
        }
        let path = env::var_os("PATH").unwrap_or_default();
        command.env("PATH", env::join_paths(folders.into_iter().chain(env::split_paths(&path)))?);
        command.env("CARGO_ENCODED_RUSTFLAGS", encoded(&self.flags(root())));
        Ok(())
    }

    /// Clippy, or where there is none the compiler's own lints; warnings are errors.
    pub fn lint(&self) -> Command {
        let mut command = self.cargo();
        match self {
            Self::Rustup { .. } => command.arg("clippy"),
            Self::Debian(_) => command.arg("check"),
        };
        command.args(["--quiet", "--package=refund-signer-js", "--all-targets", "--target", WASM]);
        if let Self::Rustup { .. } = self {
            command.args(["--", "--deny", "warnings"]);
        }
        command
    }

    fn flags(&self, folder: &Path) -> Vec<String> {
        let mut flags = remapped_paths(folder);
        match self {
            Self::Rustup { sources } => flags.push(format!("--remap-path-prefix={sources}")),
            Self::Debian(toolchain) => flags.extend(toolchain.flags()),
        }
        flags
    }
}

/// Flags that replace the folders of this machine in panic messages, so that a build is the same everywhere.
pub fn remapped_paths(folder: &Path) -> Vec<String> {
    let home = env::var("CARGO_HOME").ok().or_else(|| Some(format!("{}/.cargo", env::var("HOME").ok()?)));
    let mut flags = vec![format!("--remap-path-prefix={}=.", folder.display())];
    flags.extend(home.map(|home| format!("--remap-path-prefix={home}=cargo")));
    flags
}

/// Flags as `CARGO_ENCODED_RUSTFLAGS` takes them. `RUSTFLAGS` cannot hold a path with a space.
pub fn encoded(flags: &[String]) -> String {
    flags.join("\u{1f}")
}

/// Everything that a build needs.
pub fn everything() -> Result<()> {
    wasm_toolchain()?;
    npm_packages()
}

/// Finds or installs a toolchain that can build for wasm.
pub fn wasm_toolchain() -> Result<WasmToolchain> {
    let debian_is_asked_for = env::var(TOOLCHAIN_SWITCH).is_ok_and(|value| value == "debian");
    if debian_is_asked_for {
        return debian::toolchain().map(WasmToolchain::Debian);
    }
    if rustup_target_is_there()? {
        return rustup_toolchain();
    }
    let added = step("adding the wasm target to the pinned Rust toolchain (rustup)", || {
        run(program("rustup").args(["target", "add", WASM]))
    });
    match added {
        Ok(()) => rustup_toolchain(),
        Err(error) if debian::is_this_system() => {
            eprintln!("  that failed ({error:#}); this is Debian, so its own toolchain is used instead");
            debian::toolchain().map(WasmToolchain::Debian)
        }
        Err(error) => Err(error.context(format!(
            "the Rust target {WASM} is missing; `rustup target add {WASM}` in this folder must succeed once"
        ))),
    }
}

/// With rust-src installed, the compiler names the sources of the standard library by their place on this machine. They
/// get the name that they have without it: the module is then the same.
fn rustup_toolchain() -> Result<WasmToolchain> {
    let sysroot = answer(program("rustc").args(["--print", "sysroot"]))?;
    let version = answer(program("rustc").arg("-vV"))?;
    let commit =
        version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).context("rustc -vV names no commit")?;
    Ok(WasmToolchain::Rustup { sources: format!("{sysroot}/lib/rustlib/src/rust=/rustc/{commit}") })
}

/// The sources of the standard library, added where they are missing.
fn rust_sources() -> Result<()> {
    let sysroot = answer(program("rustc").args(["--print", "sysroot"]))?;
    if Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml").exists() {
        return Ok(());
    }
    step("adding the sources of the standard library to the pinned Rust toolchain (rustup)", || {
        run(program("rustup").args(["component", "add", "rust-src"]))
    })
}

fn rustup_target_is_there() -> Result<bool> {
    let libraries = answer(program("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    Ok(has_std(Path::new(&libraries)))
}

/// Whether a folder of Rust libraries holds a standard library.
pub fn has_std(folder: &Path) -> bool {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.map(|file| file.file_name()).any(|name| name.to_string_lossy().starts_with("libstd-"))
}

/// Installs the npm packages of the lock file, when it changed since they were installed.
pub fn npm_packages() -> Result<()> {
    node_is_new_enough()?;
    let stamp = root().join("node_modules/.installed-by-xtask");
    let wanted = host::fingerprint(&[root().join("package-lock.json")])?;
    if host::stamped(&stamp, &wanted) {
        return Ok(());
    }
    step("installing the npm packages (npm ci)", || {
        // No package here needs its install script: the binaries come as packages of their own.
        run(npm().args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]))
    })?;
    host::write(&stamp, wanted)
}

fn node_is_new_enough() -> Result<()> {
    let version = answer(host::node().arg("--version"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        bail!("Node.js {version} is too old; install Node.js 20 or newer");
    }
    Ok(())
}

/// npm.
pub fn npm() -> Command {
    program(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// A program that the tests need and Debian has, such as a browser.
pub struct Needed {
    /// Its name, which is also that of the environment variable that names another one, in capitals.
    pub name: &'static str,
    /// The programs that it is looked for under.
    programs: &'static [&'static str],
    /// Debian's package.
    package: &'static str,
}

/// Chromium, or Chrome.
pub const CHROMIUM: Needed =
    Needed { name: "chromium", programs: &["chromium", "chromium-browser", "google-chrome"], package: "chromium" };
/// What drives Chromium for wasm-bindgen's tests.
pub const CHROMEDRIVER: Needed =
    Needed { name: "chromedriver", programs: &["chromedriver"], package: "chromium-driver" };
/// Firefox.
pub const FIREFOX: Needed = Needed { name: "firefox", programs: &["firefox-esr", "firefox"], package: "firefox-esr" };
/// The server of PostgreSQL; its tools are in the same folder.
pub const POSTGRES: Needed = Needed { name: "postgres", programs: &["postgres"], package: "postgresql" };
/// What counts instructions.
pub const VALGRIND: Needed = Needed { name: "valgrind", programs: &["valgrind"], package: "valgrind" };

impl Needed {
    /// Finds the program, or installs Debian's.
    pub fn path(&self) -> Result<PathBuf> {
        let variable = self.name.to_uppercase();
        if let Some(named) = env::var_os(&variable).map(PathBuf::from) {
            if named.is_file() {
                return Ok(named);
            }
            bail!("{variable} names {}, which is not there", named.display());
        }
        if let Some(found) = on_path(self.programs) {
            return Ok(found);
        }
        if !debian::is_this_system() {
            bail!("{0} is missing; install it, or set {variable} to the path of a {0}", self.name);
        }
        step(&format!("installing {} for the tests (apt-get)", self.name), || debian::install(&[self.package]))?;
        on_path(self.programs).with_context(|| format!("apt-get installed {}, but it is not found", self.package))
    }
}

/// The first of these programs that is on the `PATH`, or where Debian keeps servers.
fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<_> = env::split_paths(&env::var_os("PATH")?).chain(debian::postgres_folders()).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

/// A program that came inside an npm package for this kind of machine, such as `@deno/linux-x64-glibc`. npm installs
/// only the package that fits.
pub fn npm_binary(scope: &str, program: &str) -> Result<Command> {
    let folder = root().join("node_modules").join(scope);
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    let packages = fs::read_dir(&folder).with_context(|| format!("{} is not installed", folder.display()))?;
    let found = packages.flatten().map(|package| package.path().join(&file)).find(|path| path.is_file());
    found.map(host::program).with_context(|| format!("no package in {} holds {file}", folder.display()))
}

/// The folder with the programs of a package of crates.io, which is built once, below the repository.
pub fn cargo_tool(package: &str, version: &str) -> Result<PathBuf> {
    let folder = root().join(".tools");
    let stamp = folder.join(format!("{package}.version"));
    if !host::stamped(&stamp, version) {
        step(&format!("building {package} {version} (some minutes, once)"), || {
            let install = ["install", package, "--version", version, "--locked", "--quiet", "--root"];
            run(host::cargo().args(install).arg(&folder))
        })?;
        host::write(&stamp, version)?;
    }
    Ok(folder.join("bin"))
}
