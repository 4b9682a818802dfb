import { describe, expect, it } from "vitest";
import { oversoldSchema } from "../../src/api/schemas/oversold.ts";
import { itTwoConnections } from "../support/database.ts";
import {
  exampleLine,
  exampleListing,
  exampleOrder,
  ingestExamples,
  listingDocument,
  orderDocument,
} from "../support/example.ts";
import { givenStock } from "./given-stock.ts";

describe("the worklist of oversold units", () => {
  it("S21 holds what two buyers bought at once: 50 orders on three stores for 10 units", async () => {
    const { api, key, store, count, level } = await givenStock();
    await count(10, "physical");
    const stores = [store, await api.store({ name: "B" }), await api.store({ name: "C" })];
    for (const one of stores) await ingestExamples(api.engine, one, "listings", [listingDocument(exampleListing())]);
    const shipBy = new Date(api.clock.now().getTime() + 86_400_000);
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        ingestExamples(api.engine, stores[i % 3] ?? store, "orders", [
          orderDocument(exampleOrder({ externalId: `N${i}`, placedAt: api.clock.now(), shipBy })),
        ]),
      ),
    );
    const first = await api.send(key, "GET /v1/oversold?limit=25");
    const second = await api.send(key, `GET /v1/oversold?limit=25&cursor=${first.body.next}`);
    const rows = [...first.body.data, ...second.body.data].map((row) => oversoldSchema.parse(row));
    expect(second.body.next).toBeNull();
    expect(new Set(rows.map((row) => row.order_id)).size).toBe(40);
    for (const row of rows)
      expect(row).toMatchObject({ short: 1, sku: "SKU-1", proposed: { act: "cancel", until: shipBy.toISOString() } });
    expect(await level()).toEqual({ on_hand: 10, reserved: 50, available: -40 });
    const [reserved] = await api.db.query<{ n: string }>(
      "select count(*) as n from reservations where held = 1 and oversold = 0",
    );
    expect(Number(reserved?.n)).toBe(10);
    const ledger = await api.db.query("select 1 from stock_movements where on_hand_after < 0");
    expect(ledger).toEqual([]);
    expect(
      (await api.send(key, "GET /v1/offers?sku=SKU-1")).body.data.map((row: { desired: number }) => row.desired),
    ).toEqual([0, 0, 0]);

    // A key sees the orders of its own stores.
    const limited = await api.key("operator", [stores[1]?.id ?? ""]);
    const mine = (await api.send(limited, "GET /v1/oversold?limit=50")).body.data;
    expect(mine.length).toBeGreaterThan(0);
    expect(new Set(mine.map((row: { store_id: string }) => row.store_id))).toEqual(new Set([stores[1]?.id]));

    // What comes in takes as many off the list as it covers.
    await count(60, "physical");
    expect((await api.send(key, "GET /v1/oversold")).body.data).toEqual([]);
  });

  it("proposes what the data allows: another shelf, the same goods under another code, waiting, cancelling", async () => {
    const { api, key, store, count, move } = await givenStock();
    await count(0, "physical");
    await api.db.query(
      "insert into locations (id, code, name, sellable) values (gen_random_uuid(), 'back', 'Back room', false)",
    );
    const shipBy = new Date(api.clock.now().getTime() + 3_600_000);
    const order = (externalId: string, quantity: number, due: Date | null) =>
      ingestExamples(api.engine, store, "orders", [
        orderDocument(
          exampleOrder({ externalId, placedAt: api.clock.now(), shipBy: due, lines: [exampleLine({ quantity })] }),
        ),
      ]);
    await order("later", 2, null);
    await order("sooner", 1, shipBy);
    const proposed = async () =>
      (await api.send(key, "GET /v1/oversold")).body.data.map(
        (row: { order_external_id: string; proposed: { act: string; location: string; sku: string } }) =>
          [row.order_external_id, row.proposed.act, row.proposed.location ?? row.proposed.sku] as const,
      );
    expect(await proposed()).toEqual([
      ["sooner", "cancel", null],
      ["later", "wait", null],
    ]);
    await api.send(key, "PUT /v1/allocation-rules", { body: { rules: [{ kind: "replenishable", quantity: 5 }] } });
    expect(await proposed()).toEqual([
      ["sooner", "wait", null],
      ["later", "wait", null],
    ]);
    // The same goods under another code.
    await api.send(key, "PUT /v1/skus", {
      body: {
        skus: [
          { code: "SKU-1", barcode: "4006381333931" },
          { code: "TWIN", barcode: "4006381333931" },
        ],
      },
    });
    await move({ sku: "TWIN", kind: "receipt", quantity: 9 });
    expect(await proposed()).toEqual([
      ["sooner", "substitute", "TWIN"],
      ["later", "substitute", "TWIN"],
    ]);
    // One unit in the back room is for the order that is due first.
    await move({ location: "back", kind: "receipt", quantity: 1 });
    expect(await proposed()).toEqual([
      ["sooner", "ship_from", "back"],
      ["later", "substitute", "TWIN"],
    ]);
  });
});

