/**
 * A reader of the feed as a warehouse system has one: a copy made from a list, then change after change. The copy is a
 * file of JSON lines that only grows; the cursor beside it names how far both are, and replaces the one before in one
 * step. What was appended and not yet named is cut off at the next start, so that it may be killed anywhere.
 */
import { once } from "node:events";
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

interface Cursor {
  after: number;
  bytes: number;
}

const { FEED_URL = "", FEED_KEY = "", FEED_FOLDER = "" } = process.env;
const COPY = join(FEED_FOLDER, "copy.jsonl");
const CURSOR = join(FEED_FOLDER, "cursor.json");

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${FEED_URL}${path}`, { headers: { authorization: `Bearer ${FEED_KEY}` } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

function save(records: readonly unknown[], cursor: Cursor): Cursor {
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
  appendFileSync(COPY, text);
  const next = { after: cursor.after, bytes: cursor.bytes + Buffer.byteLength(text) };
  writeFileSync(`${CURSOR}.new`, JSON.stringify(next));
  const file = openSync(`${CURSOR}.new`, "r");
  fsyncSync(file);
  closeSync(file);
  renameSync(`${CURSOR}.new`, CURSOR);
  return next;
}

/** Goes on where the cursor says; without one, copies the list and begins at the position that its first page names. */
async function begin(): Promise<Cursor> {
  if (existsSync(CURSOR)) {
    const cursor = JSON.parse(readFileSync(CURSOR, "utf8")) as Cursor;
    truncateSync(COPY, cursor.bytes);
    return cursor;
  }
  writeFileSync(COPY, "");
  const records: unknown[] = [];
  let after = 0;
  for (let next: string | null = ""; next !== null; ) {
    const page: { data: unknown[]; next: string | null; feed_position?: number } = await get(
      `/v1/skus?limit=200${next === "" ? "" : `&cursor=${next}`}`,
    );
    records.push(...page.data);
    after = page.feed_position ?? after;
    next = page.next;
  }
  return save(records, { after, bytes: 0 });
}

process.stdout.write("ready\n");
await once(process.stdin, "data");
let cursor = await begin();
for (;;) {
  const page = await get<{ data: { current: unknown }[]; next: number }>(
    `/v1/changes?after=${cursor.after}&entity=sku&include=current&limit=500&wait=1`,
  );
  cursor = save(
    page.data.map((change) => change.current),
    { after: page.next, bytes: cursor.bytes },
  );
}
