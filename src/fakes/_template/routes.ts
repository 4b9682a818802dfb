/** The endpoints of orders, listings, stock, prices, parcels, cases and reports. What a request lacks or has too much is refused. */
import { z } from "zod";
import { type Order, openUnits, refundedOf, type Store, shownOf, toCents } from "./store.ts";
import { Refusal } from "./wire.ts";

export interface Route {
  operation: string;
  method: "GET" | "POST";
  path: string;
  /** Needs no token. */
  isOpen?: boolean;
  run(call: { body: unknown; query: Record<string, string> }): unknown;
}

const ID = z.string().min(1);
const IDS = z.array(ID).max(20);
const LIST = z.strictObject({
  changed_from: z.iso.datetime(),
  changed_to: z.iso.datetime(),
  by: z.enum(["changed", "created"]).default("changed"),
  limit: z.coerce.number().int().min(1).max(50),
  page_token: z.string().optional(),
});
const MAKE_MS = 60_000;

export function createRoutes(store: Store, limits: { mostPerWindow: number; feedMs: number }): Route[] {
  const order = (id: string): Order => found(store.orders.get(id), "ORDER_NOT_FOUND");

  /** Rows of a window in the order of their time; a token names the last row that was given. */
  const page = <T extends { id: string }>(
    rows: readonly T[],
    timeOf: (row: T) => string,
    input: z.infer<typeof LIST>,
  ) => {
    const inside = rows
      .filter((row) => timeOf(row) >= iso(input.changed_from) && timeOf(row) <= iso(input.changed_to))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    function keyOf(row: T): string {
      return `${timeOf(row)}|${row.id}`;
    }
    if (inside.length > limits.mostPerWindow)
      throw new Refusal("WINDOW_TOO_FULL", `more than ${limits.mostPerWindow} records`);
    const after = input.page_token === undefined ? "" : Buffer.from(input.page_token, "base64url").toString();
    if (input.page_token !== undefined && !/^\d{4}-.*\|\d+$/.test(after))
      throw new Refusal("PAGE_TOKEN_INVALID", "the token has lapsed");
    const rest = inside.filter((row) => keyOf(row) > after);
    const part = rest.slice(0, input.limit);
    const last = part.at(-1);
    return {
      part,
      next: rest.length > part.length && last ? Buffer.from(keyOf(last)).toString("base64url") : null,
      total: inside.length,
    };
  };
  const reference = (row: { id: string; version: string; changed_at: string }) => ({
    id: row.id,
    version: row.version,
    changed_at: row.changed_at,
  });

  return [
    {
      operation: "orders.list",
      method: "GET",
      path: "/v1/orders",
      run: ({ query }) => {
        const input = LIST.parse(query);
        const { part, next, total } = page(
          [...store.orders.values()],
          (row) => (input.by === "created" ? row.placed_at : row.changed_at),
          input,
        );
        return { rows: part.map(reference), next, total };
      },
    },
    {
      operation: "orders.get",
      method: "POST",
      path: "/v1/orders/get",
      run: ({ body }) => {
        const { ids } = z.strictObject({ ids: IDS }).parse(body);
        return {
          found: ids.flatMap((id) => store.orders.get(id) ?? []),
          archived: ids.filter((id) => id.startsWith("1000")),
        };
      },
    },
    {
      operation: "orders.memo",
      method: "POST",
      path: "/v1/orders/memo",
      run: ({ body }) => {
        const input = z.strictObject({ order_id: ID, memo: z.string(), flag: z.string().nullable() }).parse(body);
        const found = order(input.order_id);
        if (found.memo !== input.memo || found.flag !== input.flag) {
          Object.assign(found, { memo: input.memo, flag: input.flag });
          store.changed(found, "memo", "api");
        }
        return { id: found.id, state: found.state };
      },
    },
    {
      operation: "orders.acknowledge",
      method: "POST",
      path: "/v1/orders/acknowledge",
      run: ({ body }) => {
        const found = order(z.strictObject({ order_id: ID }).parse(body).order_id);
        return { id: found.id, state: found.state };
      },
    },
    {
      operation: "orders.cancel",
      method: "POST",
      path: "/v1/orders/cancel",
      run: ({ body }) => {
        const found = order(z.strictObject({ order_id: ID, reason: z.string().nullable() }).parse(body).order_id);
        if (found.state === "CANCELLED") return { id: found.id, state: "CANCELLED" };
        if (found.state !== "READY") throw new Refusal("WRONG_STATE", `the order is ${found.state}`);
        store.later(MAKE_MS, () => {
          if (found.state !== "READY") return;
          found.state = "CANCELLED";
          for (const line of found.lines) Object.assign(line, { cancelled: line.quantity });
          store.changed(found, "cancelled", "api");
        });
        return { id: found.id, state: "ASKED" };
      },
    },
    {
      operation: "orders.cancellation",
      method: "GET",
      path: "/v1/orders/cancellation",
      run: ({ query }) => {
        const found = order(query.order_id ?? "");
        return { id: found.id, state: found.state === "CANCELLED" ? "CANCELLED" : "ASKED" };
      },
    },
    {
      operation: "orders.refund",
      method: "POST",
      path: "/v1/refunds",
      run: ({ body }) => {
        const input = z
          .strictObject({
            order_id: ID,
            amount: z.string(),
            currency: z.string(),
            reason: z.string().nullable(),
            reference: z.string(),
          })
          .parse(body);
        const found = order(input.order_id);
        if (input.currency !== found.currency) throw new Refusal("INVALID_ARGUMENT", "the currency is not the order's");
        if (toCents(input.amount) + refundedOf(found) > toCents(found.total))
          throw new Refusal("INVALID_ARGUMENT", "more than was paid");
        return { id: store.refund(found, input.amount, input.reference, "api"), state: "MADE" };
      },
    },
    ...listingRoutes(store, page),
    ...pushRoutes(store, limits),
    ...parcelRoutes(store, order),
    ...caseRoutes(store, page),
    ...reportRoutes(store),
  ];
}

