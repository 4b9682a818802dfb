/** A Medusa of its own: a new database, its tables, an administrator, and the server as a child process. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { openPostgres } from "../../src/entry/open-database.ts";

const FOLDER = import.meta.dirname;
const PROGRAM = `${FOLDER}/node_modules/@medusajs/cli/cli.js`;
const START_MS = 120_000;
const LOOK_MS = 250;

export const ADMIN = { email: "admin@example.test", password: randomBytes(12).toString("hex") };

export interface Medusa {
  url: string;
  stop(): Promise<void>;
}

export async function startMedusa(): Promise<Medusa> {
  const server = openPostgres(process.env.TEST_DATABASE_URL ?? "", { max: 1 });
  const database = `tallyport_medusa_${randomBytes(4).toString("hex")}`;
  await server.db.exec(`create database ${database}`);
  const address = new URL(process.env.TEST_DATABASE_URL ?? "");
  address.pathname = `/${database}`;
  const env = { ...process.env, DATABASE_URL: address.href, MEDUSA_DISABLE_TELEMETRY: "1", NODE_ENV: "production" };
  const run = (args: readonly string[]) =>
    spawn(process.execPath, [PROGRAM, ...args], { cwd: `${FOLDER}/app`, env, stdio: ["ignore", "pipe", "pipe"] });
  try {
    await ended(run(["db:migrate"]));
    await ended(run(["user", "-e", ADMIN.email, "-p", ADMIN.password]));
    const port = await freePort();
    const child = run(["start", "--port", String(port)]);
    const url = `http://127.0.0.1:${port}`;
    await answering(child, `${url}/health`);
    return {
      url,
      async stop() {
        child.kill();
        await once(child, "close");
        await drop();
      },
    };
  } catch (error) {
    await drop();
    throw error;
  }

  async function drop(): Promise<void> {
    await server.db.exec(`drop database if exists ${database} with (force)`);
    await server.close();
  }
}

/** Throws with what the program has said where it fails. */
async function ended(child: ChildProcess): Promise<void> {
  const said = collect(child);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`Medusa ended with ${code}: ${said.text.slice(-2000)}`);
}

async function answering(child: ChildProcess, url: string): Promise<void> {
  const said = collect(child);
  for (let waited = 0; waited < START_MS; waited += LOOK_MS) {
    if (child.exitCode !== null) break;
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  child.kill();
  throw new Error(`Medusa does not answer: ${said.text.slice(-2000)}`);
}

function collect(child: ChildProcess): { text: string } {
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (part: Buffer) => {
      said.text += String(part);
    });
  return said;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  return address.port;
}
