/** The app over a test database, with an example platform and keys of any kind. */

import { type App, type AppOptions, createApp } from "../../src/api/app.ts";
import { createKey } from "../../src/api/keys.ts";
import { createOutbound } from "../../src/api/outbound.ts";
import { ROLES, type Role, type Scope } from "../../src/api/scopes.ts";
import type { Adapter } from "../../src/core/adapter.ts";
import type { Database } from "../../src/core/db/database.ts";
import type { IngestStore } from "../../src/core/ingest/types.ts";
import type { Engine } from "../../src/sync/engine.ts";
import { createInboxPump } from "../../src/sync/receive-webhook.ts";
import { createTestClock, type TestClock } from "../support/clock.ts";
import { createTestDatabase } from "../support/database.ts";
import { givenContext, givenStore } from "../support/example.ts";
import { createExampleAdapter, type ExamplePlatform } from "./example-adapter.ts";

export interface GivenApi {
  app: App;
  db: Database;
  engine: Engine;
  clock: TestClock;
  platform: ExamplePlatform;
  /** What the engine was woken for since the start. */
  wakes: () => number;
  /** A connected store of the example platform. */
  store(overrides?: Parameters<typeof givenStore>[1]): Promise<IngestStore>;
  /** A key of a role, or with scopes of its own, seeing all stores or some. */
  key(rights: Role | readonly Scope[], stores?: readonly string[]): Promise<string>;
  /** Sends a request as the owner of a key; the body is JSON unless it is bytes. */
  send(key: string | null, request: string, options?: SendOptions): Promise<Answer>;
}

export interface SendOptions {
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
  body: any;
}

/** `database`: one that the test has already; default a new one. `prices`: the platform takes so many in one call. */
export async function givenApi(
  options: Partial<AppOptions> & { start?: string; database?: { db: Database }; prices?: number } = {},
): Promise<GivenApi> {
  const { start, database, prices, ...rest } = options;
  const { db } = database ?? (await createTestDatabase());
  const clock = createTestClock(start ?? new Date());
  const context = await givenContext(db, clock);
  const platform = createExampleAdapter(prices === undefined ? {} : { prices });
  const adapters = new Map<string, Adapter>([["example", platform.adapter]]);
  let wakes = 0;
  const engine: Engine = {
    ...context,
    adapterOf: (id) => adapters.get(id),
    processId: "test",
    publicUrl: "https://tallyport.test",
    takeSlot: async () => ({ quota: [], spend: () => true }),
    // Receivers of tests are on this machine.
    outbound: createOutbound(context, {
      allowPrivateUrls: true,
      resolve: () => Promise.reject(new Error("no name is looked up")),
    }),
    wake: () => {
      wakes++;
    },
  };
  const app = createApp({
    engine,
    adapters,
    pump: createInboxPump(engine),
    config: { publicUrl: "https://tallyport.test", version: "0.0.0-test" },
    auth: {},
    ...rest,
  });
  return {
    app,
    db,
    engine,
    clock,
    platform,
    wakes: () => wakes,
    store: (overrides) => givenStore(context, overrides),
    key: async (rights, stores) => {
      const role = typeof rights === "string" ? rights : null;
      const scopes = typeof rights === "string" ? [...ROLES[rights]] : [...rights];
      const input = { name: "test key", role, scopes, stores: stores ? [...stores] : null, expiresAt: null };
      return (await createKey(engine, { ...input, actor: "test" })).key;
    },
    send: (key, request, sent) => send(app, key, request, sent),
  };
}

async function send(
  app: App,
  key: string | null,
  request: string,
  { body, headers }: SendOptions = {},
): Promise<Answer> {
  const [method = "GET", path = "/"] = request.split(" ");
  const isBytes = body instanceof Uint8Array || typeof body === "string";
  const answer = await app.request(path, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined || isBytes ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: (isBytes ? body : JSON.stringify(body)) as string }),
  });
  const text = await answer.text();
  const isJson = /^application\/(problem\+)?json/.test(answer.headers.get("content-type") ?? "");
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    body: isJson && text !== "" ? JSON.parse(text) : null,
  };
}
