import {
  exampleLine,
  exampleListing,
  exampleOrder,
  ingestExamples,
  listingDocument,
  orderDocument,
} from "../support/example.ts";
import { givenApi } from "./given-api.ts";

/** SKU-1 with one offer in a live store; `order` saves an order of it. */
export async function givenStock() {
  const api = await givenApi();
  const store = await api.store();
  const key = await api.key("operator");
  await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "SKU-1" }] } });
  await ingestExamples(api.engine, store, "listings", [listingDocument(exampleListing())]);
  const order = (externalId: string, quantity: number, placedAt: Date, shipped = false) =>
    ingestExamples(api.engine, store, "orders", [
      orderDocument(
        exampleOrder({
          externalId,
          placedAt,
          status: shipped ? "shipped" : "awaiting_shipment",
          lines: [
            exampleLine({
              quantity,
              shippedQuantity: shipped ? quantity : 0,
              fulfilmentStatus: shipped ? "fulfilled" : "unfulfilled",
            }),
          ],
        }),
      ),
    ]);
  const count = (quantity: number, basis: "physical" | "available", countedAt?: Date) =>
    api.send(key, "PUT /v1/stock", {
      body: { counts: [{ sku: "SKU-1", quantity, basis, ...(countedAt ? { counted_at: countedAt } : {}) }] },
    });
  const level = async () => {
    const [row] = (await api.send(key, "GET /v1/stock?sku=SKU-1")).body.data;
    return row && { on_hand: row.on_hand, reserved: row.reserved, available: row.available };
  };
  const desired = async () =>
    (await api.send(key, "GET /v1/offers?sku=SKU-1")).body.data.map((offer: { desired: number }) => offer.desired);
  const move = (row: object) =>
    api.send(key, "POST /v1/stock/movements", { body: { movements: [{ sku: "SKU-1", ...row }] } });
  return { api, store, key, order, count, level, desired, move };
}
