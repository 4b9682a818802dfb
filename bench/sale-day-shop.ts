/**
 * A lean fake WooCommerce store: the wire form of the calls that a sale day makes, and nothing else. It counts each call
 * in sliding windows, shows what was set last less what it sold since, and keeps a record of both. The repository's own
 * fake checks far more, and would take most of the two cores at this pace.
 */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { phpDate, wireSale } from "./sale-day-wire.ts";
import { productId } from "./wire-orders.ts";

export interface ShopLog {
  /** Arrival of each call, in milliseconds. */
  calls: number[];
  /** Calls beyond the limit of a window that ended with them. */
  overLimit: number;
  /** Arrival, SKU, quantity: what was set. */
  sets: [at: number, sku: number, value: number][];
  /** Time, SKU, units: what was sold. */
  sales: [at: number, sku: number, units: number][];
  /** What the store shows now, by SKU. */
  shown: number[];
  orders: number;
  webhooksFailed: number;
}

export interface Shop {
  baseUrl: string;
  log: ShopLog;
  /** What may be bought now. */
  shownOf(sku: number): number;
  /** SKUs that were set no longer ago than this. */
  setWithin(ms: number): number[];
  sell(lines: readonly { sku: number; quantity: number }[]): void;
  /** Calls that this store allows in any second, from now on. */
  limitTo(capacity: number): void;
  /** Where messages go, in turn. */
  sendTo(origins: readonly string[]): void;
  startOver(): void;
}

/** How long the store takes to answer a call, and to send a message. */
const ANSWER_MS = [10, 30] as const;
const MESSAGE_MS = [10, 60] as const;
const WINDOW_MS = 1_000;

export const clockMs = () => performance.timeOrigin + performance.now();
const between = ([low, high]: readonly [number, number]) => low + Math.random() * (high - low);

