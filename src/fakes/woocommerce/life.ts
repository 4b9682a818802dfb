/** The store's own life: buyers order, pay and change their minds; the owner ships, refunds, counts and reprices. */

import type { Cause, SaleRequest, SaleResult } from "../fake.ts";
import { makePrice } from "./catalogue.ts";
import { addFulfillment, unassigned } from "./fulfillments.ts";
import { formatMicros, toMicros } from "./money.ts";
import { addNote } from "./notes.ts";
import { type NewLine, type NewOrder, placeOrder } from "./order-new.ts";
import { completePayment, setStatus, trashOrder } from "./order-status.ts";
import { makeAddress, makeRemark, shippingFor } from "./people.ts";
import { runScheduledSales, updateProduct } from "./product-write.ts";
import { itemOfLine, makeRefund, refundRest } from "./refunds.ts";
import { setStock, shownStock } from "./stock.ts";
import { bagOf, changeOrder, log, type Store } from "./store.ts";
import type { Order, Product } from "./types.ts";

const TITLES: Readonly<Record<string, string>> = {
  stripe: "Credit Card",
  "ppcp-gateway": "PayPal",
  woocommerce_payments: "WooPayments",
  bacs: "Direct bank transfer",
  cod: "Cash on delivery",
  cheque: "Cheque",
};

const PAYMENT_WEIGHTS = { stripe: 50, "ppcp-gateway": 20, woocommerce_payments: 5, bacs: 12, cod: 10, cheque: 3 };

const ACT_WEIGHTS = {
  buy: 40,
  pay: 12,
  ship: 22,
  cancel: 5,
  refundPart: 4,
  refundAll: 2,
  editAddress: 4,
  reprice: 3,
  recount: 4,
  note: 2,
  trash: 1,
  draft: 1,
};

/** Lives one act; an act that finds nothing to do becomes a purchase. */
export function liveOnce(store: Store): void {
  runScheduledSales(store);
  if (!act(store, store.random.weighted(ACT_WEIGHTS))) buy(store);
}

/** A buyer fills a basket and orders; null when everything is sold out. */
export function buy(store: Store, extra: readonly NewLine[] = []): Order | null {
  const { random } = store;
  const lines = [...extra];
  const wanted = random.weighted({ one: 60, two: 28, three: 12 });
  for (let count = { one: 1, two: 2, three: 3 }[wanted]; count > 0; count -= 1) {
    const line = pickGoods(store);
    if (line !== null && !lines.some((other) => other.productId === line.productId)) lines.push(line);
  }
  if (lines.length === 0) return null;
  const method = random.weighted(PAYMENT_WEIGHTS);
  return placeOrder(store, checkout(store, lines, method, statusAfterCheckout(store, method)), "buyer");
}

/** One sale of a named SKU, as a test orders it. */
export function sell(store: Store, sale: SaleRequest): SaleResult {
  const product = store.products.get(store.skus.get(sale.sku) ?? 0);
  if (product === undefined) return { sold: false, reason: "unknown_sku", shown: null };
  const shown = shownStock(store, product);
  if (product.status !== "publish" || product.type === "variable") {
    return { sold: false, reason: "not_for_sale", shown };
  }
  const quantity = sale.quantity ?? 1;
  if (sale.force !== true && !isAvailable(store, product, quantity))
    return { sold: false, reason: "out_of_stock", shown };
  const order = placeOrder(store, checkout(store, [{ ...idsOf(product), quantity }], "stripe", "processing"), "buyer");
  return { sold: true, orderId: String(order.id), shown };
}

/** True when the store lets a buyer take that many. */
export function isAvailable(store: Store, product: Product, quantity: number): boolean {
  const shown = shownStock(store, product);
  if (shown === null) return product.stockStatus !== "outofstock";
  return shown >= quantity || product.backorders !== "no";
}

/** Sends what of an order is still to be sent, whole or in part, with or without a record of it. */
export function ship(store: Store, order: Order, by: Cause = "owner"): void {
  const { random } = store;
  const open = order.lines.map((line) => ({ item_id: line.id, qty: unassigned(order, line.id) }));
  const rest = open.filter((item) => item.qty > 0);
  if (store.hasFulfillments && random.chance(0.5) && rest.length > 0) {
    const isPart = rest.length > 1 && random.chance(0.3);
    const number = `1Z999AA1${random.hex(10).toUpperCase()}`;
    const meta = [
      { key: "_tracking_number", value: number },
      { key: "_shipment_provider", value: "ups" },
      { key: "_tracking_url", value: `https://www.ups.com/track?tracknum=${number}` },
      { key: "_items", value: isPart ? rest.slice(0, 1) : rest },
    ];
    addFulfillment(store, order, "fulfilled", meta, by);
    if (isPart || random.chance(0.15)) return;
  }
  setStatus(store, order, "completed", by);
}

