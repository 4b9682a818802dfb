/** Parcels: packing and sending, once. */
import { describe, expect, it } from "vitest";
import {
  givenAdapter,
  givenLine,
  givenOrder,
  givenParcel,
  givenStore,
  isGet,
  listOf,
  perform,
  refusal,
  type Sent,
  writes,
} from "./stub.ts";

describe("confirming a parcel", () => {
  const CONFIRM = {
    orderExternalId: "order_1",
    carrier: "ups",
    trackingNumber: "1Z",
    trackingUrl: null,
    shippedAt: null,
    place: "sloc_1",
    lines: [],
    notifyBuyer: false,
    method: null,
  };
  const SENT_AT = "2026-11-22T12:00:00Z";
  const LABEL = { tracking_number: "1Z", tracking_url: "", label_url: "#" };

  /** A shop that packs and sends as the platform does. */
  const shop = (given: Record<string, unknown> = {}, refuse?: (call: Sent) => object | undefined) => {
    const parcels = [...((given.fulfillments as object[] | undefined) ?? [])] as ReturnType<typeof givenParcel>[];
    return givenAdapter((call) => {
      const refused = refuse?.(call);
      if (refused) return refused;
      if (isGet(call)) return listOf("orders", [givenOrder({ ...given, fulfillments: parcels })]);
      const { items, metadata, labels } = call.body as {
        items: { id: string; quantity: number }[];
        metadata: null;
        labels: [];
      };
      if (call.path.endsWith("/fulfillments")) {
        const lines = items.map(({ id, quantity }) => ({ line_item_id: id, quantity }));
        parcels.push(givenParcel(`ful_${parcels.length + 1}`, {}, { items: lines, metadata }));
      } else {
        const id = call.path.split("/").at(-2);
        Object.assign(parcels.find((parcel) => parcel.id === id) ?? {}, { shipped_at: SENT_AT, labels });
      }
      return { order: givenOrder() };
    });
  };

  it("packs what is open and sends it with its label", async () => {
    const { adapter, sent } = shop();
    expect(await perform(adapter.shipments.acts.confirm, CONFIRM)).toMatchObject({ outcome: "done" });
    const items = [{ id: "ordli_1", quantity: 2 }];
    expect(writes(sent)).toEqual([
      [
        "/admin/orders/order_1/fulfillments",
        {
          items,
          location_id: "sloc_1",
          no_notification: true,
          metadata: { tallyport_key: expect.any(String), carrier: "ups" },
        },
      ],
      ["/admin/orders/order_1/fulfillments/ful_1/shipments", { items, labels: [LABEL], no_notification: true }],
    ]);
  });

  it("sends what was packed in the shop as it is", async () => {
    const detail = { fulfilled_quantity: 2 };
    const { adapter, sent } = shop({
      items: [givenLine("ordli_1", "46.25", 2, { detail })],
      fulfillments: [givenParcel("ful_9", {})],
    });
    expect(await perform(adapter.shipments.acts.confirm, CONFIRM)).toMatchObject({ outcome: "done" });
    expect(writes(sent).map(([path]) => path)).toEqual(["/admin/orders/order_1/fulfillments/ful_9/shipments"]);
  });

  it("without a number makes no label, and names the shop's location where none is asked for", async () => {
    const { adapter, sent } = shop();
    const store = givenStore({ settings: { stock_location: "sloc_2" } });
    await perform(
      adapter.shipments.acts.confirm,
      { ...CONFIRM, trackingNumber: null, carrier: null, place: null },
      store,
    );
    expect(writes(sent).map(([, body]) => body)).toMatchObject([{ location_id: "sloc_2" }, { labels: [] }]);
  });

  it("S26: that broke off after packing goes on with what was packed", async () => {
    let isLost = true;
    const lost = (call: Sent) =>
      isLost && call.path.endsWith("/shipments") ? refusal(500, "unknown_error", "x") : undefined;
    const { adapter, sent } = shop({}, lost);
    const part = { ...CONFIRM, lines: [{ orderLineExternalId: "ordli_1", quantity: 1 }] };
    await expect(perform(adapter.shipments.acts.confirm, part)).rejects.toMatchObject({ category: "transient" });
    isLost = false;
    expect(await perform(adapter.shipments.acts.confirm, part)).toMatchObject({ outcome: "done" });
    expect(await perform(adapter.shipments.acts.confirm, part)).toMatchObject({ outcome: "done" });
    expect(writes(sent).map(([path]) => String(path).split("/").at(-1))).toEqual([
      "fulfillments",
      "shipments",
      "shipments",
    ]);
  });

  it.each([
    ["a line of another order", {}, { lines: [{ orderLineExternalId: "zz", quantity: 1 }] }, "invalid_request"],
    ["more than is open", {}, { lines: [{ orderLineExternalId: "ordli_1", quantity: 3 }] }, "conflict"],
    ["a cancelled order", { status: "canceled" }, {}, "conflict"],
    [
      "an order that has left",
      { items: [givenLine("ordli_1", "1", 2, { detail: { shipped_quantity: 2 } })] },
      {},
      "conflict",
    ],
  ])("S50: of %s is refused before it is sent", async (_, order, more, category) => {
    const { adapter, sent } = shop(order);
    expect(await perform(adapter.shipments.acts.confirm, { ...CONFIRM, ...more })).toMatchObject({
      outcome: "rejected",
      error: { category },
    });
    expect(writes(sent)).toEqual([]);
  });
});

describe("a parcel that stands", () => {
  const shop = (times: Record<string, string | null>) =>
    givenAdapter((call) =>
      isGet(call) ? listOf("orders", [givenOrder({ fulfillments: [givenParcel("ful_1", times)] })]) : {},
    );
  const PARCEL = { orderExternalId: "order_1", shipmentExternalId: "ful_1" };

  it.each([
    ["mark_delivered", "mark-as-delivered", "delivered_at"],
    ["cancel", "cancel", "canceled_at"],
  ])("takes %s once", async (act, path, time) => {
    const open = shop({});
    expect(await perform(open.adapter.shipments.acts[act], PARCEL)).toMatchObject({ outcome: "done" });
    expect(writes(open.sent)).toEqual([[`/admin/orders/order_1/fulfillments/ful_1/${path}`, {}]]);
    const done = shop({ [time]: "2026-11-22T12:00:00Z" });
    expect(await perform(done.adapter.shipments.acts[act], PARCEL)).toMatchObject({ outcome: "done" });
    expect(writes(done.sent)).toEqual([]);
    expect(await perform(done.adapter.shipments.acts[act], { ...PARCEL, shipmentExternalId: "zz" })).toMatchObject({
      outcome: "rejected",
    });
  });
});