type PageOf = <T extends { id: string }>(
  rows: readonly T[],
  timeOf: (row: T) => string,
  input: z.infer<typeof LIST>,
) => { part: T[]; next: string | null; total: number };

function listingRoutes(store: Store, page: PageOf): Route[] {
  const all = { changed_from: "1970-01-01T00:00:00Z", changed_to: "9999-01-01T00:00:00Z" };
  return [
    {
      operation: "listings.list",
      method: "GET",
      path: "/v1/listings",
      run: ({ query }) => {
        const { part, next, total } = page(
          [...store.listings.values()],
          (row) => row.changed_at,
          LIST.parse(query.changed_from ? query : { ...all, ...query }),
        );
        return { rows: part, next, total };
      },
    },
    {
      operation: "listings.get",
      method: "POST",
      path: "/v1/listings/get",
      run: ({ body }) => ({
        found: z
          .strictObject({ ids: IDS })
          .parse(body)
          .ids.flatMap((id) => store.listings.get(id) ?? []),
      }),
    },
    {
      operation: "listings.state",
      method: "POST",
      path: "/v1/listings/state",
      run: ({ body }) => {
        const input = z.strictObject({ listing_id: ID, state: z.enum(["ON", "OFF"]) }).parse(body);
        const listing = found(store.listings.get(input.listing_id), "LISTING_NOT_FOUND");
        if (input.state === "ON" && listing.state === "OFF" && listing.terms) return { id: listing.id, state: "TERMS" };
        if (listing.state !== input.state) {
          listing.state = input.state;
          store.touch(listing);
        }
        return { id: listing.id, state: listing.state };
      },
    },
  ];
}

