/** A fake of the invented platform: strict, stateful, and alive. */
import { Hono } from "hono";
import { z } from "zod";
import {
  type Clock,
  createGate,
  createSlidingWindow,
  createSystemClock,
  type Fake,
  type FakeBooks,
  type Quota,
  type SaleRequest,
  type SaleResult,
  seedOf,
} from "../fake.ts";
import { createRoutes, type Route } from "./routes.ts";
import { createStore, shownOf } from "./store.ts";
import { answerOf, checkSignature, hmacHex, Refusal, refusalAnswer, toWire } from "./wire.ts";

export interface FakeOptions {
  clock?: Clock;
  name?: string;
  seed?: number;
  /** Orders and listings of the past; default 25 and 12. */
  orders?: number;
  listings?: number;
  quota?: Quota;
  /** A window that holds more records is refused; default 1000. */
  mostPerWindow?: number;
  /** How long the platform works on a feed of quantities; default a minute. */
  feedMs?: number;
  /** Sends messages to the address that was set. */
  webhookFetch?: (url: string, init: RequestInit) => Promise<Response>;
}

const TOKEN_MS = 4 * 3_600_000;

/** Creates a shop with its orders, listings and money, which lives on at each tick. */
export function createFake(options: FakeOptions = {}) {
  const clock = options.clock ?? createSystemClock();
  const name = options.name ?? "template";
  const store = createStore({
    clock,
    name,
    ...definedOnly({ seed: options.seed, orders: options.orders, listings: options.listings }),
  });
  const app = { key: "fa4eapp", secret: `fa4eappsecret${seedOf(name)}` };
  const quota = createSlidingWindow(options.quota ?? { limit: 20, windowMs: 1000 }, clock);
  const shop = { id: store.newId(), name, currency: "EUR", time_zone: "Europe/Berlin", country: "DE", plan: "large" };
  const grant = { access: "", accessUntil: 0, refresh: "", code: "fa4ecode", number: 0 };
  const issue = () => {
    grant.number += 1;
    Object.assign(grant, {
      access: `fa4eaccess${grant.number}x${shop.id}`,
      refresh: `fa4erefresh${grant.number}x${shop.id}`,
      accessUntil: clock.now().getTime() + TOKEN_MS,
    });
    const consent_until = new Date(clock.now().getTime() + 365 * 86_400_000).toISOString();
    return {
      access_token: grant.access,
      refresh_token: grant.refresh,
      expires_in: TOKEN_MS / 1000,
      consent_until,
      shop_id: shop.id,
      shop_name: name,
    };
  };
  issue();

  const gate = createGate({
    clock,
    quota,
    secretParameters: [],
    errorAnswer: (fault) =>
      refusalAnswer(
        clock,
        new Refusal(fault.code ?? "BUSY", fault.message ?? "scripted", fault.status ?? 200),
        fault.headers,
      ),
    quotaAnswer: (ms) =>
      refusalAnswer(clock, new Refusal("TOO_MANY_CALLS", "slow down", 429), {
        "retry-after": String(Math.ceil(ms / 1000)),
      }),
  });

  /* -------------------------------------------------------------- messages */

  const messages: { seq: number; body: string }[] = [];
  const outbox: { seq: number; body: string }[] = [];
  const subscription: { address: string | null; topics: string[] } = { address: null, topics: [] };
  let seq = 0;
  const send = options.webhookFetch ?? ((url, init) => fetch(url, init));
  /** A message with its signature, as it is sent. */
  const signed = (body: string, at: Date = clock.now()) => {
    const time = String(Math.floor(at.getTime() / 1000));
    return {
      method: "POST",
      headers: { "content-type": "application/json", "x-time": time, "x-sign": hmacHex(app.secret, `${time}.${body}`) },
      body,
    };
  };
  const messageOf = (topic: string, fields: Record<string, string | null>) =>
    toWire({
      event_id: store.newId(),
      topic,
      shop_id: shop.id,
      object_id: null,
      order_id: null,
      run_id: null,
      at: clock.now().toISOString(),
      ...fields,
    });
  const challengeOf = (words: string) => {
    const time = String(Math.floor(clock.now().getTime() / 1000));
    return {
      query: { challenge: words },
      headers: { "x-time": time, "x-sign": hmacHex(app.secret, `${time}.${words}`) },
    };
  };
  const subscribe = async (address: string | null, topics: string[]) => {
    if (address !== null) {
      const words = `c${store.random.hex(12)}`;
      const { headers } = challengeOf(words);
      const answer = await send(`${address}?challenge=${words}`, { method: "GET", headers });
      if (answer.status !== 200 || (await answer.text()) !== words)
        throw new Refusal("INVALID_ARGUMENT", "the address did not answer the challenge");
    }
    Object.assign(subscription, { address, topics });
  };

  store.makePast();
  store.setAnnounce((topic, fields) => {
    seq += 1;
    const message = { seq, body: messageOf(topic, fields) };
    messages.push(message);
    if (subscription.address !== null && subscription.topics.includes(topic)) outbox.push(message);
  });

  /* ---------------------------------------------------------------- routes */

  const TOKEN = z.union([
    z.strictObject({ grant_type: z.literal("code"), code: z.string() }),
    z.strictObject({ grant_type: z.literal("refresh"), refresh_token: z.string() }),
  ]);
  const routes: Route[] = [
    {
      operation: "auth.token",
      method: "POST",
      path: "/oauth/token",
      isOpen: true,
      run: ({ body }) => {
        const wanted = TOKEN.parse(body);
        const fits = wanted.grant_type === "code" ? wanted.code === grant.code : wanted.refresh_token === grant.refresh;
        if (!fits || grant.refresh === "gone") throw new Refusal("GRANT_REFUSED", "used before, or withdrawn");
        if (wanted.grant_type === "code") grant.code = "used";
        return issue();
      },
    },
    {
      operation: "auth.revoke",
      method: "POST",
      path: "/oauth/revoke",
      run: () => {
        Object.assign(grant, { access: "gone", refresh: "gone" });
        return {};
      },
    },
    { operation: "shop.get", method: "GET", path: "/v1/shop", run: () => shop },
    { operation: "webhooks.get", method: "GET", path: "/v1/webhooks", run: () => subscription },
    {
      operation: "webhooks.set",
      method: "POST",
      path: "/v1/webhooks",
      run: async ({ body }) => {
        const { address, topics } = z
          .strictObject({ address: z.url().nullable(), topics: z.array(z.string()) })
          .parse(body);
        await subscribe(address, topics);
        return {};
      },
    },
    {
      operation: "messages.receive",
      method: "GET",
      path: "/v1/messages",
      run: () => {
        const waiting = messages.slice(0, 50);
        return {
          messages: waiting.map((message) => JSON.parse(message.body.replace(/:(\d{16,})/g, ':"$1"'))),
          receipt: waiting.length > 0 ? String(waiting.at(-1)?.seq) : null,
        };
      },
    },
    {
      operation: "messages.confirm",
      method: "POST",
      path: "/v1/messages/confirm",
      run: ({ body }) => {
        const { receipt } = z.strictObject({ receipt: z.string() }).parse(body);
        messages.splice(0, messages.length, ...messages.filter((message) => message.seq > Number(receipt)));
        return {};
      },
    },
    ...createRoutes(store, { mostPerWindow: options.mostPerWindow ?? 1000, feedMs: options.feedMs ?? 60_000 }),
  ];

  const checkToken = (request: Request) => {
    const given = request.headers.get("authorization");
    if (grant.access === "gone") throw new Refusal("TOKEN_REVOKED", "the consent was withdrawn", 401);
    if (given !== `Bearer ${grant.access}` || clock.now().getTime() >= grant.accessUntil)
      throw new Refusal("TOKEN_EXPIRED", "the token has lapsed", 401);
  };
  const server = new Hono();
  for (const route of routes) {
    server.on(route.method, route.path, async (c) => {
      const request = c.req.raw;
      const text = route.method === "POST" ? await request.text() : "";
      return gate.run({ request, operation: route.operation }, async () => {
        const headers = { "x-quota-limit": "20", "x-quota-remaining": String(Math.max(0, 20 - quota.used())) };
        try {
          checkSignature(app, clock, request, text);
          if (!route.isOpen) checkToken(request);
          const body = text === "" ? {} : JSON.parse(text);
          const data = await route.run({ body, query: Object.fromEntries(new URL(request.url).searchParams) });
          return answerOf(clock, 200, { code: "OK", message: null, data }, headers);
        } catch (error) {
          if (error instanceof z.ZodError) {
            const fields = error.issues.map((issue) => ({ path: issue.path.join("."), problem: issue.message }));
            return refusalAnswer(clock, new Refusal("INVALID_ARGUMENT", "see fields", 200, fields), headers);
          }
          if (!(error instanceof Refusal)) throw error;
          return refusalAnswer(clock, error, headers);
        }
      });
    });
  }
  server.onError((error) => {
    throw error;
  });
  server.notFound((c) =>
    gate.run({ request: c.req.raw, operation: "unknown" }, () =>
      refusalAnswer(clock, new Refusal("PATH_NOT_FOUND", c.req.path, 404)),
    ),
  );

  /* ------------------------------------------------------------------ life */

  const sell = ({ sku, quantity = 1, force = false }: SaleRequest): SaleResult => {
    const found = store.findOffer((offer) => offer.code === sku);
    if (!found) return { sold: false, reason: "unknown_sku", shown: null };
    const shown = shownOf(found.offer);
    if (found.listing.state !== "ON") return { sold: false, reason: "not_for_sale", shown };
    if (shown < quantity && !force) return { sold: false, reason: "out_of_stock", shown };
    return { sold: true, orderId: store.placeOrder([{ ...found, quantity }]).id, shown };
  };
  const liveOnce = () => {
    const codes = [...store.listings.values()].flatMap((listing) => listing.offers.map((offer) => offer.code));
    if (store.random.chance(0.7)) return void sell({ sku: store.random.pick(codes) });
    const open = [...store.orders.values()].filter((order) => order.state === "READY");
    const order = open[0];
    if (order)
      store.ship(
        order,
        {
          carrier: "UPS",
          number: `1Z${order.id}`,
          url: null,
          reference: null,
          lines: order.lines.map((line) => ({ line_id: line.id, quantity: line.quantity })),
        },
        "owner",
      );
  };
  const deliver = async () => {
    for (let message = outbox.shift(); message; message = outbox.shift()) {
      const step = gate.faults.next("webhooks.deliver");
      if (step === "drop" || subscription.address === null) continue;
      const times = typeof step === "object" && "times" in step ? step.times : 1;
      for (let count = 0; count < times; count += 1) await send(subscription.address, signed(message.body));
    }
  };

  const fake = {
    platform: "template",
    name,
    get credentials() {
      return { access_token: grant.access, refresh_token: grant.refresh };
    },
    settings: {},
    fetch: async (request) => {
      store.runDue();
      return server.fetch(request);
    },
    attach: () => {},
    books: (): FakeBooks => {
      store.runDue();
      return store.bookkeeper.books();
    },
    events: store.bookkeeper.events,
    tick: (ms = 60_000) => {
      for (let count = Math.max(1, Math.floor(ms / 60_000)); count > 0; count -= 1) liveOnce();
    },
    sell,
    fail: (operation, steps, how) => gate.faults.add(operation, steps, how),
    clearFaults: () => gate.faults.clear(),
    requests: gate.requests,
    settle: deliver,
  } satisfies Fake;
  return Object.assign(fake, {
    /** Our registration, and the code of a consent that the seller has just given. */
    app,
    shop,
    consentCode: grant.code,
    /** The access token lapses now. */
    expireToken: () => {
      grant.accessUntil = 0;
    },
    /** The seller withdraws the consent. */
    revoke: () => {
      Object.assign(grant, { access: "gone", refresh: "gone" });
    },
    store,
    /** Messages as they would be sent. */
    messageOf,
    signed,
    challengeOf,
  });
}

function definedOnly<T extends Record<string, unknown>>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as never;
}
