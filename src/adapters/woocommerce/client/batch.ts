/**
 * Writing and reading back many products. Simple products share one call, variations one call per product; each answer
 * is checked per item, because the platform answers 200 for items that it refused or ignored. Never with `_fields`: the
 * work is done and the answer comes back empty.
 */
import type { PushItem, PushOutcome, Store } from "../../../core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../core/error-table.ts";
import { type AdapterError, adapterError, isAdapterError } from "../../../core/errors.ts";
import { storable } from "../../../core/storable-text.ts";
import { ERRORS } from "../errors.ts";
import { BATCH_ANSWER, BATCH_ITEM, type BatchItem, decodeEntities, list } from "../schemas/index.ts";
import { errorBody, idValue } from "./body.ts";
import type { Client } from "./index.ts";

type Target = Pick<PushItem, "key" | "listingExternalId" | "variantExternalId">;

/** The list that a product or variation is written and read in. */
function routeOf(item: Target): string {
  const products = "/wc/v3/products";
  return item.variantExternalId === item.listingExternalId
    ? products
    : `${products}/${encodeURIComponent(item.listingExternalId)}/variations`;
}

function byRoute<T extends Target>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(routeOf(item));
    if (group) group.push(item);
    else groups.set(routeOf(item), [item]);
  }
  return groups;
}

/** Sends the fields of each item and judges each answer. One outcome per item, in the order given. */
export async function updateProducts(
  client: Client,
  store: Store,
  items: readonly PushItem[],
  write: {
    operation: string;
    fields(item: PushItem): Record<string, unknown>;
    judge(item: PushItem, answer: BatchItem): PushOutcome;
  },
  signal: AbortSignal,
): Promise<PushOutcome[]> {
  const outcomes = new Map<string, PushOutcome>();
  const groups = [...byRoute(items)];
  for (const [index, [route, group]] of groups.entries()) {
    try {
      const answer = await client.one(
        store,
        {
          operation: write.operation,
          method: "POST",
          route: `${route}/batch`,
          body: { update: group.map((item) => ({ id: idValue(item.variantExternalId), ...write.fields(item) })) },
          // Absolute values: a repeat ends in the same state.
          effect: "keyed-write",
        },
        signal,
      );
      for (const [i, outcome] of judgeAll(group, answer, write).entries()) {
        const item = group[i];
        if (item) outcomes.set(item.key, outcome);
      }
    } catch (error) {
      if (!isAdapterError(error) || (index === 0 && groups.length === 1)) throw error;
      // Calls before this one have had their effect: what is known of them must not be lost.
      for (const item of group) outcomes.set(item.key, failed(item, error));
      if (error.category === "auth_expired" || error.category === "throttled") {
        for (const item of groups.slice(index + 1).flatMap(([, rest]) => rest))
          outcomes.set(item.key, failed(item, error));
        break;
      }
    }
  }
  return items.map((item) => outcomes.get(item.key) ?? unanswered(item, write.operation));
}

function failed(item: PushItem, error: AdapterError): PushOutcome {
  const isRefusal = ["invalid_request", "not_found", "conflict", "permanent"].includes(error.category);
  return { key: item.key, outcome: isRefusal ? "rejected" : "unknown", error };
}

function judgeAll(
  group: readonly PushItem[],
  answer: unknown,
  write: { operation: string; judge(item: PushItem, answer: BatchItem): PushOutcome },
): PushOutcome[] {
  const { update } = BATCH_ANSWER.parse(answer);
  return group.map((item, index) => {
    // Answers keep the order of the list; the id is compared all the same.
    const at = update[index];
    const answered = at && (at.id === item.variantExternalId || at.id === null) ? at : byId(update, item);
    if (!answered) return unanswered(item, write.operation);
    if (answered.error)
      return { key: item.key, outcome: "rejected", error: itemError(answered.error, write.operation) };
    return write.judge(item, answered);
  });
}

const byId = (update: readonly BatchItem[], item: PushItem) => update.find((row) => row.id === item.variantExternalId);

function unanswered(item: PushItem, operation: string): PushOutcome {
  const error = adapterError("transient", {
    platform: "woocommerce",
    operation,
    message: "the answer does not name the item",
    maybeApplied: true,
  });
  return { key: item.key, outcome: "unknown", error };
}

/** The error of one item: `{"code","message","data":{"status"}}`. */
function itemError(error: NonNullable<BatchItem["error"]>, operation: string): AdapterError {
  const body = errorBody({ code: error.code ?? "", message: error.message ?? "", data: error.data ?? null });
  return toAdapterError(ERRORS, DEFAULT_ROWS, {
    platform: "woocommerce",
    operation,
    effect: "write",
    ...(body?.status ? { status: body.status } : {}),
    failure: body && { ...body, message: storable(decodeEntities(body.message ?? "")) },
  });
}

/** What the platform shows now, in the order given; null for an item that it does not show. */
export async function readProducts<T extends Target>(
  client: Client,
  store: Store,
  items: readonly T[],
  operation: string,
  signal: AbortSignal,
): Promise<{ item: T; shown: BatchItem | null }[]> {
  const shown = new Map<string, BatchItem>();
  for (const [route, group] of byRoute(items)) {
    const ids = [...new Set(group.map((item) => item.variantExternalId))];
    const params = {
      include: ids.join(","),
      per_page: ids.length,
      _fields: "id,manage_stock,stock_quantity,regular_price,sale_price",
    };
    const { rows } = await client.rows(store, { operation, route, params }, signal);
    for (const row of list(BATCH_ITEM).parse(rows)) if (row.id !== null) shown.set(row.id, row);
  }
  return items.map((item) => ({ item, shown: shown.get(item.variantExternalId) ?? null }));
}
