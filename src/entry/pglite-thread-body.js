// @ts-check
/**
 * What runs in the thread of the embedded database: opens PGlite, and does what pglite-thread.ts asks. JavaScript, so that
 * no Node needs a loader to start it.
 * @import { Answer, Ask, Runner, ThreadData } from "./pglite-thread.ts"
 */
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { withPrepared } from "./pglite-prepared.js";

if (!parentPort) throw new Error("this file runs in a thread");
const port = parentPort;
const { folder, keptAsText } = /** @type {ThreadData} */ (workerData);

const client = withPrepared(
  await PGlite.create({ ...(folder === null ? {} : { dataDir: folder }), parsers: asText(keptAsText) }),
);
/** @type {Map<number, { tx: Runner, end: (error?: unknown) => void, ended: Promise<unknown> }>} */
const transactions = new Map();
/** @type {Map<number, () => Promise<void>>} */
const listeners = new Map();

port.on("message", (/** @type {{ id: number, ask: Ask }} */ { id, ask }) => {
  run(ask).then(
    (result) => say({ id, result }),
    (error) => say({ id, error: describe(error) }),
  );
});
say({ id: 0, result: null });

/** @param {Answer} answer */
function say(answer) {
  port.postMessage(answer);
}

/** @param {Ask} ask */
async function run(ask) {
  switch (ask.kind) {
    case "query":
      return runnerOf(ask.tx).query(ask.text, [...ask.params], {
        ...(ask.rowMode && { rowMode: ask.rowMode }),
        ...(ask.keptAsText && { parsers: asText(ask.keptAsText) }),
      });
    case "exec":
      await runnerOf(ask.tx).exec(ask.text);
      return null;
    case "begin":
      return begin(ask.tx);
    case "end":
      return end(ask.tx, ask.commit);
    case "listen":
      listeners.set(
        ask.listener,
        await client.listen(ask.channel, (payload) => say({ listener: ask.listener, payload })),
      );
      return null;
    case "unlisten":
      await listeners.get(ask.listener)?.();
      listeners.delete(ask.listener);
      return null;
    case "close":
      return client.close();
  }
}

/** @param {number | null} number */
function runnerOf(number) {
  if (number === null) return client;
  const open = transactions.get(number);
  if (!open) throw new Error("Transaction is closed");
  return open.tx;
}

/**
 * Answers when the transaction's turn has come; PGlite holds it open until `end`.
 * @param {number} number
 * @returns {Promise<null>}
 */
function begin(number) {
  return new Promise((resolve, reject) => {
    const ended = client.transaction(
      (tx) =>
        new Promise((commit, rollback) => {
          const end = (/** @type {unknown} */ error) => (error === undefined ? commit(null) : rollback(error));
          transactions.set(number, { tx, end, ended });
          resolve(null);
        }),
    );
    ended.catch(reject);
  });
}

/**
 * @param {number} number
 * @param {boolean} commit
 */
async function end(number, commit) {
  const open = transactions.get(number);
  if (!open) throw new Error("Transaction is closed");
  transactions.delete(number);
  const undo = commit ? undefined : new Error("rolled back");
  open.end(undo);
  await open.ended.catch((error) => {
    if (error !== undo) throw error;
  });
  return null;
}

/** @param {readonly number[]} types */
function asText(types) {
  return Object.fromEntries(types.map((type) => [type, (/** @type {string} */ text) => text]));
}

/**
 * An error's plain fields: what PGlite adds to it besides (parameters, functions) stays here.
 * @param {unknown} error
 */
function describe(error) {
  if (!(error instanceof Error)) return { message: String(error) };
  const fields = Object.entries(error).filter(([, value]) => typeof value === "string" || typeof value === "number");
  return { ...Object.fromEntries(fields), name: error.name, message: error.message };
}