function pushRoutes(store: Store, limits: { feedMs: number }): Route[] {
  const ITEM = z.strictObject({ ref: ID, offer_id: ID, place: ID });
  const SET = ITEM.extend({ batch: ID, quantity: z.int().min(0), if_quantity: z.int().nullable() });
  const PRICE = z.strictObject({
    ref: ID,
    offer_id: ID,
    price: z.string().regex(/^\d+(\.\d{1,2})?$/),
    currency: z.string().nullable(),
  });
  const feeds = new Map<string, { state: string; results: { ref: string; code: string; message: string | null }[] }>();
  const now = () => store.clock.now();
  const setQuantity = (item: z.infer<typeof SET>) => {
    const hit = store.findOffer((offer) => offer.id === item.offer_id);
    const level = hit?.offer.places.find((candidate) => candidate.place === item.place);
    if (!hit || !level) return { ref: item.ref, code: "OFFER_NOT_FOUND", message: "no such offer at this place" };
    if (hit.offer.batch !== item.batch) return { ref: item.ref, code: "INVALID_ARGUMENT", message: "wrong batch" };
    if (item.if_quantity !== null && item.if_quantity !== level.quantity && level.quantity !== item.quantity)
      return { ref: item.ref, code: "STALE_VERSION", message: `the quantity is ${level.quantity}` };
    level.quantity = item.quantity;
    store.touch(hit.listing);
    store.bookkeeper.append(now(), {
      kind: "stock_set",
      variantId: hit.offer.id,
      quantity: shownOf(hit.offer),
      by: "api",
    });
    return { ref: item.ref, code: "OK", message: null };
  };
  return [
    {
      operation: "stock.set",
      method: "POST",
      path: "/v1/stock",
      run: ({ body }) => {
        const { items } = z.strictObject({ items: z.array(SET).min(1).max(20) }).parse(body);
        if (new Set(items.map((item) => item.place)).size > 1)
          throw new Refusal("INVALID_ARGUMENT", "one place a call");
        return { results: items.map(setQuantity) };
      },
    },
    {
      operation: "stock.feed",
      method: "POST",
      path: "/v1/stock-feeds",
      run: ({ body }) => {
        const { items } = z.strictObject({ items: z.array(SET).min(1).max(20) }).parse(body);
        const id = store.newId();
        feeds.set(id, { state: "MAKING", results: [] });
        store.later(limits.feedMs, () => feeds.set(id, { state: "DONE", results: items.map(setQuantity) }));
        return { id, state: "MAKING" };
      },
    },
    {
      operation: "stock.check",
      method: "GET",
      path: "/v1/stock-feeds",
      run: ({ query }) => ({ id: query.id, ...found(feeds.get(query.id ?? ""), "FEED_NOT_FOUND") }),
    },
    {
      operation: "stock.get",
      method: "POST",
      path: "/v1/stock/get",
      run: ({ body }) => {
        const { items } = z.strictObject({ items: z.array(ITEM) }).parse(body);
        return {
          results: items.flatMap((item) => {
            const level = store
              .findOffer((offer) => offer.id === item.offer_id)
              ?.offer.places.find((candidate) => candidate.place === item.place);
            return level ? [{ ref: item.ref, quantity: level.quantity }] : [];
          }),
        };
      },
    },
    {
      operation: "prices.set",
      method: "POST",
      path: "/v1/price-feeds",
      run: ({ body }) => {
        const { items } = z.strictObject({ items: z.array(PRICE).min(1).max(100) }).parse(body);
        const id = store.newId();
        feeds.set(id, { state: "MAKING", results: [] });
        store.later(MAKE_MS, () => {
          const results = items.map((item) => {
            const hit = store.findOffer((offer) => offer.id === item.offer_id);
            if (!hit) return { ref: item.ref, code: "OFFER_NOT_FOUND", message: "no such offer" };
            if (item.currency !== null && item.currency !== hit.listing.currency)
              return { ref: item.ref, code: "INVALID_ARGUMENT", message: "another currency" };
            hit.offer.price = Number(item.price).toFixed(2);
            store.touch(hit.listing);
            store.bookkeeper.append(now(), {
              kind: "price_set",
              variantId: hit.offer.id,
              price: hit.offer.price,
              by: "api",
            });
            return { ref: item.ref, code: "OK", message: null };
          });
          feeds.set(id, { state: "DONE", results });
        });
        return { id, state: "MAKING" };
      },
    },
    {
      operation: "prices.check",
      method: "GET",
      path: "/v1/price-feeds",
      run: ({ query }) => ({ id: query.id, ...found(feeds.get(query.id ?? ""), "FEED_NOT_FOUND") }),
    },
  ];
}

