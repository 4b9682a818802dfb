/**
 * Quantities. A variant draws on an inventory item, which has a level at each stock location; what is written is what lies
 * there, reserved pieces included, so that those are read first and added. An offer that names no location is the variant's
 * sum over all of them: one location takes what is left beside the others, and those are lowered where they hold more.
 */
import type { PushCapability, PushItem, PushOutcome, Store } from "../../core/adapter.ts";
import { type Tree, treeOf } from "../../core/tree.ts";
import { type Client, OUTCOMES, readVariants, refuse, type Shop } from "./client.ts";
import { locationOf, ZONE } from "./config.ts";
import { PUSH_BATCH, QUOTA } from "./limits.ts";
import { read } from "./schemas.ts";

const OPERATION = "stock.set";
export const STOCK_FIELDS = ["*inventory_items", "*inventory_items.inventory.location_levels"];
const READ = ["id", "manage_inventory", ...STOCK_FIELDS];

type Shown = { place: string; quantity: number }[];

interface Level {
  location: string;
  stocked: number;
  reserved: number;
}

/** A variant's only inventory item, and how many of its pieces one of the variant takes; null for kits and for what is not counted. */
interface Item {
  id: string;
  required: number;
  levels: Level[];
}

const whole = (level: Tree, field: string): number => {
  const count = Number(level.decimal(field) ?? "0");
  if (!Number.isSafeInteger(count)) throw new TypeError(`${field}: expected a whole number`);
  return count;
};

const itemsOf = (variant: Tree): Item[] =>
  variant.list("inventory_items").map((link) => ({
    id: link.need("inventory_item_id"),
    required: Math.max(1, whole(link, "required_quantity")),
    levels: link.list("inventory/location_levels").map((level) => ({
      location: level.need("location_id"),
      stocked: whole(level, "stocked_quantity"),
      reserved: whole(level, "reserved_quantity"),
    })),
  }));

/** Pieces that may still be sold; below zero where more is reserved than lies there. */
const sellable = ({ stocked, reserved }: Level, { required }: Item): number =>
  Math.floor((stocked - reserved) / required);

/** What a variant shows by location, a kit as many as its scarcest part allows; null where the platform does not count it. */
export function shownAt(variant: Tree): Shown | null {
  const items = itemsOf(variant);
  if (variant.fields.manage_inventory === false || items.length === 0) return null;
  const locations = [...new Set(items.flatMap(({ levels }) => levels.map(({ location }) => location)))].sort();
  return locations.map((place) => ({
    place,
    quantity: Math.min(
      ...items.map((item) => {
        const level = item.levels.find(({ location }) => location === place);
        return level ? sellable(level, item) : 0;
      }),
    ),
  }));
}

interface Write {
  inventory_item_id: string;
  location_id: string;
  stocked_quantity: number;
  isNew: boolean;
}

export function createStock(client: Client): PushCapability {
  return {
    batch: { max: PUSH_BATCH, groupBy: "none", complete: "item" },
    compareAndSet: false,
    quota: QUOTA,
    set: (store, items, signal) => setLevels(client.at(store, signal), items),
    async read(store, items, signal) {
      const variants = await readVariants(client.at(store, signal), "stock.read", READ, items);
      return items.map(({ key, variantExternalId, place }) => {
        const shown = shownAt(variants.get(variantExternalId) ?? NOTHING);
        const at = shown?.filter((level) => place === null || level.place === place) ?? null;
        return { key, value: at === null ? null : String(at.reduce((all, { quantity }) => all + quantity, 0)) };
      });
    },
  };
}

const NOTHING = treeOf({}, ZONE);

async function setLevels(shop: Shop, items: readonly PushItem[]): Promise<PushOutcome[]> {
  const variants = await readVariants(shop, "stock.read", READ, items);
  const plans = items.map((item) => ({ item, plan: planOf(shop.store, item, variants.get(item.variantExternalId)) }));
  // A level that two offers of the batch name is the later one's.
  const writes = new Map(
    plans
      .flatMap(({ plan }) => (Array.isArray(plan) ? plan : []))
      .map((write) => [`${write.inventory_item_id}/${write.location_id}`, write]),
  );
  if (writes.size > 0) await write(shop, [...writes.values()]);
  return plans.map(({ item: { key, value }, plan }) =>
    Array.isArray(plan) ? { key, outcome: "accepted", shown: value } : { key, ...plan },
  );
}

/** What an item writes, or why it does not. */
function planOf(
  store: Store,
  { value, place }: PushItem,
  variant: Tree | undefined,
): Write[] | ReturnType<typeof refuse> {
  const [item, ...more] = variant ? itemsOf(variant) : [];
  if (!variant) return refuse("not_found", OPERATION, "the variant does not exist");
  if (variant.fields.manage_inventory === false || !item)
    return refuse("conflict", OPERATION, "the shop does not count this variant: switch its inventory on");
  if (more.length > 0)
    return refuse("invalid_request", OPERATION, "a kit has no stock of its own: set the quantities of its parts");
  const levels = [...item.levels].sort((a, b) => (a.location < b.location ? -1 : 1));
  const usual = locationOf(store);
  const target = place ?? (levels.some(({ location }) => location === usual) ? usual : (levels[0]?.location ?? usual));
  if (target === null)
    return refuse("invalid_request", OPERATION, "no stock location holds the variant: set stock_location");
  let left = Number(value);
  const writes: Write[] = [];
  const set = (location: string, quantity: number) => {
    const level = item.levels.find((each) => each.location === location);
    const stocked = quantity * item.required + (level?.reserved ?? 0);
    writes.push({ inventory_item_id: item.id, location_id: location, stocked_quantity: stocked, isNew: !level });
  };
  for (const level of place === null ? levels.filter(({ location }) => location !== target) : []) {
    const kept = Math.min(Math.max(0, sellable(level, item)), left);
    if (kept !== sellable(level, item)) set(level.location, kept);
    left -= kept;
  }
  set(target, left);
  return writes;
}

/** One call, all or nothing. Throws where the answer does not confirm each level. */
async function write(shop: Shop, writes: readonly Write[]): Promise<void> {
  const rows = (isNew: boolean) => writes.filter((each) => each.isNew === isNew).map(({ isNew: _, ...row }) => row);
  const body = { create: rows(true), update: rows(false), delete: [] };
  const path = "/admin/inventory-items/location-levels/batch";
  const answer = read(await shop.post({ operation: OPERATION, path, body, effect: "keyed-write" }));
  const written = answer.list("created", "updated");
  const isConfirmed = ({ inventory_item_id, location_id, stocked_quantity }: Write) =>
    written.some(
      (level) =>
        level.text("inventory_item_id") === inventory_item_id &&
        level.text("location_id") === location_id &&
        whole(level, "stocked_quantity") === stocked_quantity,
    );
  if (!writes.every(isConfirmed)) throw OUTCOMES.unconfirmed(OPERATION);
}
