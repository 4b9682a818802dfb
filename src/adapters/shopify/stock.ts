/**
 * Quantities: what is available of an inventory item at a location, set where it still is what was observed. A call is one
 * group: one bad row refuses all. https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventorySetQuantities
 */
import type { PushCapability, PushItem, PushOutcome, Store } from "../../core/adapter.ts";
import { adapterError, type ErrorCategory } from "../../core/errors.ts";
import { type Fields, isFields, type Tree } from "../../core/tree.ts";
import { type Client, OUTCOMES, refusalError, refuse, type Shop } from "./client.ts";
import { ID, locationOf } from "./config.ts";
import { NOT_STOCKED } from "./errors.ts";
import { PUSH_BATCH, QUOTA } from "./limits.ts";
import { uuidOf } from "./orders/refund.ts";
import { allRows, isCut, nodesIn, read } from "./schemas.ts";

const OPERATION = "stock.set";
const SPENT = "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED";
const SET = `mutation StockPush($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { code field message }
  }
}`;
const ACTIVATE = `mutation StockActivate($item: ID!, $loc: ID!, $available: Int, $key: String!) {
  inventoryActivate(inventoryItemId: $item, locationId: $loc, available: $available) @idempotent(key: $key) {
    inventoryLevel { id }
    userErrors { field message }
  }
}`;
const LEVELS = `pageInfo { hasNextPage endCursor }
  nodes { id isActive location { id } quantities(names: ["available"]) { name quantity } }`;
export const ITEM = `id sku tracked updatedAt variants(first: 5) { nodes { id } } inventoryLevels(first: 20) { ${LEVELS} }`;
const MORE_LEVELS = `query ItemLevels($id: ID!, $after: String) {
  inventoryItem(id: $id) { inventoryLevels(first: 100, after: $after) { ${LEVELS} } }
}`;
const READ = `query StockById($ids: [ID!]!) { nodes(ids: $ids) { ... on InventoryItem { ${ITEM} } } }`;

/** What can be sold at each location; nothing where the platform does not count the item. It may be below zero. */
export function shownAt(item: Tree): { place: string; quantity: number }[] {
  if (item.fields.tracked === false) return [];
  return nodesIn(item, "inventoryLevels").flatMap((level) => {
    const available = level.list("quantities").find((each) => each.text("name") === "available");
    const [place, quantity] = [level.text("location/id"), available?.decimal("quantity") ?? null];
    return place === null || quantity === null || level.fields.isActive === false
      ? []
      : [{ place, quantity: Number(quantity) }];
  });
}

/** An item with its quantities at all locations. */
export async function withAllLevels(shop: Shop, item: Fields): Promise<Fields> {
  if (!isCut(item.inventoryLevels)) return item;
  const nodes = await allRows(item, "inventoryLevels", async (after) => {
    const call = { operation: "stock.levels", document: MORE_LEVELS, variables: { id: item.id, after } };
    const { inventoryItem } = await shop.ask({ ...call, weight: "page" });
    return isFields(inventoryItem) ? inventoryItem : { inventoryLevels: { nodes: [] } };
  });
  return { ...item, inventoryLevels: { nodes } };
}

type Named = Pick<PushItem, "codes" | "place">;
const itemOf = ({ codes }: Named): string | undefined => codes.inventory_item;
const placeOf = (store: Store, { place }: Named): string | null => place ?? locationOf(store);

export function createStock(client: Client): PushCapability {
  return {
    batch: { max: PUSH_BATCH, groupBy: "none", complete: "item" },
    compareAndSet: true,
    quota: QUOTA.write,
    set: (store, items, signal) => setQuantities(client.at(store, signal), items, client.clock.now()),
    async read(store, items, signal) {
      const shop = client.at(store, signal);
      const ids = [...new Set(items.flatMap((item) => itemOf(item) ?? []))];
      const rows = await shop.nodes({ operation: "stock.read", document: READ }, ids);
      const found = new Map<string, ReturnType<typeof shownAt>>();
      for (const row of rows) found.set(String(row.id), shownAt(read(await withAllLevels(shop, row))));
      return items.map((item) => {
        const place = placeOf(store, item);
        const level = found.get(itemOf(item) ?? "")?.find((each) => each.place === place);
        return { key: item.key, value: level ? String(level.quantity) : null };
      });
    },
  };
}