function parcelRoutes(store: Store, order: (id: string) => Order): Route[] {
  const CARRIERS = [
    { code: "UPS", name: "UPS" },
    { code: "DHL_EXPRESS", name: "DHL Express" },
    { code: "SNAIL", name: "Snail Post" },
  ];
  const CARRIER = z.enum(["UPS", "DHL_EXPRESS", "SNAIL"]);
  const labels = new Map<string, { state: string; reference: string }>();
  const NEW = z.strictObject({
    order_id: ID,
    carrier: CARRIER,
    number: ID,
    url: z.string().nullable(),
    place: z.string().nullable(),
    lines: z.array(z.strictObject({ line_id: ID, quantity: z.int().positive() })),
    reference: ID,
  });
  return [
    { operation: "shipments.carriers", method: "GET", path: "/v1/carriers", run: () => ({ carriers: CARRIERS }) },
    {
      operation: "shipments.tracking",
      method: "POST",
      path: "/v1/tracking",
      run: ({ body }) => {
        const { ids } = z.strictObject({ ids: IDS }).parse(body);
        return {
          found: ids
            .flatMap((id) => store.orders.get(id) ?? [])
            .map((found) => ({ order_id: found.id, parcels: found.parcels })),
        };
      },
    },
    {
      operation: "shipments.confirm",
      method: "POST",
      path: "/v1/parcels",
      run: ({ body }) => {
        const { order_id, lines, ...input } = NEW.parse(body);
        const found = order(order_id);
        if (found.state !== "READY" && found.state !== "PART_SHIPPED")
          throw new Refusal("WRONG_STATE", `the order is ${found.state}`);
        const wanted =
          lines.length > 0
            ? lines
            : found.lines.map((line) => ({ line_id: line.id, quantity: openUnits(found, line) }));
        for (const { line_id, quantity } of wanted) {
          const line = found.lines.find((candidate) => candidate.id === line_id);
          if (!line) throw new Refusal("LINE_NOT_FOUND", `no line ${line_id}`);
          if (quantity > openUnits(found, line)) throw new Refusal("INVALID_ARGUMENT", "more than is open");
        }
        const { place: _, ...parcel } = input;
        return { id: store.ship(found, { ...parcel, lines: wanted }, "api").id, state: "MOVING" };
      },
    },
    {
      operation: "shipments.correct",
      method: "POST",
      path: "/v1/parcels/correct",
      run: ({ body }) => {
        const input = z
          .strictObject({ parcel_id: ID, carrier: CARRIER, number: ID, url: z.string().nullable() })
          .parse(body);
        for (const found of store.orders.values()) {
          const parcel = found.parcels.find((candidate) => candidate.id === input.parcel_id);
          if (!parcel) continue;
          if (parcel.number !== input.number || parcel.carrier !== input.carrier || parcel.url !== input.url) {
            Object.assign(parcel, { carrier: input.carrier, number: input.number, url: input.url });
            store.changed(found, "tracking", "api");
          }
          return { id: parcel.id, state: parcel.state };
        }
        throw new Refusal("PARCEL_NOT_FOUND", "no such parcel");
      },
    },
    {
      operation: "shipments.arrange",
      method: "POST",
      path: "/v1/labels",
      run: ({ body }) => {
        const input = z.strictObject({ order_id: ID, reference: ID }).parse(body);
        order(input.order_id);
        const known = [...labels].find(([, label]) => label.reference === input.reference);
        if (known) return { id: known[0], state: known[1].state };
        const id = store.newId();
        const label = { state: "MAKING", reference: input.reference };
        labels.set(id, label);
        store.later(MAKE_MS, () => {
          label.state = "MADE";
        });
        return { id, state: label.state };
      },
    },
    {
      operation: "shipments.label",
      method: "GET",
      path: "/v1/labels",
      run: ({ query }) => ({ id: query.id, state: found(labels.get(query.id ?? ""), "LABEL_NOT_FOUND").state }),
    },
  ];
}

