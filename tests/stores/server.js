// A PostgreSQL of a test's own: in a folder, behind a socket in it, and gone afterwards.

import { execFileSync, spawn } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";

/** PostgreSQL refuses to run as root; Debian's package has a user for it. */
const USER = "postgres";
/** `POSTGRES` is the path of the server, and its tools are beside it. */
const program = (name) => (process.env.POSTGRES ? join(dirname(process.env.POSTGRES), name) : name);

/** `pool` is a pool of `pg`; `crash` ends the server as a power cut does, and starts it again. */
export async function startServer() {
  const as = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, "data");
  // A locale that does not order by bytes shows what depends on it.
  const locale = ["--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8"];
  const access = ["--username=test", "--auth=trust"];
  execFileSync(program("initdb"), ["--pgdata", data, ...access, ...locale], { ...as, cwd: folder, stdio: "pipe" });

  const pool = new pg.Pool({ host: folder, user: "test", database: "postgres", max: 8 });
  // Connections that nobody uses end with the server.
  pool.on("error", () => {});

  let server;
  const start = async () => {
    const settings = ["listen_addresses=", "shared_buffers=16MB", `unix_socket_directories=${folder}`];
    const given = settings.flatMap((setting) => ["-c", setting]);
    server = spawn(program("postgres"), ["-D", data, ...given], { ...as, cwd: folder, stdio: "ignore" });
    server.ended = new Promise((resolve) => server.once("exit", resolve));
    for (let left = 100; !(await isThere(pool)); left--) {
      if (left === 0 || server.exitCode !== null) throw new Error("PostgreSQL did not start");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const stop = async () => {
    // Immediate shutdown: nothing is written or waited for, and the next start recovers.
    server.kill("SIGQUIT");
    await server.ended;
  };
  await start();
  return {
    pool,
    async crash() {
      await stop();
      await start();
    },
    async end() {
      await pool.end();
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function idOf(option) {
  return Number(execFileSync("id", [option, USER], { encoding: "utf8" }));
}

async function isThere(pool) {
  try {
    await pool.query("SELECT 1");
    return true;
  } catch {
    return false;
  }
}
