/** Orders: list, read, create, change, batch, delete; their statuses and counts. */

import { runBatch } from "./batch.ts";
import { cutPage, listAnswer, listParams, type Page } from "./lists.ts";
import { removeOrder } from "./order-new.ts";
import { LISTABLE_STATUSES, STATUS_NAMES, trashOrder } from "./order-status.ts";
import { type Json, orderView } from "./order-view.ts";
import { checkOrderBody, createFromBody, updateFromBody } from "./order-write.ts";
import { flagOf, idsOf, isBefore, listOf, numberOf, readParams, textOf, timeOf, type Values } from "./params.ts";
import { type Answer, type Call, created, idOf, ok, type Route, route } from "./routing.ts";
import { bagOf, nowOf, type Store } from "./store.ts";
import type { Order } from "./types.ts";
import { WpError } from "./wp-error.ts";

const ORDERINGS = ["date", "id", "include", "title", "slug", "modified"];

/** The routes of orders; those that came with newer versions are absent from old stores. */
export function orderRoutes(store: Store): Route[] {
  const batch = { operation: "orders.batch", run: batchOrders };
  const routes = [
    route("/orders", {
      GET: { operation: "orders.list", run: listOrders },
      POST: { operation: "orders.create", run: createOrder },
    }),
    route("/orders/<id>", {
      GET: { operation: "orders.get", run: (call) => ok(view(call, findOrder(call.store, idOf(call)))) },
      PUT: { operation: "orders.update", run: updateOrder },
      DELETE: { operation: "orders.delete", run: deleteOrder },
    }),
    route("/orders/batch", { POST: batch, PUT: batch }),
    route("/reports/orders/totals", { GET: { operation: "reports.ordersTotals", run: totalsOfOrders } }),
  ];
  if (!isBefore(store.version, 9)) {
    const statuses = Object.entries(STATUS_NAMES).map(([slug, name]) => ({ slug, name }));
    routes.push(route("/orders/statuses", { GET: { operation: "orders.statuses", run: () => ok(statuses) } }));
  }
  return routes;
}

/** The order of an id; refuses as a read does. */
export function findOrder(store: Store, id: number): Order {
  const order = store.orders.get(id);
  if (order === undefined) throw new WpError("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", 404);
  return order;
}

/** The decimals of amounts: the `dp` parameter, or the store's setting. */
export function decimalsOfCall(call: Call): number {
  return numberOf(readParams(call.query, { dp: { type: "integer", min: 0 } }), "dp", call.store.decimals);
}

function view(call: Call, order: Order): Json {
  const json = orderView(call.store, order, decimalsOfCall(call));
  const values = readParams(call.query, { include_meta: { type: "textList" }, exclude_meta: { type: "textList" } });
  const wanted = listOf(values, "include_meta");
  const unwanted = listOf(values, "exclude_meta");
  if (wanted === undefined && unwanted === undefined) return json;
  const meta = (json.meta_data as Json[]).filter(({ key }) =>
    wanted === undefined ? !unwanted?.includes(String(key)) : wanted.includes(String(key)),
  );
  return { ...json, meta_data: meta };
}

function listOrders(call: Call): Answer {
  const values = listParams(call, ORDERINGS, {
    status: { type: "enumList", values: LISTABLE_STATUSES },
    customer: { type: "integer" },
    product: { type: "integer" },
    parent: { type: "idList" },
    created_via: { type: "textList" },
  });
  const page = selectOrders(call, values);
  const defaults: [string, string][] = [
    ["status[0]", "any"],
    ["dp", String(call.store.decimals)],
    ["context", "view"],
  ];
  return listAnswer(call, values, page, (order) => view(call, order), defaults);
}

function selectOrders(call: Call, values: Values): Page<Order> {
  const { store } = call;
  const time = (name: string): number | undefined => timeOf(values, name, store.zone, store.version);
  const orderby = call.query.get("orderby") ?? "date";
  const statuses = listOf(values, "status") ?? ["any"];
  const window = { after: time("after"), before: time("before") };
  const changes = { after: time("modified_after"), before: time("modified_before") };
  const include = idsOf(values, "include");
  if (orderby === "include" && include !== undefined) {
    const rows = [...include].map((id) => store.orders.get(id)).filter((order) => order !== undefined);
    const listed = rows.filter((order) => hasStatus(order, statuses)).reverse();
    return cutPage(listed, { start: 0, end: listed.length }, withoutOrder(values), null);
  }
  const isByChange = orderby === "modified";
  const isByTime = isByChange || orderby === "date";
  const index = isByChange ? store.byModified : orderby === "date" ? store.byCreated : store.byId;
  const tests: ((order: Order) => boolean)[] = [];
  if (!isByChange) tests.push(...within(changes, (order) => order.modified));
  if (isByChange || !isByTime) tests.push(...within(window, (order) => order.created));
  if (!statuses.includes("any")) tests.push((order) => statuses.includes(order.status));
  tests.push(...filters(call, values, isByChange || changes.after !== undefined));
  const matches = tests.length === 0 ? null : (order: Order): boolean => tests.every((test) => test(order));
  if (statuses.includes("trash")) {
    const stamp = (order: Order): number => (isByChange ? order.modified : isByTime ? order.created : order.id);
    const rows = [...index.rows, ...trashed(store)].sort((a, b) => stamp(a) - stamp(b) || a.id - b.id);
    const all = [...within(changes, (order) => order.modified), ...within(window, (order) => order.created)];
    const test = (order: Order): boolean => (matches?.(order) ?? true) && all.every((check) => check(order));
    return cutPage(rows, { start: 0, end: rows.length }, values, test);
  }
  const { after, before } = isByChange ? changes : window;
  const range = isByTime ? index.range(after, before) : { start: 0, end: index.rows.length };
  return cutPage(index.rows, range, values, matches);
}