interface Row {
  inventoryItemId: string;
  locationId: string;
  quantity: number;
  /** Null: whatever is there. Left out it is an error. */
  changeFromQuantity: number | null;
}

async function setQuantities(shop: Shop, items: readonly PushItem[], now: Date): Promise<PushOutcome[]> {
  const rows = items.map((item): Row | string => {
    const [inventoryItemId, locationId] = [itemOf(item), placeOf(shop.store, item)];
    if (!inventoryItemId) return "the variant's inventory item is not known: read its listing first";
    if (locationId === null)
      return "the shop has several locations: name one by the offer's place or the setting location";
    const changeFromQuantity = item.observed === null ? null : Number(item.observed);
    return { inventoryItemId, locationId, quantity: Number(item.value), changeFromQuantity };
  });
  const sent = rows.flatMap((row, index) => (typeof row === "string" ? [] : [{ row, index }]));
  const [only] = sent;
  try {
    if (sent.length > 0) await send(shop, items, sent, now);
  } catch (error) {
    if (sent.length > 1 || !only || !OUTCOMES.isRefusal(error)) throw error;
    return items.map(({ key }, index): PushOutcome => {
      const row = rows[index];
      return typeof row === "string"
        ? { key, ...refuse("invalid_request", OPERATION, row) }
        : { key, outcome: "rejected", error };
    });
  }
  return items.map(({ key, value }, index): PushOutcome => {
    const row = rows[index];
    return typeof row === "string"
      ? { key, ...refuse("invalid_request", OPERATION, row) }
      : { key, outcome: "accepted", shown: value };
  });
}

async function send(
  shop: Shop,
  items: readonly PushItem[],
  sent: readonly { row: Row; index: number }[],
  now: Date,
): Promise<void> {
  const quantities = sent.map(({ row }) => row);
  const key = uuidOf(sent.map(({ row, index }) => `${items[index]?.idempotencyKey} ${JSON.stringify(row)}`).join("\n"));
  const input = { name: "available", reason: "correction", quantities };
  const call = { operation: OPERATION, document: SET, keepsUserErrors: true };
  const first = await shop.tell({ ...call, variables: { input, key } });
  // A key whose first call failed is spent. What is set is absolute, so that another key does no harm.
  const { data, refusal } =
    first.refusal?.code === SPENT
      ? await shop.tell({ ...call, variables: { input, key: uuidOf(`${key} ${now.getTime()}`) } })
      : first;
  const [only] = sent;
  if (refusal?.code === NOT_STOCKED && only && sent.length === 1)
    return activate(shop, only.row, `${key} ${now.getTime()}`);
  if (!refusal) {
    if (read(data).text("inventorySetQuantities/inventoryAdjustmentGroup/id") === null && !isSame(sent))
      throw OUTCOMES.unconfirmed(OPERATION);
    return;
  }
  const error = refusalError(OPERATION, "keyed-write", refusal);
  // The platform counts the rows of the call, the engine its items.
  const issues = error.issues.map(({ path, message }) => ({
    path: path.replace(/^.*quantities\.(\d+)/, (_, place) => `items.${sent[Number(place)]?.index ?? place}`),
    message,
  }));
  const { category, platformCode, platformMessage, retryAfterMs, maybeApplied } = error;
  throw adapterError(category satisfies ErrorCategory, {
    platform: ID,
    operation: OPERATION,
    platformCode,
    platformMessage,
    retryAfterMs,
    maybeApplied,
    issues,
    httpStatus: 200,
  });
}

/** A quantity that was there already changes nothing, of which no group is made. */
const isSame = (sent: readonly { row: Row }[]): boolean =>
  sent.every(({ row }) => row.changeFromQuantity === null || row.changeFromQuantity === row.quantity);

/** An item that a location has never held gets a level there, with its quantity. */
async function activate(shop: Shop, row: Row, key: string): Promise<void> {
  const variables = {
    item: row.inventoryItemId,
    loc: row.locationId,
    available: row.quantity,
    key: uuidOf(`level ${key}`),
  };
  await shop.set({ operation: "stock.activate", document: ACTIVATE, variables });
}
