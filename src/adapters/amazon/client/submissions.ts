/**
 * Values go as patches of single listings, or many as a feed. Both are taken in and worked off later: a patch is looked for in
 * the listing, a feed tells by its report. A patch of which nothing is heard takes the way of the platform's own word.
 */
import type { PlatformFailure, PushCapability, PushItem, PushOutcome, PushRoute } from "../../../core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../core/error-table.ts";
import { type AdapterError, adapterError } from "../../../core/errors.ts";
import { canonicalDecimal } from "../../../core/money.ts";
import type { Tree } from "../../../core/tree.ts";
import { ID, sellerOf, settingsOf } from "../config.ts";
import { ERRORS, INVALID } from "../errors.ts";
import { FEED_BATCH, quotaOf } from "../limits.ts";
import { partsOf } from "../listings/ids.ts";
import { readItems } from "../listings/read.ts";
import { read } from "../schemas.ts";
import { type FeedEnd, feedResult, sendFeed } from "./feeds.ts";
import { type Client, OUTCOMES, refuse, type Shop, segment } from "./index.ts";

/** After so long the listing shows what it will show: whatever it is then is told. */
const SHOWN_AFTER_MS = 15 * 60_000;
const BATCH = { groupBy: "none", complete: "item" } as const;
/** The type that patches of offers may name for any product. */
const ANY_PRODUCT = "PRODUCT";

export interface Aspect {
  operation: "stock.set" | "prices.set";
  /** The patch of a value, or why there is none. */
  patchOf(item: PushItem, marketplace: string): object | string;
  /** The value that a listing shows on a marketplace. */
  shown(listing: Tree, marketplace: string): string | null;
}

type Target = { marketplace: string; sku: string };
interface Sendable extends Target {
  item: PushItem;
  patch: object;
}

const targetOf = ({
  variantExternalId,
  listingExternalId,
}: Pick<PushItem, "variantExternalId" | "listingExternalId">) =>
  partsOf(variantExternalId) ?? partsOf(listingExternalId);

export function pushCapability(client: Client, aspect: Aspect): PushCapability {
  const direct: PushRoute["set"] = (store, items, signal) =>
    pushed(aspect, items, (good) => patchEach(client.at(store, signal), aspect, good, "direct"));
  return {
    batch: { ...BATCH, max: FEED_BATCH },
    compareAndSet: false,
    quota: quotaOf("patch_listing"),
    set: (store, items, signal) =>
      pushed(aspect, items, (good) =>
        good.length < settingsOf(store.settings).feed_from
          ? patchEach(client.at(store, signal), aspect, good, "submit")
          : feedEach(client.at(store, signal), aspect, good),
      ),
    direct: { batch: { ...BATCH, max: 5 }, quota: quotaOf("patch_listing"), set: direct },
    check: (store, receipts, signal) => check(client.at(store, signal), aspect, receipts),
    async read(store, items, signal) {
      const wanted = items.flatMap((item) => targetOf(item) ?? []);
      const found = await readItems(client.at(store, signal), wanted);
      return items.map((item) => {
        const target = targetOf(item);
        const listing = target && found.get(`${target.marketplace}/${target.sku}`);
        return { key: item.key, value: listing ? aspect.shown(listing, target.marketplace) : null };
      });
    },
  };
}

/** Refuses what cannot be said, and sends the rest. */
async function pushed(
  aspect: Aspect,
  items: readonly PushItem[],
  send: (good: readonly Sendable[]) => Promise<PushOutcome[]>,
): Promise<PushOutcome[]> {
  const outcomes = new Map<string, PushOutcome>();
  const good: Sendable[] = [];
  for (const item of items) {
    const target = targetOf(item);
    const patch = target
      ? aspect.patchOf(item, target.marketplace)
      : "the variant names no marketplace and SKU: read its listing first";
    if (target && typeof patch === "object") good.push({ ...target, item, patch });
    else outcomes.set(item.key, { key: item.key, ...refuse("invalid_request", aspect.operation, String(patch)) });
  }
  for (const outcome of good.length === 0 ? [] : await send(good)) outcomes.set(outcome.key, outcome);
  return items.map(
    ({ key }) => outcomes.get(key) ?? { key, outcome: "unknown", error: OUTCOMES.unconfirmed(aspect.operation) },
  );
}

function patchEach(
  shop: Shop,
  { operation }: Aspect,
  good: readonly Sendable[],
  how: "direct" | "submit",
): Promise<PushOutcome[]> {
  const byKey = new Map(good.map((each) => [each.item.key, each]));
  return OUTCOMES.pushEach(
    good.map(({ item }) => item),
    operation,
    async (item) => {
      const each = byKey.get(item.key);
      if (!each) return false;
      const { marketplace, sku, patch } = each;
      const answer = read(
        await shop.send({
          operation,
          plan: "patch_listing",
          method: "PATCH",
          path: `/listings/2021-08-01/items/${segment(sellerOf(shop.store))}/${segment(sku)}`,
          query: { marketplaceIds: [marketplace] },
          body: { productType: productType(item), patches: [patch] },
          effect: "keyed-write",
        }),
      );
      // A refusal is told inside an HTTP 200.
      if (answer.need("status") !== "ACCEPTED") throw invalid(operation, answer);
      const at = shop.clock.now().getTime();
      if (how === "direct") return { key: item.key, outcome: "accepted", shown: item.value };
      return { key: item.key, outcome: "submitted", receipt: `patch/${at}/${item.value}/${marketplace}/${sku}` };
    },
  );
}