/** Pays back some units of a line, or a bare amount. */
export function refundPart(store: Store, order: Order, by: Cause = "owner"): void {
  const { random } = store;
  const line = random.pick(order.lines);
  const viaGateway = order.paymentMethod === "stripe" && random.chance(0.7);
  const facts = { restock: random.chance(0.6), viaGateway, by };
  if (line.quantity > 0 && random.chance(0.75)) {
    const quantity = random.int(1, line.quantity);
    makeRefund(store, order, { reason: "damaged", items: [itemOfLine(store, line, quantity)], ...facts });
  } else {
    const amount = toMicros(formatMicros(Math.round(order.totals.total / 20), store.decimals));
    makeRefund(store, order, { amount, reason: "goodwill", items: [], ...facts });
  }
}

function act(store: Store, name: keyof typeof ACT_WEIGHTS): boolean {
  switch (name) {
    case "buy":
      return buy(store) !== null;
    case "pay":
      return withOrder(store, ["pending", "on-hold", "failed"], (order) => completePayment(store, order, "buyer"));
    case "ship":
      return withOrder(store, ["processing"], (order) => ship(store, order));
    case "cancel":
      return withOrder(store, ["pending", "on-hold", "processing"], (order) =>
        setStatus(store, order, "cancelled", "owner"),
      );
    case "refundPart":
      return withOrder(store, ["completed", "processing"], (order) => refundPart(store, order));
    case "refundAll":
      return withOrder(store, ["completed", "processing"], (order) => refundAll(store, order));
    case "editAddress":
      return withOrder(store, ["pending", "on-hold", "processing"], (order) => editAddress(store, order));
    case "note":
      return withOrder(store, ["processing", "completed"], (order) => {
        addNote(store, order, "Zzbuyer called about the delivery", false, "admin");
      });
    case "trash":
      return withOrder(store, ["cancelled", "failed"], (order) => trashOrder(store, order, "owner"));
    case "draft":
      return draft(store);
    default:
      return tendGoods(store, name);
  }
}

function tendGoods(store: Store, name: "reprice" | "recount"): boolean {
  const goods = forSale(store);
  if (goods.length === 0) return false;
  const product = store.random.pick(goods);
  if (name === "recount") {
    if (!product.managesStock) return false;
    setStock(store, product, store.random.int(0, 80), "owner");
    return true;
  }
  const price = makePrice(store, store.random);
  const sale = store.random.chance(0.3) ? formatMicros(Math.round(toMicros(price) * 0.9), store.decimals) : "";
  updateProduct(store, product, { regular_price: price, sale_price: sale }, "owner");
  return true;
}

function refundAll(store: Store, order: Order): void {
  if (store.random.chance(0.5)) {
    setStatus(store, order, "refunded", "owner");
    refundRest(store, order, "owner");
    return;
  }
  const items = order.lines.filter((line) => line.quantity > 0).map((line) => itemOfLine(store, line, line.quantity));
  const amount = order.totals.total - order.refunds.reduce((sum, refund) => sum + refund.amount, 0);
  if (amount <= 0) return;
  makeRefund(store, order, { amount, reason: "returned", items, restock: true, viaGateway: false, by: "owner" });
}

function editAddress(store: Store, order: Order): void {
  changeOrder(store, order, () => {
    const street = `${store.random.int(1, 250)} Zzstreet (new)`;
    if (order.shipping.country === "") order.billing = { ...order.billing, address_1: street };
    else order.shipping = { ...order.shipping, address_1: street };
  });
  log(store, { kind: "order_changed", orderId: String(order.id), what: "address", by: "buyer" });
  store.announce("order", order.id, "updated");
}

/** A basket that may never become an order, or one that does now. */
function draft(store: Store): boolean {
  const found = withOrder(store, ["checkout-draft"], (order) => setStatus(store, order, "processing", "buyer"));
  return (found && store.random.chance(0.5)) || fillBasket(store);
}

