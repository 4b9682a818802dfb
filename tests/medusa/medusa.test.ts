/**
 * Tallyport beside a real Medusa: what happens in the shop is read, and what is set and done here stands there. The shop is made
 * and looked at by the platform's own client, never by the adapter.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, runCli, startCli } from "../cli/run-cli.ts";
import { ADMIN, type Medusa, startMedusa } from "./server.ts";
import { givenShop, type Shop } from "./shop.ts";

const folder = mkdtempSync(join(tmpdir(), "tallyport-medusa-"));
const env = { TALLYPORT_DATA: join(folder, "data") };
const LOOK_MS = 500;

let medusa: Medusa;
let shop: Shop;
let server: Running;
let apiKey: string;
let bought: string;
let cancelled: string;

interface OrderView {
  id: string;
  status: string;
  payment_status: string;
  total: { amount: string; currency: string };
  refunded: { amount: string };
  lines: { external_id: string; sku: string; quantity: number; total: { amount: string } }[];
}

const json = async (...args: string[]) => {
  const result = await runCli([...args, "--json"], { env });
  if (result.code !== 0) throw new Error(`${args.join(" ")}: ${result.stderr} ${result.stdout}`);
  return JSON.parse(result.stdout);
};

async function api(method: string, path: string, body?: unknown) {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    "content-type": "application/json",
    "idempotency-key": `${method}${path}`,
  };
  const answer = await fetch(`${server.first.url}/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at by the expectations
  const value = (await answer.json()) as any;
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(value)}`);
  return value;
}

const orders = async (): Promise<Map<string, OrderView>> =>
  new Map(
    (await api("GET", "/orders?limit=100")).data.map((order: OrderView & { external_id: string }) => [
      order.external_id,
      order,
    ]),
  );
async function order(id: string): Promise<OrderView> {
  const found = (await orders()).get(id);
  if (!found) throw new Error(`order ${id} was not read`);
  return api("GET", `/orders/${found.id}`);
}

/** Looks again until it is so: the work is done beside. */
async function until<T>(look: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const value = await look();
    if (isSo(value) || tries > 40) return value;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Reads the shop until it is seen so: what is younger than a few seconds may still move there, and waits. */
const seen = <T>(look: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> =>
  until(async () => {
    await json("sync", "Tees");
    return look();
  }, isSo);

beforeAll(async () => {
  medusa = await startMedusa();
  shop = await givenShop(medusa.url);
  bought = await shop.buy({ "TEE-S": 2, "TEE-M": 1 });
  cancelled = await shop.buy({ "TEE-M": 1 });
  server = await startCli(["serve", "--port", "0", "--json"], { env });
  apiKey = (await json("keys", "create", "test", "--role", "admin")).key;
});

afterAll(async () => {
  await server?.stop();
  await medusa?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a real shop", () => {
  it("is connected by an administrator's sign-in, whose token is got when it is needed, and then by a key", async () => {
    const file = (name: string, values: object) => {
      writeFileSync(join(folder, name), JSON.stringify(values));
      return join(folder, name);
    };
    const named = ["--name", "Tees", "--base-url", medusa.url, "--adopt-skus"];
    await json("stores", "add", "medusa", ...named, "--credentials", file("user.json", ADMIN));
    const { failures } = await json("sync", "Tees");
    expect(failures).toEqual([]);
    await json("stores", "authorize", "Tees", "--credentials", file("key.json", { api_key: shop.key }));
    expect(await runCli(["stores", "test", "Tees"], { env })).toMatchObject({ code: 0 });
  });

  it("has its orders read to the digit", async () => {
    const read = await orders();
    expect([...read.keys()].sort()).toEqual([bought, cancelled].sort());
    const truth = await shop.order(bought);
    const ours = await order(bought);
    expect(Number(ours.total.amount)).toBe(truth.total);
    expect(ours).toMatchObject({ status: "awaiting_shipment", payment_status: "authorized", warnings: [] });
    expect(
      ours.lines
        .map(({ external_id, sku, quantity, total }) => [external_id, sku, quantity, Number(total.amount)])
        .sort(),
    ).toEqual(truth.items.map((line) => [line.id, line.variant_sku, line.quantity, line.total]).sort());
  });

  it("shows the quantities and prices that it sells at", async () => {
    const { data } = await api("GET", "/listings?limit=10");
    const variants = (await api("GET", `/listings/${data[0].id}`)).variants as {
      sku: string;
      quantity: number;
      price: { amount: string };
    }[];
    for (const { sku, quantity, price } of variants) {
      const truth = await shop.available(sku);
      expect(quantity).toBe(Object.values(truth).reduce((sum, count) => sum + count, 0));
      expect(price.amount).toBe("49.50");
    }
  });

  it("takes a quantity, reserved pieces untouched, over all its locations", async () => {
    await json("stores", "live", "Tees");
    await api("PUT", "/stock", {
      counts: [
        { sku: "TEE-S", quantity: 7, basis: "available" },
        { sku: "TEE-M", quantity: 2, basis: "available" },
      ],
    });
    await json("push", "Tees");
    expect(
      await until(
        () => shop.available("TEE-S"),
        ({ A }) => A === 7,
      ),
    ).toEqual({ A: 7 });
    const sum = async () => Object.values(await shop.available("TEE-M")).reduce((all, count) => all + count, 0);
    expect(await until(sum, (count) => count === 2)).toBe(2);
  });

  it("takes a price, all others untouched", async () => {
    await api("PUT", "/prices", { prices: [{ sku: "TEE-S", currency: "USD", amount: "51.10" }] });
    await json("push", "Tees");
    const expected = ["45.99 eur", "47 usd in a region", "51.1 usd"];
    expect(
      await until(
        () => shop.prices("TEE-S"),
        (prices) => prices.includes("51.1 usd"),
      ),
    ).toEqual(expected);
    expect(await shop.prices("TEE-M")).toEqual(["45.99 eur", "47 usd in a region", "49.5 usd"]);
  });

  it("hears of a parcel with its number, of the pieces that are in it alone", async () => {
    const { id, lines } = await order(bought);
    const line = lines.find(({ sku }) => sku === "TEE-S");
    const parcel = {
      carrier: "ups",
      tracking_number: "1Z999AA10123456784",
      lines: [{ external_id: line?.external_id, quantity: 1 }],
    };
    await api("POST", `/orders/${id}/shipments`, parcel);
    // The platform notes the pieces after the parcel.
    const truth = await until(
      () => shop.order(bought),
      ({ items }) => items.some(({ detail }) => detail.shipped_quantity > 0),
    );
    expect(truth.fulfillments).toHaveLength(1);
    const labels = truth.fulfillments?.flatMap(
      (one) => (one as unknown as { labels: { tracking_number: string }[] }).labels,
    );
    expect(labels).toMatchObject([{ tracking_number: "1Z999AA10123456784" }]);
    expect(truth.items.map((item) => [item.variant_sku, item.detail.shipped_quantity]).sort()).toEqual([
      ["TEE-M", 0],
      ["TEE-S", 1],
    ]);
    const read = await seen(
      () => order(bought),
      ({ status }) => status === "partially_shipped",
    );
    expect(read.status).toBe("partially_shipped");
  });

  it("gives money back, and it is seen, by hand and for goods that came back", async () => {
    await shop.capture(bought);
    await shop.refund(bought, 3.5);
    const { total } = await order(bought);
    const refunded = await seen(
      () => order(bought),
      (one) => one.payment_status === "partially_refunded",
    );
    expect(refunded).toMatchObject({ payment_status: "partially_refunded", refunded: { amount: "3.50" } });
    const back = await shop.takeBack(bought);
    const dispute = async () =>
      (await api("GET", "/disputes?limit=10")).data.find((one: { external_id: string }) => one.external_id === back);
    const asked = await seen(dispute, (one) => one !== undefined);
    expect(asked).toMatchObject({ kind: "return_refund", status: "open_awaiting_seller" });
    const before = await shop.order(bought);
    // What is owed already is given back without a change of the order's own.
    await shop.refund(bought, -before.summary.pending_difference);
    const given = await shop.order(bought);
    expect([given.summary.pending_difference, given.version]).toEqual([0, before.version]);
    const ours = await seen(
      () => order(bought),
      (one) => Number(one.refunded.amount) === given.summary.refunded_total,
    );
    expect(Number(ours.refunded.amount)).toBe(given.summary.refunded_total);
    const settled = await seen(dispute, (one) => one.status === "resolved_refunded");
    expect(settled.status).toBe("resolved_refunded");
    expect(ours.total, "what was owed does not move").toEqual(total);
  });

  it("cancels an order, and gives its pieces free", async () => {
    await api("POST", `/orders/${(await order(cancelled)).id}/cancel`, {});
    expect(
      (
        await until(
          () => shop.order(cancelled),
          ({ status }) => status === "canceled",
        )
      ).status,
    ).toBe("canceled");
    const read = await seen(
      () => order(cancelled),
      ({ status }) => status === "cancelled",
    );
    expect(read.status).toBe("cancelled");
  });
});
