/**
 * Orders that were split. The parts of one carry its goods and its money, while it stays in the lists with nothing of its own
 * that says so, and may change there once more. So each part brings a document of its parent, newer than any other of it.
 */
import type { RawDocument } from "../../../core/adapter.ts";
import { type Unified, unified } from "../../../core/model/records.ts";
import { ORDER } from "../schemas.ts";

const FORM = "split-order@2.0";
/** What is read of the parent later is older than this, and so is news to nobody. */
const LAST = new Date("9999-12-31T00:00:00Z");
const ORDINARY = "0";
const LINKS = ORDER.pick({ orderId: true, returnOrder: true, directParentOrderId: true, parentOrderId: true });

/** The nearest parent and the first; none of re-shipments and exchanges, which split nothing. */
function parentsOf({ payload }: RawDocument): string[] {
  const found = LINKS.safeParse(payload);
  if (!found.success || (found.data.returnOrder ?? ORDINARY) !== ORDINARY) return [];
  const { orderId, directParentOrderId, parentOrderId } = found.data;
  return [directParentOrderId, parentOrderId].flatMap((id) => (id !== null && id !== orderId ? [id] : []));
}

/** Orders, and after them the ends of those that they are parts of. */
export function withParents(orders: readonly RawDocument[]): RawDocument[] {
  const parents = new Set(orders.flatMap(parentsOf));
  return [
    ...orders,
    ...[...parents].map((orderId) => ({
      externalId: orderId,
      sourceUpdatedAt: LAST,
      sourceVersion: null,
      form: FORM,
      payload: { orderId, isSplit: true },
    })),
  ];
}

export const isSplit = ({ form }: RawDocument): boolean => form === FORM;

/** A split order is none any more. */
export const toEnd = ({ externalId }: RawDocument): Unified =>
  unified({ deleted: [{ resource: "orders", externalId }] });