/** A basket left at the checkout. */
export function fillBasket(store: Store): boolean {
  const line = pickGoods(store);
  if (line === null) return false;
  placeOrder(store, checkout(store, [line], "stripe", "checkout-draft"), "buyer");
  return true;
}

function withOrder(store: Store, statuses: readonly string[], change: (order: Order) => void): boolean {
  const bag = bagOf(store, store.random.pick(statuses));
  if (bag.size === 0) return false;
  const order = store.orders.get(bag.at(store.random.int(0, bag.size - 1)) ?? 0);
  if (order === undefined || order.lines.length === 0) return false;
  change(order);
  return true;
}

function pickGoods(store: Store): NewLine | null {
  const goods = forSale(store);
  for (let attempt = 0; attempt < 5 && goods.length > 0; attempt += 1) {
    const product = store.random.pick(goods);
    const quantity = store.random.chance(0.8) ? 1 : store.random.int(2, 4);
    if (isAvailable(store, product, quantity)) return { ...idsOf(product), quantity };
  }
  return null;
}

function forSale(store: Store): readonly Product[] {
  store.shelf ??= store.productsByCreated.rows.filter(
    (product) => product.status === "publish" && product.type !== "variable" && product.price !== "",
  );
  return store.shelf;
}

function idsOf(product: Product): { productId: number; variationId: number } {
  if (product.type !== "variation") return { productId: product.id, variationId: 0 };
  return { productId: product.parentId, variationId: product.id };
}

function statusAfterCheckout(store: Store, method: string): string {
  if (method === "bacs" || method === "cheque") return "on-hold";
  if (method === "cod") return "processing";
  return store.random.weighted({ processing: 92, pending: 4, failed: 4 });
}

function checkout(store: Store, lines: readonly NewLine[], method: string, status: string): NewOrder {
  const { random } = store;
  const billing = makeAddress(random);
  const flat = formatMicros((store.decimals === 0 ? 500 : 5) * 1_000_000, store.decimals);
  const isOther = store.otherCurrencies.length > 0 && random.chance(0.1);
  const isTaxInside = store.pricesIncludeTax === "mixed" ? random.chance(0.5) : store.pricesIncludeTax;
  const isPaid = status === "processing" && method !== "cod";
  const order: NewOrder = {
    status,
    billing,
    shipping: shippingFor(random, billing),
    paymentMethod: method,
    paymentTitle: TITLES[method] ?? method,
    transactionId: isPaid ? `ch_fake_${random.hex(12)}` : "",
    customerNote: makeRemark(random),
    customerId: random.chance(0.3) ? random.int(2, 400) : 0,
    createdVia: random.chance(0.5) ? "checkout" : "store-api",
    ip: `203.0.113.${random.int(1, 254)}`,
    agent: "Mozilla/5.0 (Zzbuyer)",
    pricesIncludeTax: isTaxInside,
    lines,
    shippingLines: random.chance(0.85) ? [{ methodId: "flat_rate", methodTitle: "Flat rate", total: flat }] : [],
    feeLines: random.chance(0.1) ? [{ name: "Gift wrap", total: flat, isTaxable: random.chance(0.5) }] : [],
    couponCodes: random.chance(0.15) ? [random.pick(["ten", "five-off"])] : [],
    meta: oddMeta(store, method, isPaid),
  };
  return isOther ? { ...order, currency: random.pick(store.otherCurrencies) } : order;
}

/** What plugins leave behind: values of any type, and the gateway's fee. */
function oddMeta(store: Store, method: string, isPaid: boolean): { key: string; value: unknown }[] {
  const { random } = store;
  const meta: { key: string; value: unknown }[] = [
    { key: "_wc_order_attribution_source_type", value: random.pick(["typein", "organic", "utm"]) },
  ];
  if (method === "stripe" && isPaid) {
    meta.push({ key: "_stripe_fee", value: formatMicros(random.int(30, 400) * 10_000, 2) });
    meta.push({ key: "_stripe_currency", value: store.currency });
  }
  if (random.chance(0.08)) meta.push({ key: "_plugin_state", value: random.pick([[], { a: 1 }, 7, "", false]) });
  return meta;
}

/** How many acts fit into a time; at least one. */
export function actsIn(ms: number): number {
  return Math.max(1, Math.round(ms / 60_000));
}
