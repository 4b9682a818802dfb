/** Ids of rows, derived from the store and the platform's own ids: the same record has the same id wherever it is read. */
import { derivedId } from "../ids.ts";

export const orderId = (storeId: string, externalId: string) => derivedId(storeId, "orders", externalId);
export const variantId = (storeId: string, externalId: string) => derivedId(storeId, "listing_variants", externalId);
export const lineId = (storeId: string, orderExternalId: string, externalId: string) =>
  derivedId(storeId, "order_lines", `${orderExternalId}\u001f${externalId}`);
