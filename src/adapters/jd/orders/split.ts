/**
 * Orders that were split. The parts of one carry its goods and its money, while it stays in the lists with nothing of its own
 * that says so. A part names its parent; where the parent itself bears that out, a document newer than any other of it says
 * that it has ended. What is named wrongly, or was never seen, stays what it is: an order that was paid is not hidden.
 */
import type { RawDocument, RecordKey, Reference } from "../../../core/adapter.ts";
import { type Unified, unified } from "../../../core/model/records.ts";
import { ORDER } from "../schemas.ts";
import type { System } from "./read.ts";

const FORM = "split-order@2.0";
/** A parent that was looked for is not looked for again until something else is read of it. */
const SEEN = "looked for by its parts";
const NEVER = new Date(0);
/** What is read of the parent later is older than this, and so is news to nobody. */
const LAST = new Date("9999-12-31T00:00:00Z");
const ORDINARY = "0";
const CLAIM = ORDER.pick({
  orderId: true,
  returnOrder: true,
  directParentOrderId: true,
  parentOrderId: true,
  itemInfoList: true,
  open_id_buyer: true,
});
type Maps = (raw: RawDocument) => boolean;

const claimOf = ({ payload }: RawDocument) => CLAIM.safeParse(payload).data;

/** The nearest parent and the first; none of re-shipments and exchanges, which split nothing. */
function parentsOf(raw: RawDocument): string[] {
  const claim = claimOf(raw);
  if (!claim || (claim.returnOrder ?? ORDINARY) !== ORDINARY) return [];
  const { orderId, directParentOrderId, parentOrderId } = claim;
  return [directParentOrderId, parentOrderId].flatMap((id) => (id !== null && id !== orderId ? [id] : []));
}

/** Units of each SKU. */
function goodsOf(items: NonNullable<ReturnType<typeof claimOf>>["itemInfoList"]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { skuId, itemTotal, num } of items)
    units.set(skuId ?? "", (units.get(skuId ?? "") ?? 0) + (itemTotal ?? num ?? 0));
  return units;
}

/** The parent holds the part's goods, is its buyer's as far as both say whose they are, and is no part of the part. */
function isPartOf(part: RawDocument, parent: RawDocument): boolean {
  const [own, whole] = [claimOf(part), claimOf(parent)];
  if (!own || !whole || !parentsOf(part).includes(parent.externalId)) return false;
  if (parentsOf(parent).includes(part.externalId)) return false;
  if (own.open_id_buyer !== null && whole.open_id_buyer !== null && own.open_id_buyer !== whole.open_id_buyer)
    return false;
  const [goods, all] = [goodsOf(own.itemInfoList), goodsOf(whole.itemInfoList)];
  return goods.size > 0 && [...goods].every(([sku, units]) => units <= (all.get(sku) ?? 0));
}

/** The parent's end, if one of these is a part of it that becomes a record: its goods are then held there. */
export const endBy = (parts: readonly RawDocument[], parent: RawDocument, maps: Maps): RawDocument | null =>
  parts.some((part) => isPartOf(part, parent) && maps(part)) ? lookedFor(parent.externalId, true) : null;

/** A parent that was looked for; one that was not found ends nothing, and whatever is read of it later counts. */
export const lookedFor = (orderId: string, isSplit: boolean): RawDocument => ({
  externalId: orderId,
  sourceUpdatedAt: isSplit ? LAST : NEVER,
  sourceVersion: SEEN,
  form: FORM,
  payload: { orderId, isSplit },
});

/** Orders read together, the ends of those whose parts are among them, and references to parents that are not. */
export function withParents(
  orders: readonly RawDocument[],
  system: System,
  maps: Maps,
): { documents: RawDocument[]; references: Reference[] } {
  const parts = new Map<string, RawDocument[]>();
  for (const order of orders)
    for (const parent of parentsOf(order)) parts.set(parent, [...(parts.get(parent) ?? []), order]);
  const byId = new Map(orders.map((order) => [order.externalId, order]));
  const found = [...parts].map(([id, own]) => ({ id, own, parent: byId.get(id) }));
  return {
    documents: [...orders, ...found.flatMap(({ own, parent }) => (parent ? (endBy(own, parent, maps) ?? []) : []))],
    references: found.flatMap(({ id, own, parent }) =>
      parent
        ? []
        : {
            externalId: id,
            key: { system, parts: own.map(({ externalId }) => externalId).join(",") },
            sourceUpdatedAt: null,
            sourceVersion: SEEN,
          },
    ),
  };
}

/** The parts that name an order as their parent, where it is asked for because of them. */
export const partsIn = ({ key }: RecordKey): string[] | null => key?.parts?.split(",") ?? null;

export const isLookedFor = ({ form }: RawDocument): boolean => form === FORM;

/** A split order is none any more. */
export const toEnd = ({ externalId, sourceUpdatedAt }: RawDocument): Unified =>
  unified(sourceUpdatedAt?.getTime() === LAST.getTime() ? { deleted: [{ resource: "orders", externalId }] } : {});
