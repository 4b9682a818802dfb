/** The fake against recorded answers of a real shop: the same requests in the same order. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Answer, type Body, type GivenMedusa, givenMedusa } from "./medusa-client.ts";

const FOLDER = join(process.env.TALLYPORT_SPECS ?? "", "medusa/examples");
const isThere = process.env.TALLYPORT_SPECS !== undefined && existsSync(FOLDER);
if (!isThere) console.log("recorded answers of Medusa: not compared, TALLYPORT_SPECS names no folder with them");

interface Recorded extends Answer {
  request: { method: string; path: string; body: unknown };
}

const recorded = (name: string): Recorded => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"));

/** Every name in an answer by its path, with the kind of value; nulls are left out. */
function shapeOf(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) for (const one of value) shapeOf(one, `${path}[]`, into);
  else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      const at = `${path}.${name}`;
      if (inner === null) into.set(at, into.get(at) ?? "null");
      else into.set(at, Array.isArray(inner) ? "array" : typeof inner);
      shapeOf(inner, at, into);
    }
  }
  return into;
}

/** What of the fake's answer the real shop does not tell, or tells as another kind of value. */
function invented(ours: unknown, theirs: unknown): string[] {
  const [own, real] = [shapeOf(ours), shapeOf(theirs)];
  return [...own].flatMap(([path, kind]) => {
    const there = real.get(path);
    if (there === undefined) return [`${path}: not there`];
    return there === kind || there === "null" || kind === "null" ? [] : [`${path}: ${kind}, not ${there}`];
  });
}

/** Sends recorded requests with the fake's own ids in place of the recorded ones. */
function replay({ call }: GivenMedusa) {
  const ids = new Map<string, string>();
  const translate = (text: string): string => [...ids].reduce((all, [old, own]) => all.replaceAll(old, own), text);
  return {
    ids,
    async send(name: string): Promise<{ ours: Answer; theirs: Recorded }> {
      const theirs = recorded(name);
      const { method, path, body } = theirs.request;
      const ours = await call(
        method,
        translate(path).replaceAll("+", "%2B"),
        method === "GET" ? undefined : JSON.parse(translate(JSON.stringify(body ?? {}))),
      );
      expect(ours.status, `${name}: ${JSON.stringify(ours.body)}`).toBe(theirs.status);
      return { ours, theirs };
    },
  };
}

describe.skipIf(!isThere)("recorded answers", () => {
  it("are answered alike through the life of an order", async () => {
    const shop = givenMedusa({ listings: 0, orders: 0, locations: 1 });
    const { fake } = shop;
    const { ids, send } = replay(shop);
    const alike = async (name: string): Promise<{ ours: Body; theirs: Body }> => {
      const { ours, theirs } = await send(name);
      expect(invented(ours.body, theirs.body), name).toEqual([]);
      return { ours: ours.body, theirs: theirs.body };
    };
    const refused = async (name: string): Promise<void> => {
      const { ours, theirs } = await send(name);
      expect({ name, ...ours.body }).toEqual({ name, ...theirs.body });
    };

    ids.set("sloc_01M807RZ332AA2QVNX73QF9MGR", fake.locations[0]?.id ?? "");
    ids.set("order_01M807S35HYW3PZGE7QE9D5GPV", "order_none");
    await alike("basic");
    const { ours, theirs } = await alike("product");
    ids.set(theirs.product.id, ours.product.id);
    ours.product.variants.forEach(({ id }: Body, index: number) => {
      ids.set(theirs.product.variants[index].id, id);
    });
    const stock = await alike("inv");
    stock.theirs.inventory_items.forEach(({ id, sku }: Body) => {
      ids.set(id, stock.ours.inventory_items.find((one: Body) => one.sku === sku).id);
    });
    await refused("product-dup");
    await refused("err400");
    await refused("err404");
    await refused("login-bad");
    for (const name of ["level-create", "level-create2", "level-update", "levels-batch", "variants", "variant-price"])
      await alike(name);
    const batch = await send("levels-batch");
    expect(batch.ours.body.updated[0]).toMatchObject({ stocked_quantity: 23, available_quantity: 23 });

    const [variant] = [...fake.variants.values()];
    fake.owner.setPrice(variant?.id ?? "", 46.25);
    const wants = [...fake.variants.values()].slice(0, 1).map((one) => ({ variant: one, quantity: 2 }));
    const orderId = fake.buyer.order({ wants, isPlain: true, shipping: 500 });
    ids.set("order_01M807S35HYW3PZGE7QE9D5GPV", orderId);
    const order = await alike("order");
    const line = order.ours.order.items[0];
    ids.set(order.theirs.order.items[0].id, line.id);
    ids.set(
      order.theirs.order.payment_collections[0].payments[0].id,
      order.ours.order.payment_collections[0].payments[0].id,
    );
    expect(order.ours.order.total).toBe(order.theirs.order.total);
    await alike("orders");
    await send("capture");
    await alike("fulfil");
    const parcels = await shop.get(`/admin/orders/${orderId}`, { fields: "*fulfillments" });
    ids.set("ful_01M807S483MDMV0WRHJY2DQHWV", parcels.order.fulfillments[0].id);
    await alike("shipment");
    const delivered = await alike("delivered");
    expect(delivered.ours.order.summary).toEqual(delivered.theirs.order.summary);
    await refused("cancel");
    fake.owner.refund(orderId, 3.5);
    await refused("refund-too-big");

    const begun = await send("return-begin");
    expect(invented(begun.ours.body.return, begun.theirs.body.return)).toEqual([]);
    ids.set(begun.theirs.body.return.id, begun.ours.body.return.id);
    const reasons = await shop.get("/admin/return-reasons");
    ids.set("rr_01M807S6HVNW6N3KQN9J8N8QC7", reasons.return_reasons[0].id);
    for (const name of ["return-items", "return-confirm", "receive", "receive-items"]) {
      const step = await send(name);
      expect(invented(step.ours.body.return, step.theirs.body.return), name).toEqual([]);
      expect(step.ours.body.return.status, name).toBe(step.theirs.body.return.status);
    }
    await shop.post(`/admin/returns/${begun.ours.body.return.id}/receive/confirm`);
    const few = await alike("badfield");
    const { detail, version: _, ...rest } = few.ours.orders[0].items[0];
    expect(detail).toMatchObject({ return_received_quantity: 1, delivered_quantity: 1 });
    expect(rest).not.toHaveProperty("total");
    const all = await alike("bigl");
    const { summary, total, payment_status, fulfillment_status } = all.ours.orders[0];
    const real = all.theirs.orders[0];
    expect({ summary, total, payment_status, fulfillment_status }).toEqual({
      summary: real.summary,
      total: real.total,
      payment_status: real.payment_status,
      fulfillment_status: real.fulfillment_status,
    });
  });
});
