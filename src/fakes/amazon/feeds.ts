/** Feeds of listings: what they hold, and the report on what became of each message. */

import { inputText, newResult } from "./files.ts";
import { announceFeed } from "./notify.ts";
import { endJob, newJob, runJob } from "./report-jobs.ts";
import { readAttributes, readPatches } from "./routes-listings.ts";
import { ownMarketplace, type Store } from "./store.ts";
import { check, type Submission, submit } from "./submissions.ts";
import type { Feed } from "./types.ts";
import { Refusal } from "./wire.ts";

export const LISTINGS_FEED = "JSON_LISTINGS_FEED";
const MOST_MESSAGES = 25_000;

type Row = Record<string, unknown>;
interface Finding {
  messageId?: number;
  sku?: string;
  code: string;
  severity: "ERROR" | "WARNING";
  message: string;
  attributeName?: string;
}

/** A feed that begins now. */
export function startFeed(store: Store, type: string, marketplaces: string[], input: string): Feed {
  const feed: Feed = { ...newJob(store, type, marketplaces), input };
  store.feeds.set(feed.id, feed);
  const end = store.nextFeeds.shift();
  runJob(store, feed, end, () => {
    if (end === "FATAL" || end === "CANCELLED") endJob(store, feed, end);
    else process(store, feed);
    announceFeed(store, feed);
  });
  return feed;
}

/** A feed that hung is worked off after all, whatever its SKUs are by now. */
export function finishFeed(store: Store, feed: Feed): void {
  process(store, feed);
  announceFeed(store, feed);
}

function process(store: Store, feed: Feed): void {
  const file = store.files.get(feed.input);
  let body: Row;
  try {
    body = JSON.parse((file === undefined ? null : inputText(file)) ?? "");
  } catch {
    endJob(store, feed, "FATAL");
    return;
  }
  const messages: unknown = body.messages;
  const header = (body.header ?? {}) as Row;
  const whole = (message: string): void =>
    write(
      store,
      feed,
      { findings: [{ code: "4000002", severity: "ERROR", message }], processed: 0, invalid: 0 },
      "FATAL",
    );
  if (header.sellerId !== store.sellerId) {
    whole("The seller of the header is another one.");
    return;
  }
  if (header.version !== "2.0") {
    whole("The version of the header must be 2.0.");
    return;
  }
  if (!Array.isArray(messages) || messages.length < 1 || messages.length > MOST_MESSAGES) {
    whole(`A feed holds 1 to ${MOST_MESSAGES} messages.`);
    return;
  }
  const ids = messages.map((one: Row) => one.messageId);
  if (new Set(ids).size !== ids.length) {
    whole("The ids of the messages are not unique.");
    return;
  }
  const findings: Finding[] = [];
  let invalid = 0;
  for (const message of messages as Row[]) {
    const own = take(store, feed, message);
    if (own.some(({ severity }) => severity === "ERROR")) invalid += 1;
    findings.push(...own);
  }
  write(store, feed, { findings, processed: messages.length, invalid }, "DONE");
}

function take(store: Store, feed: Feed, message: Row): Finding[] {
  const { messageId, sku, operationType, productType } = message;
  const finding = (code: string, text: string, attributeName?: string): Finding => ({
    ...(typeof messageId === "number" ? { messageId } : {}),
    ...(typeof sku === "string" && sku !== "" ? { sku } : {}),
    code,
    severity: "ERROR",
    message: text,
    ...(attributeName === undefined ? {} : { attributeName }),
  });
  if (typeof messageId !== "number" || !Number.isInteger(messageId) || messageId < 1)
    return [finding("4000001", "The id of the message is wrong.")];
  if (typeof sku !== "string" || sku === "") return [finding("4000001", "The SKU is missing.")];
  const marketplaces = feed.marketplaces.flatMap((id) => ownMarketplace(store, id) ?? []);
  const base = { sku, productType: String(productType ?? ""), marketplaces };
  let submission: Submission;
  try {
    if (operationType === "DELETE") submission = base;
    else if (operationType === "PATCH") submission = { ...base, patches: readPatches(message.patches) };
    else if (operationType === "PARTIAL_UPDATE")
      submission = {
        ...base,
        patches: Object.entries(readAttributes(message.attributes)).map(([name, value]) => ({
          op: "replace",
          path: `/attributes/${name}`,
          value,
        })),
      };
    else if (operationType === "UPDATE") submission = { ...base, attributes: readAttributes(message.attributes) };
    else return [finding("4000001", "The type of the operation is wrong.")];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [finding("4000001", error.message)];
  }
  const issues = check(store, submission);
  if (issues.length === 0) submit(store, submission);
  return issues.map(({ code, message: text, attributeNames }) => finding(code, text, attributeNames[0]));
}

function write(
  store: Store,
  feed: Feed,
  { findings, processed, invalid }: { findings: Finding[]; processed: number; invalid: number },
  status: "DONE" | "FATAL",
): void {
  const count = (severity: string): number => findings.filter((one) => one.severity === severity).length;
  const report = {
    header: { sellerId: store.sellerId, version: "2.0", feedId: feed.id },
    issues: findings,
    summary: {
      errors: count("ERROR"),
      warnings: count("WARNING"),
      messagesProcessed: processed,
      messagesAccepted: processed - invalid,
      messagesInvalid: invalid,
    },
  };
  const body = new TextEncoder().encode(JSON.stringify(report));
  endJob(store, feed, status, newResult(store, "feed", "application/json; charset=UTF-8", body).id);
}