const productType = ({ codes }: PushItem): string => codes.product_type ?? ANY_PRODUCT;

function invalid(operation: string, answer: Tree): AdapterError {
  const issues = answer.list("issues").filter((issue) => issue.text("severity") === "ERROR");
  const words = issues.map((issue) => `${issue.text("code") ?? ""} ${issue.text("message") ?? ""}`.trim());
  return refusal(operation, {
    code: INVALID,
    subCode: issues[0]?.text("code") ?? null,
    message: words.join("; ") || answer.text("status"),
    issues: words.map((message) => ({ path: "", message })),
  });
}

/** What is refused can be mended by the platform's own words alone: they stand in the message. */
function refusal(operation: string, failure: PlatformFailure): AdapterError {
  const facts = { platform: ID, operation, effect: "keyed-write", status: 200, failure } as const;
  const { category, platformCode, httpStatus } = toAdapterError(ERRORS, DEFAULT_ROWS, facts);
  const platformMessage = failure.message ?? null;
  const message = `the platform does not take the value: ${platformMessage ?? "it does not say why"}`;
  const known = { platform: ID, operation, platformCode, platformMessage, httpStatus, message };
  return adapterError(category, { ...known, issues: failure.issues ?? [] });
}

/** A feed for each marketplace; a value is known again by its feed and its message. */
async function feedEach(shop: Shop, { operation }: Aspect, good: readonly Sendable[]): Promise<PushOutcome[]> {
  const outcomes: PushOutcome[] = [];
  for (const marketplace of new Set(good.map((each) => each.marketplace))) {
    const own = good.filter((each) => each.marketplace === marketplace);
    const messages = own.map(({ sku, item, patch }, i) => ({
      messageId: i + 1,
      sku,
      productType: productType(item),
      patches: [patch],
    }));
    try {
      const feedId = await sendFeed(shop, { marketplace, messages });
      outcomes.push(
        ...own.map(
          ({ item: { key } }, i): PushOutcome => ({ key, outcome: "submitted", receipt: `feed/${i + 1}/${feedId}` }),
        ),
      );
    } catch (error) {
      // What went before has its receipts.
      if (outcomes.length === 0) throw error;
      outcomes.push(
        ...own.map(
          ({ item: { key } }): PushOutcome => ({ key, outcome: "unknown", error: OUTCOMES.unconfirmed(operation) }),
        ),
      );
    }
  }
  return outcomes;
}

type Ended = PushOutcome & { receipt: string };

async function check(shop: Shop, aspect: Aspect, receipts: readonly string[]): Promise<Ended[]> {
  const split = receipts.map((receipt) => ({ receipt, parts: receipt.split("/") }));
  const ended: Ended[] = [];
  const ofFeeds = split.filter(({ parts }) => parts[0] === "feed");
  for (const feedId of new Set(ofFeeds.map(({ parts }) => parts.slice(2).join("/")))) {
    const own = ofFeeds.filter(({ parts }) => parts.slice(2).join("/") === feedId);
    const result = await feedResult(shop, feedId);
    if (result)
      ended.push(...own.map(({ receipt, parts }) => feedOutcome(aspect.operation, receipt, parts[1] ?? "", result)));
  }
  const patches = split.flatMap(({ receipt, parts: [how, at = "", value = "", marketplace = "", ...sku] }) =>
    how === "patch" ? [{ receipt, at: Number(at), value, marketplace, sku: sku.join("/") }] : [],
  );
  const listings = await readItems(shop, patches);
  const now = shop.clock.now().getTime();
  for (const { receipt, at, value, marketplace, sku } of patches) {
    const listing = listings.get(`${marketplace}/${sku}`);
    const shown = listing ? aspect.shown(listing, marketplace) : null;
    const isShown = shown !== null && shown === canonicalDecimal(value);
    if (isShown || now - at >= SHOWN_AFTER_MS) ended.push({ key: "", outcome: "accepted", shown, receipt });
  }
  return ended;
}

function feedOutcome(operation: string, receipt: string, messageId: string, result: FeedEnd): Ended {
  const at = { key: "", receipt };
  const unsure = (message: string): Ended => ({
    ...at,
    outcome: "unknown",
    error: adapterError("transient", { platform: ID, operation, message, maybeApplied: true }),
  });
  if ("failed" in result) return unsure(`the feed ended as ${result.failed}${result.why ? `: ${result.why}` : ""}`);
  // An error without a message concerns the whole file.
  const issue = result.issues.find((each) => each.messageId === messageId || each.messageId === null);
  if (issue) {
    const failure = { code: INVALID, subCode: issue.code, message: issue.message };
    return { ...at, outcome: "rejected", error: refusal(operation, failure) };
  }
  const isNamed = result.isComplete && Number(messageId) <= (result.processed ?? Number(messageId));
  return isNamed ? { ...at, outcome: "accepted" } : unsure("the feed's report does not say what became of the value");
}
