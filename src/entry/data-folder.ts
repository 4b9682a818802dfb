/**
 * The embedded data folder: one process owns it. Two on one folder would destroy the database without a word, so the lock
 * is taken before it is opened, and a running server is reached over HTTP instead.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../core/errors.ts";

interface Owner {
  pid: number;
  token: string;
}

/** Where a running server of this folder is reached, and the key that opens it. */
export interface ServerAddress {
  url: string;
  key: string;
  pid: number;
}

const LOCK = "owner.json";
const SERVER = "server.json";

/** Takes the folder for this process; answers how to give it back. Throws `InputError` where another one has it. */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, LOCK);
  const own: Owner = { pid: process.pid, token: randomBytes(8).toString("hex") };
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, JSON.stringify(own), { flag: "wx", mode: 0o600 });
      return () => {
        if (readOwner(path)?.token === own.token) rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = readOwner(path);
    if (owner && owner.pid !== process.pid && isAlive(owner.pid))
      throw new InputError(
        "folder_in_use",
        `The data folder ${folder} is in use by process ${owner.pid}. Stop that process, use its address (see \`tallyport doctor\`), or name another folder with TALLYPORT_DATA. If that process is no Tallyport (the machine was restarted), remove ${path}.`,
        { status: 409 },
      );
    // Its owner is dead. Of several that see this, only one can move the file away.
    try {
      renameSync(path, `${path}.${own.token}`);
      rmSync(`${path}.${own.token}`, { force: true });
    } catch {
      // Another process was faster; look again.
    }
  }
  throw new InputError("folder_in_use", `The data folder ${folder} could not be locked: ${path} keeps coming back.`);
}

function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Owner;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The master key of an embedded folder: made once, readable by its owner alone. */
export function embeddedSecret(folder: string): string {
  const path = join(folder, "secret");
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    // A new key would open nothing that the old one sealed.
    if (existsSync(join(folder, "database")))
      throw new InputError(
        "master_key_missing",
        `The master key of ${folder} is gone: the file ${path} is not there. Put it back from your backup, or set TALLYPORT_SECRET to what it held. If it is lost, credentials and buyer data in the folder cannot be read any more: name an empty folder with TALLYPORT_DATA and connect the stores again.`,
      );
    const secret = randomBytes(32).toString("base64");
    writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: "wx" });
    return secret;
  }
}

/** Writes where this process's server listens, for commands run beside it. Answers how to take it away. */
export function announceServer(folder: string, address: ServerAddress): () => void {
  const path = join(folder, SERVER);
  writeFileSync(path, JSON.stringify(address), { mode: 0o600 });
  chmodSync(path, 0o600);
  return () => rmSync(path, { force: true });
}

/** The server that runs on this folder; null where none does. */
export function findServer(folder: string): ServerAddress | null {
  try {
    const address = JSON.parse(readFileSync(join(folder, SERVER), "utf8")) as ServerAddress;
    return isAlive(address.pid) ? address : null;
  } catch {
    return null;
  }
}
