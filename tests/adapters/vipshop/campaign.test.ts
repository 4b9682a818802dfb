/**
 * Ten documents of the platform through the whole way, and what the shelves of others show after each: a campaign is
 * announced, sells by reservations, is picked and delivered, ends, sends back what was left, and is billed.
 */
import { expect, it } from "vitest";
import { explainSchema } from "../../../src/api/schemas/allocation.ts";
import type { RawDocument, ReadCapability } from "../../../src/core/adapter.ts";
import { ingest } from "../../../src/core/ingest/ingest.ts";
import type { IngestStore } from "../../../src/core/ingest/types.ts";
import type { Resource } from "../../../src/core/model/vocabulary.ts";
import { listDueWork, runWork } from "../../../src/sync/schedule.ts";
import { givenApi } from "../../api/given-api.ts";
import {
  answerOf,
  CONTEXT,
  type Fields,
  file,
  givenAdapter,
  givenBillLine,
  givenOccupied,
  givenPick,
  givenPickLine,
  givenPickPrices,
  givenPurchase,
  givenStore,
  SIGNAL,
} from "./stub.ts";

const BARCODE = "6901234567892";
const PLACE = { cooperation_no: 100123, warehouse: "VIP_NH" };
const HOUR_MS = 3_600_000;

it("a campaign of ten documents moves what other shops show when it should, and not before or after", async () => {
  const api = await givenApi();
  api.clock.set(new Date("2026-01-14T02:00:00Z"));
  const key = await api.key("operator");
  const supplier = await api.store();
  const other = await api.store({ name: "Shop" });
  const { adapter } = givenAdapter();
  let readSeq = 1000;
  const read = async (store: IngestStore, resource: Resource, value: unknown): Promise<RawDocument[]> => {
    const capability: ReadCapability = adapter[resource];
    const documents = capability.parseFile(file(value), CONTEXT);
    readSeq += 1;
    const saved = await ingest(api.engine, {
      store,
      resource,
      documents: documents.map((raw) => ({ raw, readSeq })),
      toUnified: (raw) => capability.toUnified(raw, CONTEXT),
    });
    expect(saved.rejected).toBe(0);
    return documents;
  };
  const work = async () => {
    for (const item of await listDueWork(api.db, api.clock.now()))
      if (item.kind === "rules") await runWork(api.engine, item, new AbortController().signal);
  };
  const until = async (time: string) => {
    api.clock.set(new Date(`${time}+08:00`));
    await work();
  };
  const shown = async () => {
    const { offers } = explainSchema.parse((await api.send(key, `GET /v1/stock/${BARCODE}/explain`)).body);
    const of = (id: string, place: string | null) =>
      offers.filter((offer) => offer.store_id === id && offer.place === place).map((offer) => offer.shows);
    return { campaign: of(supplier.id, "100123/VIP_NH"), other: of(other.id, null) };
  };
  const occupied = (sn: string, amount: number, time: string, rest: Fields = {}) => ({
    ...givenOccupied({ occupied_order_sn: sn, ...rest }),
    barcodes: [{ barcode: BARCODE, amount, brand_id: 1, ...PLACE, sales_no: 987654, create_time: time }],
  });
  await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: BARCODE }] } });

  // 1, 2: the supplier's barcode at its place, and the product of an ordinary shop.
  const product = {
    vendor_id: 550,
    barcode: BARCODE,
    product_name: "连衣裙",
    brand_id: 1,
    sn: "A1001",
    sell_price: 199,
  };
  const stock = { barcode: BARCODE, ...PLACE, leaving_stock: 30, current_hold: 0 };
  await read(supplier, "listings", [answerOf({ total: 1, products: [product] }), answerOf([stock])]);
  const sku = { sku_id: "7001", outer_sku_id: BARCODE };
  await read(other, "listings", {
    product: { spu_id: "700", title: "T恤", shelf_status: "on" },
    skus: [sku],
    prices: [],
    stocks: [{ sku_id: "7001", leaving_stock: 100 }],
  });
  await api.send(key, "PUT /v1/stock", { body: { counts: [{ sku: BARCODE, quantity: 100, basis: "physical" }] } });
  expect((await shown()).other).toEqual([100]);

  // 3: announced a day before it begins. What is committed is held at once, at its place.
  const purchase = givenPurchase({ stock: "30", sales_volume: "0", not_pick: "0" });
  await read(supplier, "listings", { purchase, stocks: [stock], sold: [] });
  await work();
  expect(await shown()).toEqual({ campaign: [30], other: [70] });

  // 4: sold in the campaign: the unit was held, so that the other shop shows what it showed.
  await until("2026-01-15T12:00:00");
  await read(
    supplier,
    "orders",
    answerOf({ has_next: false, occupied_orders: [occupied("OCC1", 8, "2026-01-15 11:30:00")] }),
  );
  expect(await shown()).toEqual({ campaign: [22], other: [70] });
  await read(
    supplier,
    "orders",
    answerOf({ has_next: false, occupied_orders: [occupied("OCC2", 3, "2026-01-15 11:40:00")] }),
  );
  expect(await shown()).toEqual({ campaign: [19], other: [70] });

  // 5: a reservation that is cancelled gives its units back to the campaign, to nobody else.
  const released = occupied("OCC2", 3, "2026-01-15 11:40:00");
  const cancelled = givenAdapter(() => ({ has_next: false, occupied_orders: [released] })).adapter.orders;
  const window = { since: new Date("2026-01-19T00:00:00Z"), until: new Date("2026-01-19T00:30:00Z"), cursor: null };
  const page = await cancelled.list(givenStore(), { ...window, limit: 50, stream: "released" }, SIGNAL);
  readSeq += 1;
  await ingest(api.engine, {
    store: supplier,
    resource: "orders",
    documents: page.documents.map((raw) => ({ raw, readSeq })),
    toUnified: (raw) => adapter.orders.toUnified(raw, CONTEXT),
  });
  expect(await shown()).toEqual({ campaign: [22], other: [70] });

  // 6: the pick list takes up what was reserved: the same units, held once.
  const [whole] = adapter.orders.parseFile(
    file([
      answerOf({ total: 1, picks: [givenPick({ pick_num: 8, create_time: "2026-01-15 12:00:00" })] }),
      answerOf({ total: 1, pick_detail_list: [givenPickLine({ pick_num: 8, not_delivery_num: 8 })] }),
      answerOf(givenPickPrices()),
      answerOf({ total: 1, purchase_order_list: [purchase] }),
    ]),
    CONTEXT,
  );
  const payload = whole?.payload as Fields;
  await read(supplier, "orders", { ...payload, deducted: [{ occupied_order_sn: "OCC1" }] });
  expect(await shown()).toEqual({ campaign: [22], other: [70] });

  // 7: delivered. The units leave the shelf; nobody else's quantity moves.
  const left = {
    ...payload,
    pick: givenPick({ pick_num: 8, delivery_num: 8, delivery_status: 1, create_time: "2026-01-15 12:00:00" }),
    lines: [givenPickLine({ pick_num: 8, not_delivery_num: 0 })],
    deliveries: [
      {
        delivery: { storage_no: "S1", delivery_no: "SF1", out_flag: "1", out_time: "2026-01-15 20:00:00" },
        goods: [{ pick_no: "PICK-2000123456-10", barcode: BARCODE, amount: "8" }],
        receipt: {},
        traces: [],
      },
    ],
    deducted: [{ occupied_order_sn: "OCC1" }],
  };
  await read(supplier, "orders", left);
  await read(supplier, "shipments", left);
  expect(await shown()).toEqual({ campaign: [22], other: [70] });
  const level = async () => (await api.send(key, `GET /v1/stock?sku=${BARCODE}`)).body.data[0];
  expect(await level()).toMatchObject({ on_hand: 92, reserved: 0 });

  // 8: it ends. What was not sold goes back to everybody, and its own place shows nothing any more.
  await until("2026-01-18T09:59:00");
  expect((await shown()).other).toEqual([70]);
  await until("2026-01-18T10:01:00");
  api.clock.advance(25 * HOUR_MS);
  await work();
  expect((await shown()).other).toEqual([92]);

  // 9: goods that the platform sends back are told, and are on no shelf before the warehouse says so.
  const sent = { barcode: BARCODE, grade: 100, po_no: "2000123456", qty: 2, box_no: "1" };
  await read(supplier, "disputes", [
    answerOf({ total: 1, returnInfos: [{ return_sn: "V1", warehouse: "VIP_NH", return_type: 101, pay_type: 1 }] }),
    answerOf({
      total: 1,
      returnDeliveryInfos: [{ return_sn: "V1", out_time: "2026-01-19 10:00:00", delivery_list: [sent] }],
    }),
  ]);
  expect((await shown()).other).toEqual([92]);

  // 10: billed.
  const line = givenBillLine({ orderNum: "PICK-2000123456-10" });
  await read(supplier, "settlements", answerOf({ code: 0, count: 1, billDetails: [line] }));
  expect((await shown()).other).toEqual([92]);
  const told = async (sql: string) => (await api.db.query<Fields>(sql))[0];
  expect(await told("select external_status, status from disputes")).toEqual({
    external_status: "101",
    status: "return_in_transit",
  });
  expect(await told("select count(*)::int as n, min(kind) as kind from ledger_entries")).toEqual({
    n: 1,
    kind: "sale",
  });
  expect(await told("select status, parent_external_id from orders where external_id like 'PICK%'")).toEqual({
    status: "shipped",
    parent_external_id: "2000123456",
  });
});