describe("a hot SKU", () => {
  itTwoConnections("sold from two shelves in one moment is counted over both", async () => {
    const { api, key, store, count, move, desired } = await givenStock();
    await count(10, "physical");
    const back = (await api.send(key, "POST /v1/locations", { body: { code: "back", name: "Back room" } })).body.id;
    await move({ location: "back", kind: "receipt", quantity: 10 });
    const order = (externalId: string) => orderDocument(exampleOrder({ externalId, placedAt: api.clock.now() }));
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let first: Promise<unknown> = Promise.resolve();
    await new Promise<void>((written) => {
      first = ingestExamples(api.engine, store, "orders", [order("1")], async () => {
        written();
        await held;
      });
    });
    const second = ingestExamples(api.engine, { ...store, locationId: back }, "orders", [order("2")]);
    const waiting = async () =>
      (
        await api.db.query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
      ).length > 0;
    while (!(await waiting()));
    goOn();
    await Promise.all([first, second]);
    expect(await desired()).toEqual([18]);
  });

  itTwoConnections(
    "S34 sold by 30 stores, 500 orders read by three writers beside counts and rules: no page is lost, all add up",
    async () => {
      const { api, key, store, count, move } = await givenStock();
      await api.send(key, "PUT /v1/skus", {
        body: {
          skus: [
            { code: "LID" },
            {
              code: "SET",
              components: [
                { code: "SKU-1", quantity: 1 },
                { code: "LID", quantity: 1 },
              ],
            },
          ],
        },
      });
      await count(1_000, "physical");
      await move({ sku: "LID", kind: "receipt", quantity: 1_000 });
      const [variant] = exampleListing().variants;
      if (!variant) throw new Error("the example has a variant");
      const variants = ["SKU-1", "LID", "SET"].map((sellerCode) => ({
        ...variant,
        externalId: `V-${sellerCode}`,
        sellerCode,
      }));
      const stores = [store];
      for (let i = 1; i < 30; i++) stores.push(await api.store({ name: `Store ${i}` }));
      for (const one of stores)
        await ingestExamples(api.engine, one, "listings", [
          listingDocument(exampleListing({ externalId: "L9", variants })),
        ]);
      // Half of the stores are served from another shelf: what is available is counted over both.
      const made = await api.send(key, "POST /v1/locations", { body: { code: "back", name: "Back room" } });
      const shelfOf = (i: number) => ({
        ...(stores[i % 30] ?? store),
        ...(i % 3 === 0 ? { locationId: made.body.id } : {}),
      });
      // Every order holds the hot SKU, others beside it in any order of locking.
      const line = (id: string, sku: string) =>
        exampleLine({ externalId: id, variantExternalId: `V-${sku}`, sellerCode: sku });
      const pages = Array.from({ length: 100 }, (_, page) => ({
        store: shelfOf(page),
        documents: Array.from({ length: 5 }, (_, i) =>
          orderDocument(
            exampleOrder({
              externalId: `H${page}-${i}`,
              placedAt: api.clock.now(),
              lines: page % 2 === 0 ? [line("1", "LID"), line("2", "SKU-1")] : [line("1", "SET")],
            }),
          ),
        ),
      }));
      const writer = async () => {
        for (let page = pages.shift(); page; page = pages.shift())
          await ingestExamples(api.engine, page.store, "orders", page.documents);
      };
      const people = async () => {
        for (let i = 0; i < 10; i++) {
          const rules = [{ kind: "cap", quantity: 5_000 + i }];
          expect((await api.send(key, "PUT /v1/allocation-rules", { body: { rules } })).status).toBe(200);
          expect((await move({ kind: "receipt", quantity: 1 })).status).toBe(201);
        }
      };
      await Promise.all([writer(), writer(), writer(), people()]);
      const [orders] = await api.db.query<{ n: string }>("select count(*) as n from orders");
      expect(Number(orders?.n)).toBe(500);
      const levels = await api.db.query(
        "select s.code, sum(l.on_hand)::int as on_hand, sum(l.reserved)::int as reserved from stock_levels l join skus s on s.id = l.sku_id group by 1 order by 1",
      );
      expect(levels).toEqual([
        { code: "LID", on_hand: 1_000, reserved: 500 },
        { code: "SKU-1", on_hand: 1_010, reserved: 500 },
      ]);
      const shown = await api.db.query<{ code: string; desired: string; n: string }>(
        "select s.code, o.desired::text, count(*) as n from offers o join skus s on s.id = o.sku_id group by 1, 2 order by 1",
      );
      expect(shown.map((row) => [row.code, row.desired, Number(row.n)])).toEqual([
        ["LID", "500", 30],
        ["SET", "500", 30],
        ["SKU-1", "510", 31],
      ]);
    },
  );
});