/** Serves a store at a port of its own. `number` is 1 and up. */
export async function openShop(number: number, quantities: readonly number[]): Promise<Shop> {
  const shown = [...quantities];
  const log: ShopLog = { calls: [], overLimit: 0, sets: [], sales: [], shown, orders: 0, webhooksFailed: 0 };
  const orders: { second: string; text: string }[] = [];
  const webhooks: Record<string, unknown>[] = [];
  let recent: [at: number, sku: number][] = [];
  let capacity = Number.POSITIVE_INFINITY;
  let origins: readonly string[] = [];
  let turn = 0;
  let nextId = number * 10_000_000;

  const send = async (text: string) => {
    const hook = webhooks.find((candidate) => candidate.topic === "order.created");
    const origin = origins[turn++ % origins.length];
    if (!hook || !origin) return;
    const response = await fetch(new URL(new URL(String(hook.delivery_url)).pathname, origin), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-wc-webhook-topic": "order.created",
        "x-wc-webhook-signature": createHmac("sha256", String(hook.secret)).update(text).digest("base64"),
      },
      body: text,
    }).catch(() => null);
    await response?.arrayBuffer().catch(() => null);
    if (!response?.ok) log.webhooksFailed++;
  };

  const listOrders = (query: URLSearchParams): Answer => {
    const [after, before] = [query.get("modified_after") ?? "", query.get("modified_before") ?? "9"];
    const inside = orders.slice(firstAfter(orders, after), firstFrom(orders, before));
    const perPage = Number(query.get("per_page") ?? 10);
    const from = Number(query.get("offset") ?? (Number(query.get("page") ?? 1) - 1) * perPage);
    const rows = inside.slice(from, from + perPage).map((order) => order.text);
    return { text: `[${rows.join(",")}]`, total: inside.length };
  };

  const setQuantities = (body: string, at: number): Answer => {
    const { update } = JSON.parse(body) as { update: { id: number; stock_quantity: number }[] };
    const rows = update.map(({ id, stock_quantity }) => {
      const sku = id - productId(0);
      if (!(sku in shown))
        return { id, error: { code: "woocommerce_rest_product_invalid_id", message: "Invalid ID." } };
      shown[sku] = stock_quantity;
      log.sets.push([at, sku, stock_quantity]);
      recent.push([at, sku]);
      return { id, manage_stock: true, stock_quantity };
    });
    return { text: JSON.stringify({ update: rows }) };
  };

  const answer = (method: string, url: URL, body: string, at: number): Answer => {
    const route = url.pathname.replace(/^\/wp-json/, "").replace(/\/$/, "");
    if (route === "/wc/v3/products/batch") return setQuantities(body, at);
    if (route === "/wc/v3/orders") return listOrders(url.searchParams);
    if (route === "/wc/v3/webhooks" && method === "POST") {
      webhooks.push({ ...(JSON.parse(body) as object), id: webhooks.length + 1 });
      return { text: JSON.stringify(webhooks.at(-1)) };
    }
    const known = DOCUMENTS[route];
    if (known) return { text: JSON.stringify(known(number)) };
    return { text: "[]", total: 0 };
  };

  const isOverLimit = (at: number): boolean => {
    log.calls.push(at);
    let inside = 0;
    for (let i = log.calls.length - 1; i >= 0 && (log.calls[i] ?? 0) > at - WINDOW_MS; i--) inside++;
    if (inside > capacity) log.overLimit++;
    return inside > capacity;
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const at = clockMs();
    const refused = isOverLimit(at);
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const url = new URL(request.url ?? "/", "http://shop");
      const { text, total } = refused
        ? { text: JSON.stringify({ code: "too_many_requests", message: "slow down", data: { status: 429 } }) }
        : answer(request.method ?? "GET", url, Buffer.concat(parts).toString(), at);
      setTimeout(() => {
        const counts = total === undefined ? {} : { "x-wp-total": total, "x-wp-totalpages": Math.ceil(total / 50) };
        response.writeHead(refused ? 429 : 200, { "content-type": "application/json", ...counts });
        response.end(text);
      }, between(ANSWER_MS));
    });
  };
  const server = createServer({ keepAliveTimeout: 600_000 }, onRequest);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };

  return {
    baseUrl: `http://127.0.0.1:${port}`,
    log,
    shownOf: (sku) => shown[sku] ?? 0,
    setWithin: (ms) => {
      const since = clockMs() - ms;
      recent = recent.filter(([at]) => at >= since);
      return recent.map(([, sku]) => sku);
    },
    sell: (lines) => {
      const at = clockMs();
      const id = ++nextId;
      for (const { sku, quantity } of lines) {
        shown[sku] = (shown[sku] ?? 0) - quantity;
        log.sales.push([at, sku, quantity]);
      }
      const text = wireSale({ id, at, lines: lines.map((line, index) => ({ ...line, id: id * 10 + index })) });
      orders.push({ second: phpDate(at), text });
      log.orders++;
      setTimeout(() => void send(text), between(MESSAGE_MS));
    },
    limitTo: (next) => {
      capacity = next;
    },
    sendTo: (next) => {
      origins = next;
    },
    startOver: () => {
      log.calls.length = 0;
      log.overLimit = 0;
    },
  };
}

interface Answer {
  text: string;
  /** Rows of the whole list. */
  total?: number;
}

/** What a site says of itself. */
const DOCUMENTS: Record<string, (number: number) => unknown> = {
  "": (number) => ({
    name: `Sale ${number}`,
    home: `http://sale-${number}.example.test`,
    url: `http://sale-${number}.example.test`,
    timezone_string: "Europe/Berlin",
    gmt_offset: 1,
    namespaces: ["wp/v2", "wc/v3"],
    routes: {},
  }),
  "/wc/v3/system_status": () => ({
    environment: { version: "9.8.5" },
    settings: { currency: "EUR", country: "DE", number_of_decimals: 2, HPOS_enabled: true, HPOS_sync_enabled: false },
  }),
  "/wc/v3/data/currencies/current": () => ({ code: "EUR" }),
};

/** Both bounds are exclusive; orders stand in the order of their time. */
const firstAfter = (orders: readonly { second: string }[], bound: string) => search(orders, (s) => s > bound);
const firstFrom = (orders: readonly { second: string }[], bound: string) => search(orders, (s) => s >= bound);

function search(orders: readonly { second: string }[], isBeyond: (second: string) => boolean): number {
  let [low, high] = [0, orders.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBeyond(orders[middle]?.second ?? "")) high = middle;
    else low = middle + 1;
  }
  return low;
}
