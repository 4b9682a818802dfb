/** What the owner does in the platform's own pages, by order id and SKU, for tests that tell a story. */

import { toMicros } from "./money.ts";
import { addNote } from "./notes.ts";
import { removeOrder } from "./order-new.ts";
import { setStatus, trashOrder, untrashOrder } from "./order-status.ts";
import type { Json } from "./order-view.ts";
import { removeProduct, trashProduct, updateProduct } from "./product-write.ts";
import { itemOfLine, makeRefund, refundRest } from "./refunds.ts";
import { setStock } from "./stock.ts";
import { changeOrder, log, type Store } from "./store.ts";
import type { Address, Order, Product } from "./types.ts";

export interface Owner {
  setStock(sku: string, quantity: number): void;
  /** Any fields of the product's API body. */
  editProduct(sku: string, body: Json): void;
  trashProduct(sku: string): void;
  removeProduct(sku: string): void;
  setOrderStatus(orderId: string, status: string): void;
  editShipping(orderId: string, change: Partial<Address>): void;
  addNote(orderId: string, note: string): void;
  /** By amount, or units of lines by position. Returns the refund's id. */
  refund(orderId: string, what: { amount?: string; units?: readonly number[]; restock?: boolean }): string;
  trashOrder(orderId: string): void;
  untrashOrder(orderId: string): void;
  removeOrder(orderId: string): void;
}

/** Creates the owner of a store; `after` runs behind each act. */
export function createOwner(store: Store, after: () => void): Owner {
  const order = (id: string): Order => {
    const found = store.orders.get(Number(id));
    if (found === undefined) throw new RangeError(`no order ${id} in the fake store`);
    return found;
  };
  const product = (sku: string): Product => {
    const found = store.products.get(store.skus.get(sku) ?? 0);
    if (found === undefined) throw new RangeError(`no product ${sku} in the fake store`);
    return found;
  };
  const act = (run: () => void): void => {
    run();
    after();
  };
  return {
    setStock: (sku, quantity) => act(() => setStock(store, product(sku), quantity, "owner")),
    editProduct: (sku, body) => act(() => updateProduct(store, product(sku), body, "owner")),
    trashProduct: (sku) => act(() => trashProduct(store, product(sku))),
    removeProduct: (sku) => act(() => removeProduct(store, product(sku))),
    setOrderStatus: (id, status) =>
      act(() => {
        setStatus(store, order(id), status, "owner");
        if (status === "refunded") refundRest(store, order(id), "owner");
      }),
    editShipping: (id, change) =>
      act(() => {
        const found = order(id);
        changeOrder(store, found, () => {
          found.shipping = { ...found.shipping, ...change };
        });
        log(store, { kind: "order_changed", orderId: id, what: "address", by: "owner" });
        store.announce("order", found.id, "updated");
      }),
    addNote: (id, note) => act(() => addNote(store, order(id), note, false, "admin")),
    refund(id, { amount, units = [], restock = false }) {
      const found = order(id);
      const items = found.lines
        .map((line, index) => ({ line, quantity: units[index] ?? 0 }))
        .filter(({ quantity }) => quantity > 0)
        .map(({ line, quantity }) => itemOfLine(store, line, quantity));
      const request = { reason: "by the owner", items, restock, viaGateway: false, by: "owner" as const };
      const refund = makeRefund(
        store,
        found,
        amount === undefined ? request : { ...request, amount: toMicros(amount) },
      );
      if (typeof refund === "string") throw new RangeError(refund);
      after();
      return String(refund.id);
    },
    trashOrder: (id) => act(() => trashOrder(store, order(id), "owner")),
    untrashOrder: (id) => act(() => untrashOrder(store, order(id), "owner")),
    removeOrder: (id) => act(() => removeOrder(store, order(id), "owner")),
  };
}