function filters(call: Call, values: Values, isAboutChange: boolean): ((order: Order) => boolean)[] {
  const { store } = call;
  const tests: ((order: Order) => boolean)[] = [];
  const include = idsOf(values, "include");
  const exclude = idsOf(values, "exclude");
  const via = listOf(values, "created_via");
  const customer = values.get("customer");
  const product = values.get("product");
  const search = textOf(values, "search")?.toLowerCase();
  if (include !== undefined) tests.push((order) => include.has(order.id));
  if (exclude !== undefined) tests.push((order) => !exclude.has(order.id));
  if (via !== undefined) tests.push((order) => via.includes(order.createdVia));
  if (typeof customer === "number") tests.push((order) => order.customerId === customer);
  if (typeof product === "number") tests.push((order) => order.lines.some((line) => line.productId === product));
  if (listOf(values, "parent") !== undefined) tests.push(() => false);
  if (search !== undefined) tests.push((order) => searchText(order).includes(search));
  if (isAboutChange && store.hiddenFromChanges.size > 0) {
    const now = nowOf(store);
    tests.push((order) => (store.hiddenFromChanges.get(order.id) ?? 0) <= now);
  }
  return tests;
}

/** Both borders are left out: `after` means strictly later, in whole seconds. */
function within(
  window: { after: number | undefined; before: number | undefined },
  stamp: (order: Order) => number,
): ((order: Order) => boolean)[] {
  const { after, before } = window;
  const tests: ((order: Order) => boolean)[] = [];
  if (after !== undefined) tests.push((order) => stamp(order) > after);
  if (before !== undefined) tests.push((order) => stamp(order) < before);
  return tests;
}

function hasStatus(order: Order, statuses: readonly string[]): boolean {
  return statuses.includes(order.status) || (statuses.includes("any") && order.status !== "trash");
}

function withoutOrder(values: Values): Values {
  return new Map([...values].filter(([name]) => name !== "order"));
}

function trashed(store: Store): Order[] {
  const bag = bagOf(store, "trash");
  return Array.from({ length: bag.size }, (_, place) => store.orders.get(bag.at(place) ?? 0)).filter(
    (order) => order !== undefined,
  );
}

function searchText(order: Order): string {
  const { billing, shipping } = order;
  const names = [billing.first_name, billing.last_name, shipping.last_name, billing.email, billing.company];
  return [String(order.id), ...names, ...order.lines.map((line) => line.name)].join(" ").toLowerCase();
}

function createOrder(call: Call): Answer {
  checkOrderBody(call.body);
  if (call.body.id !== undefined) {
    throw new WpError("woocommerce_rest_shop_order_exists", "Cannot create existing shop_order.", 400);
  }
  const order = createFromBody(call.store, call.body);
  return created(call.store, view(call, order), `orders/${order.id}`);
}

function updateOrder(call: Call): Answer {
  checkOrderBody(call.body);
  const order = writable(call.store, idOf(call));
  updateFromBody(call.store, order, call.body);
  return ok(view(call, order));
}

function deleteOrder(call: Call): Answer {
  const order = findOrder(call.store, idOf(call));
  const isForced = flagOf(readParams(call.query, { force: { type: "boolean" } }), "force") === true;
  const json = view(call, order);
  if (!isForced && order.status === "trash") {
    throw new WpError("woocommerce_rest_already_trashed", "The shop_order has already been deleted.", 410);
  }
  if (isForced) removeOrder(call.store, order, "api");
  else trashOrder(call.store, order, "api");
  return ok(json);
}

function batchOrders(call: Call): Answer {
  const { store } = call;
  return runBatch(call, {
    create: (item) => view(call, createFromBody(store, item)),
    update: (id, item) => {
      const order = writable(store, id);
      updateFromBody(store, order, item);
      return view(call, order);
    },
    remove: (id) => {
      const order = findOrder(store, id);
      const json = view(call, order);
      removeOrder(store, order, "api");
      return json;
    },
  });
}

function writable(store: Store, id: number): Order {
  const order = store.orders.get(id);
  if (order === undefined) throw new WpError("woocommerce_rest_shop_order_invalid_id", "ID is invalid.", 400);
  return order;
}

function totalsOfOrders(call: Call): Answer {
  const count = (slug: string): number => bagOf(call.store, slug).size;
  return ok(Object.entries(STATUS_NAMES).map(([slug, name]) => ({ slug, name, total: count(slug) })));
}
