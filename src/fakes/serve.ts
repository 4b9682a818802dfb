/** Serves a fake over HTTP, beside control routes under `/__fake/` that are no part of the platform's API. */

import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { booksToJson, type Fake, isConnectionLost, loadFaults, parseFaultScript, type SaleRequest } from "./fake.ts";

export interface ServeOptions {
  /** Default 127.0.0.1. */
  hostname?: string;
  /** The fake lives on by itself, one `tick` in each such interval of real time; absent: only when told. */
  tickEveryMs?: number;
}

export interface ServedFake {
  baseUrl: string;
  close(): Promise<void>;
}

/** The control routes of one fake, as a Hono app: books, events, requests, faults, tick, sell. */
export function createControlApp(fake: Fake): Hono {
  const app = new Hono();
  app.get("/__fake", (c) => c.json({ platform: fake.platform, name: fake.name }));
  app.get("/__fake/books", (c) => {
    const books = booksToJson(fake.books());
    return c.json(c.req.query("facts") === "none" ? { counts: books.counts } : books);
  });
  app.get("/__fake/events", (c) => {
    const after = Number(c.req.query("after") ?? 0);
    return c.json(fake.events.slice(after, after + Number(c.req.query("limit") ?? 1000)));
  });
  app.get("/__fake/requests", (c) => c.json(fake.requests));
  app.post("/__fake/faults", async (c) => {
    try {
      loadFaults(fake, parseFaultScript(await c.req.json()));
    } catch (error) {
      return c.json({ error: error instanceof Error ? error.message : "unreadable script" }, 400);
    }
    return c.json({ ok: true });
  });
  app.delete("/__fake/faults", (c) => {
    fake.clearFaults();
    return c.json({ ok: true });
  });
  app.post("/__fake/tick", async (c) => {
    const { ms, times } = await bodyOf<{ ms?: number; times?: number }>(c.req.raw);
    for (let count = 0; count < (times ?? 1); count += 1) fake.tick(ms);
    await fake.settle();
    return c.json({ counts: fake.books().counts });
  });
  app.post("/__fake/sell", async (c) => {
    const sale = await bodyOf<Partial<SaleRequest>>(c.req.raw);
    if (typeof sale.sku !== "string") return c.json({ error: "sku is missing" }, 400);
    return c.json(fake.sell({ ...sale, sku: sale.sku }));
  });
  return app;
}

/** Starts a server for the fake; port 0 takes a free one. */
export async function serveFake(fake: Fake, port = 0, options: ServeOptions = {}): Promise<ServedFake> {
  const control = createControlApp(fake);
  const hostname = options.hostname ?? "127.0.0.1";
  const server = createAdaptorServer({
    fetch: async (request: Request, env: unknown) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/__fake" || pathname.startsWith("/__fake/")) return control.fetch(request);
      try {
        return await fake.fetch(request);
      } catch (error) {
        if (!isConnectionLost(error)) throw error;
        (env as HttpBindings).incoming.socket.destroy();
        return RESPONSE_ALREADY_SENT;
      }
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, resolve);
  });
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  const baseUrl = `http://${hostname}:${actual}`;
  fake.attach(baseUrl);
  const every = options.tickEveryMs;
  const timer = every === undefined ? undefined : setInterval(() => fake.tick(every), every);
  return {
    baseUrl,
    close: () =>
      new Promise<void>((resolve, reject) => {
        clearInterval(timer);
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

async function bodyOf<T>(request: Request): Promise<Partial<T>> {
  const text = await request.text();
  return text === "" ? {} : JSON.parse(text);
}
