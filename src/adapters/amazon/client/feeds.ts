/**
 * Feeds of listings: a document is put on a host of its own, worked off by the platform, and answered by a report.
 * https://developer-docs.amazon.com/sp-api/docs/listings-feed-type-values
 */
import type { Fields, Tree } from "../../../core/tree.ts";
import { parseWire, printWire } from "../../../core/wire.ts";
import { sellerOf } from "../config.ts";
import { read } from "../schemas.ts";
import { type Shop, segment } from "./index.ts";
import { linesBehind } from "./reports.ts";

const ROOT = "/feeds/2021-06-30";
const CONTENT_TYPE = "application/json; charset=UTF-8";

export interface Message {
  messageId: number;
  sku: string;
  productType: string;
  patches: readonly unknown[];
}

/** Sends values as one feed for a marketplace; answers its id. The same values sent twice do no harm. */
export async function sendFeed(
  shop: Shop,
  { marketplace, messages }: { marketplace: string; messages: readonly Message[] },
): Promise<string> {
  const effect = "keyed-write" as const;
  const asked = {
    operation: "feeds.document",
    plan: "create_feed_document",
    path: `${ROOT}/documents`,
    effect,
  } as const;
  const place = read(await shop.send({ ...asked, body: { contentType: CONTENT_TYPE } }));
  const feed = {
    header: { sellerId: sellerOf(shop.store), version: "2.0" },
    messages: messages.map((message) => ({ ...message, operationType: "PATCH" })),
  };
  // The host wants the type that the document was made with, and no token of ours.
  const headers = { "content-type": CONTENT_TYPE };
  const request = { method: "PUT" as const, url: place.need("url"), headers, body: printWire(feed) };
  await shop.file("files.feed", request);
  const body = {
    feedType: "JSON_LISTINGS_FEED",
    marketplaceIds: [marketplace],
    inputFeedDocumentId: place.need("feedDocumentId"),
  };
  const made = { operation: "feeds.create", plan: "create_feed", path: `${ROOT}/feeds`, body, effect } as const;
  return read(await shop.send(made)).need("feedId");
}

/** What the platform says of a message, or of the whole file where it names none. */
export interface FeedIssue {
  messageId: string | null;
  code: string | null;
  message: string | null;
}

/** A feed that ended otherwise than done, with the platform's words if it has left any. */
interface FeedFailure {
  failed: string;
  why: string | null;
}
/** Errors of a feed that was worked off. Messages above `processed`, or all where some errors name none, may not be in effect. */
interface FeedReport {
  issues: FeedIssue[];
  processed: number | null;
  isComplete: boolean;
}
export type FeedEnd = FeedFailure | FeedReport;

/** What became of a feed; `null` while it is worked off. */
export async function feedResult(shop: Shop, feedId: string): Promise<FeedEnd | null> {
  const path = `${ROOT}/feeds/${segment(feedId)}`;
  const feed = read(await shop.send({ operation: "feeds.get", plan: "get_feed", path }));
  const status = feed.need("processingStatus");
  if (status === "IN_QUEUE" || status === "IN_PROGRESS") return null;
  const document = feed.text("resultFeedDocumentId");
  if (document === null) return { failed: status, why: null };
  const report = read(await reportOf(shop, document));
  const issues = report.list("issues").filter(isError).map(toIssue);
  if (status !== "DONE") return { failed: status, why: issues[0]?.message ?? null };
  const named = new Set(issues.flatMap(({ messageId }) => messageId ?? []));
  const isComplete = (report.count("summary/messagesInvalid") ?? 0) <= named.size;
  return { issues, processed: report.count("summary/messagesProcessed"), isComplete };
}

async function reportOf(shop: Shop, document: string): Promise<Fields> {
  const path = `${ROOT}/documents/${segment(document)}`;
  const lines: string[] = [];
  for (let from: number | null = 0; from !== null; ) {
    const part = await linesBehind(shop, { operation: "feeds.result", plan: "get_feed_document", path }, from);
    lines.push(...part.lines);
    from = part.next;
  }
  return read(parseWire(lines.join("\n")).value).fields;
}

const isError = (issue: Tree): boolean => issue.text("severity") === "ERROR";
const toIssue = (issue: Tree): FeedIssue => ({
  messageId: issue.text("messageId"),
  code: issue.text("code"),
  message: issue.text("message"),
});