function caseRoutes(store: Store, page: PageOf): Route[] {
  const one = (id: string) => found(store.cases.get(id), "CASE_NOT_FOUND");
  return [
    {
      operation: "disputes.list",
      method: "GET",
      path: "/v1/cases",
      run: ({ query }) => {
        const { part, next, total } = page([...store.cases.values()], (row) => row.changed_at, LIST.parse(query));
        return {
          rows: part.map(({ id, order_id, version, changed_at }) => ({ id, order_id, version, changed_at })),
          next,
          total,
        };
      },
    },
    {
      operation: "disputes.get",
      method: "POST",
      path: "/v1/cases/get",
      run: ({ body }) => {
        const { ids, orders } = z
          .strictObject({ ids: IDS, orders: z.array(z.string().nullable()).optional() })
          .parse(body);
        return {
          found: ids
            .flatMap((id) => store.cases.get(id) ?? [])
            .filter((item) => !orders || orders.includes(item.order_id)),
        };
      },
    },
    {
      operation: "disputes.decide",
      method: "POST",
      path: "/v1/cases/decide",
      run: ({ body }) => {
        const input = z
          .strictObject({
            case_id: ID,
            decision: z.enum(["accept", "refuse"]),
            reason: z.string().nullable(),
            version: z.string().nullable(),
          })
          .parse(body);
        const item = one(input.case_id);
        const state = input.decision === "accept" ? "REFUNDED" : "REFUSED";
        if (item.state === state) return { id: item.id, state };
        if (input.version !== item.version) throw new Refusal("STALE_VERSION", "the case has changed");
        if (item.state !== "WAIT_SELLER") throw new Refusal("WRONG_STATE", `the case is ${item.state}`);
        Object.assign(item, { state, closed_at: store.clock.now().toISOString() });
        store.touch(item);
        store.bookkeeper.append(store.clock.now(), {
          kind: "dispute_changed",
          disputeId: item.id,
          orderId: item.order_id,
          status: state,
          by: "api",
        });
        return { id: item.id, state };
      },
    },
    {
      operation: "disputes.message",
      method: "POST",
      path: "/v1/cases/message",
      run: ({ body }) => {
        const input = z.strictObject({ case_id: ID, text: ID, reference: ID }).parse(body);
        const item = one(input.case_id);
        item.messages.push({
          at: store.clock.now().toISOString(),
          by: "SELLER",
          text: input.text,
          reference: input.reference,
        });
        store.touch(item);
        store.bookkeeper.append(store.clock.now(), {
          kind: "dispute_changed",
          disputeId: item.id,
          orderId: item.order_id,
          status: item.state,
          by: "api",
        });
        return { id: item.id, state: item.state };
      },
    },
  ];
}

function reportRoutes(store: Store): Route[] {
  const reports = new Map<string, { state: string; from: string; to: string }>();
  const partsOf = ({ from, to }: { from: string; to: string }) =>
    store.parts.filter((part) => part.to >= from && part.to <= to);
  const one = (id: string | undefined) => found(reports.get(id ?? ""), "REPORT_NOT_FOUND");
  return [
    {
      operation: "settlements.order",
      method: "POST",
      path: "/v1/reports",
      run: ({ body }) => {
        const { from, to } = z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() }).parse(body);
        const id = store.newId();
        const report = { state: "MAKING", from: iso(from), to: iso(to) };
        reports.set(id, report);
        store.later(MAKE_MS, () => {
          report.state = "DONE";
          store.announce("report.ready", { run_id: id });
        });
        return { id, state: report.state, parts: 0 };
      },
    },
    {
      operation: "settlements.report",
      method: "GET",
      path: "/v1/reports",
      run: ({ query }) => {
        const report = one(query.id);
        return { id: query.id, state: report.state, parts: report.state === "DONE" ? partsOf(report).length : 0 };
      },
    },
    {
      operation: "settlements.part",
      method: "GET",
      path: "/v1/reports/part",
      run: ({ query }) => {
        const report = one(query.id);
        if (report.state !== "DONE") throw new Refusal("WRONG_STATE", "the report is being made");
        return found(partsOf(report)[Number(query.part)], "PART_NOT_FOUND");
      },
    },
    {
      operation: "settlements.get",
      method: "POST",
      path: "/v1/statements/get",
      run: ({ body }) => {
        const { ids } = z.strictObject({ ids: IDS }).parse(body);
        return { found: store.parts.filter((part) => ids.includes(`${part.statement_id}.${part.index}`)) };
      },
    },
  ];
}

function found<T>(value: T | undefined, code: string): T {
  if (value === undefined) throw new Refusal(code, "there is no such record");
  return value;
}

function iso(text: string): string {
  return new Date(text).toISOString();
}
