// @ts-check
/**
 * A PGlite whose statements are prepared once and kept: PGlite's own `query` parses and plans each one anew, in six calls of the
 * database where this takes one. JavaScript, since pglite-thread-body.js loads it where nothing loads TypeScript.
 * @import { PGlite, QueryOptions, Results, Transaction } from "@electric-sql/pglite"
 * @import { Client, Runner } from "./pglite-thread.ts"
 * @typedef {Awaited<ReturnType<PGlite["execProtocolStream"]>>} Messages
 * @typedef {{ name: string, types: number[], columns: Messages }} Statement
 */
import { Mutex, parse, protocol } from "@electric-sql/pglite";

const { serialize } = protocol;
/** A kept plan takes some tens of kilobytes. */
const MAX_KEPT = 300;
/** The statement is not there (any more), or what it answers has changed with the schema. */
const GONE = new Set(["26000", "0A000"]);
/** A statement before this one has failed the transaction. */
const ABORTED = "25P02";

/** @param {unknown} error */
const stateOf = (error) => /** @type {{ code?: string }} */ (error).code ?? "";

/**
 * @param {PGlite} pglite
 * @returns {Client}
 */
export function withPrepared(pglite) {
  /** By text; the one used longest ago comes first. @type {Map<string, Statement>} */
  const kept = new Map();
  let last = 0;
  let inTransaction = false;
  /** What failed the open transaction, unless a savepoint has undone it. @type {unknown} */
  let failure = null;

  /** What is asked outside of a transaction waits for the one that is open, as in PGlite's own methods. */
  const turns = new Mutex();

  /** @param {Uint8Array[]} messages */
  const send = (...messages) =>
    pglite.execProtocolStream(Buffer.concat([...messages, serialize.sync()]), { syncToFs: !inTransaction });

  /**
   * @param {string} text
   * @returns {Promise<Statement>}
   */
  async function prepare(text) {
    const known = kept.get(text);
    if (known) {
      kept.delete(text);
      kept.set(text, known);
      return known;
    }
    const name = `s${++last}`;
    const told = await send(serialize.parse({ name, text }), serialize.describe({ type: "S", name }));
    const statement = {
      name,
      types: parse.parseDescribeStatementResults(told),
      columns: told.filter((message) => message.name === "rowDescription"),
    };
    kept.set(text, statement);
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size > MAX_KEPT) await forget(oldest);
    return statement;
  }

  /** @param {string} text */
  async function forget(text) {
    const name = kept.get(text)?.name;
    kept.delete(text);
    // One that is not there is closed without a word.
    if (name !== undefined) await send(serialize.close({ type: "S", name }));
  }

  /** What was executed may have changed a table: the types of a statement's parameters are those of when it was prepared. */
  const forgetAll = () =>
    pglite.runExclusive(async () => {
      const names = [...kept.values()].map(({ name }) => name);
      kept.clear();
      if (names.length > 0) await send(...names.map((name) => serialize.close({ type: "S", name })));
    });

  /**
   * @param {string} text
   * @param {unknown[]} params
   * @param {QueryOptions} options
   * @returns {Promise<Results<any>>}
   */
  async function run(text, params, options) {
    const { name, types, columns } = await prepare(text);
    const values = params.map((value, i) => textOf(value, types[i] ?? 0));
    const rows = await send(serialize.bind({ statement: name, values }), serialize.execute({}));
    const [result] = parse.parseResults([...columns, ...rows], pglite.parsers, options);
    return result ?? { rows: [], fields: [] };
  }

  /** @type {(value: any, type: number) => any} */
  const textOf = (value, type) => {
    if (value === null || value === undefined) return null;
    const write = pglite.serializers[type];
    // PGlite counts the bytes of half a character wrongly, and cuts off as many at the end.
    return (write ? write(value) : String(value)).toWellFormed();
  };

  /** @type {(text: string, params?: unknown[], options?: QueryOptions) => Promise<Results<any>>} */
  const query = (text, params = [], options = {}) =>
    pglite.runExclusive(async () => {
      if (pglite.closed) throw new Error("PGlite is closed");
      try {
        return await run(text, params, options);
      } catch (error) {
        if (!GONE.has(stateOf(error))) throw error;
        await forget(text);
        // A transaction has failed with it.
        if (inTransaction) throw error;
        return await run(text, params, options);
      }
    });

  /**
   * @param {Transaction} tx
   * @returns {Runner}
   */
  const runnerOf = (tx) => ({
    query: async (text, params, options) => {
      if (tx.closed) throw new Error("Transaction is closed");
      return query(text, params, options).catch(fail);
    },
    exec: (text) => tx.exec(text).catch(fail).finally(forgetAll),
  });

  /** @param {unknown} error @returns {never} */
  function fail(error) {
    if (stateOf(error) !== ABORTED) failure = error;
    throw error;
  }

  /** PGlite answers the commit of a failed transaction as if it were one. */
  async function refuseFailed() {
    if (failure === null) return;
    await query("select").catch((error) => {
      throw stateOf(error) === ABORTED ? failure : error;
    });
  }

  return {
    query: (text, params, options) => turns.runExclusive(() => query(text, params, options)),
    exec: (text) => turns.runExclusive(() => pglite.exec(text).finally(forgetAll)),
    transaction: (run) =>
      turns.runExclusive(() =>
        pglite.transaction(async (tx) => {
          inTransaction = true;
          failure = null;
          try {
            const result = await run(runnerOf(tx));
            await refuseFailed();
            return result;
          } finally {
            inTransaction = false;
          }
        }),
      ),
    listen: (channel, onNotify) => turns.runExclusive(() => pglite.listen(channel, onNotify)),
    close: () => turns.runExclusive(() => pglite.close()),
  };
}
