/** Readers of a whole list that keep nothing of it: our export over HTTP, and PostgreSQL's own, by its own client. */
import { execFile, spawn } from "node:child_process";
import { connect } from "node:net";
import { promisify } from "node:util";
import { BenchError, serveHelper } from "./harness.ts";

export type CopyQuestion =
  | { from: "api"; url: string; key: string; path: string }
  | { from: "database"; url: string; statement: string };

export interface CopyAnswer {
  seconds: number;
  rows: number;
  bytes: number;
}

if (process.send)
  serveHelper<CopyQuestion, CopyAnswer>((question) =>
    question.from === "api" ? readApi(question) : readDatabase(question),
  );

const [NEWLINE, RETURN] = [10, 13];

/** Line ends that follow no carriage return; `before` is the byte before the part. */
function countLines(part: Buffer, before: number): number {
  let lines = 0;
  for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1))
    if ((at === 0 ? before : part[at - 1]) !== RETURN) lines += 1;
  return lines;
}

/** Reads a chunked answer by hand. What stands between the chunks ends with carriage returns, lines of the file do not. */
function readApi({ url, key, path }: { url: string; key: string; path: string }): Promise<CopyAnswer> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let head = "";
    let inBody = false;
    let last = 0;
    let lines = 0;
    let bytes = 0;
    let tail = "";
    socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${key}\r\nconnection: close\r\n\r\n`);
    socket.on("data", (data: Buffer) => {
      let part = data;
      if (!inBody) {
        head += part.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        inBody = true;
        if (!head.startsWith("HTTP/1.1 200 ")) return void reject(new Error(`the API answered: ${head.slice(0, 300)}`));
        part = Buffer.from(head.slice(end + 4), "latin1");
        head = head.slice(0, end);
      }
      bytes += part.length;
      lines += countLines(part, last);
      last = part.at(-1) ?? last;
      tail = part.subarray(-8).toString("latin1");
    });
    socket.on("error", reject);
    socket.on("close", () => {
      if (!tail.endsWith("0\r\n\r\n")) return reject(new Error("the export was broken off"));
      resolve({ seconds: (performance.now() - start) / 1_000, rows: lines, bytes });
    });
  });
}

async function readDatabase({ url, statement }: { url: string; statement: string }): Promise<CopyAnswer> {
  await promisify(execFile)("psql", ["--version"]).catch(() => {
    throw new BenchError(
      "psql is not on the PATH, and it is what exports are measured against. Install PostgreSQL's client.",
    );
  });
  const start = performance.now();
  const child = spawn("psql", ["-XqAt", "-v", "ON_ERROR_STOP=1", url, "-c", statement], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PGOPTIONS: "-c random_page_cost=1.1 -c TimeZone=UTC" },
  });
  let rows = 0;
  let bytes = 0;
  child.stdout.on("data", (part: Buffer) => {
    rows += countLines(part, 0);
    bytes += part.length;
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`psql ended with ${String(code)}`);
  return { seconds: (performance.now() - start) / 1_000, rows, bytes };
}
