import { describe, expect, it } from "vitest";
import { approvalSchema } from "../../src/api/schemas/approvals.ts";
import { csvAnswerSchema } from "../../src/api/schemas/csv.ts";
import { exampleListing, ingestExamples, listingDocument } from "../support/example.ts";
import { givenStock } from "./given-stock.ts";

const csv = (...lines: string[]) => ({ body: `${lines.join("\n")}\n`, headers: { "content-type": "text/csv" } });

/** Many SKUs S0, S1 … beside SKU-1, each with an offer in the live store and 5 on the shelf. */
async function givenMany(n: number) {
  const stock = await givenStock();
  const { api, key, store } = stock;
  const codes = Array.from({ length: n }, (_, i) => `S${i}`);
  await api.send(key, "PUT /v1/skus", { body: { skus: codes.map((code) => ({ code })) } });
  const [variant] = exampleListing().variants;
  if (!variant) throw new Error("the example has a variant");
  const variants = codes.map((code) => ({ ...variant, externalId: `V-${code}`, sellerCode: code }));
  await ingestExamples(api.engine, store, "listings", [
    listingDocument(exampleListing({ externalId: "L2", variants })),
  ]);
  const counted = (...lines: string[]) => csv("sku,quantity,basis", ...lines);
  const put = (query: string, sent: ReturnType<typeof csv>) => api.send(key, `PUT /v1/stock${query}`, sent);
  await put("", counted(...codes.map((code) => `${code},5,physical`)));
  const onHand = async () =>
    Object.fromEntries(
      (await api.send(key, "GET /v1/stock?limit=200")).body.data.map((row: { sku: string; on_hand: number }) => [
        row.sku,
        row.on_hand,
      ]),
    );
  api.clock.advance(1000);
  return { ...stock, codes, counted, put, onHand };
}

describe("files of rows", () => {
  it("have their good rows applied and each bad one named with its line, and change nothing when sent again", async () => {
    const { api, key } = await givenStock();
    const n = 2_400;
    const codes = Array.from({ length: n }, (_, i) => `C${i}`);
    const skus = await api.send(
      key,
      "PUT /v1/skus",
      csv("\ufeffcode;title", ...codes.map((code) => `${code};"Thing; ${code}"`)),
    );
    expect(csvAnswerSchema.parse(skus.body)).toMatchObject({ read: n, done: n, rejected: 0 });
    const bad = new Map([
      [7, "C5,-1,physical"],
      [8, "C6,1.5,physical"],
      [9, "NOPE,3,physical"],
      [10, 'C8,"3,physical'],
      [11, "C9,3,physical,more"],
      [1200, "C1198,,physical"],
      [2001, "C1999,3,weekly"],
    ]);
    const lines = codes.map((code, i) => bad.get(i + 2) ?? `${code},${i % 9},physical`);
    const sent = csv("sku,quantity,basis", ...lines);
    const { status, body } = await api.send(key, "PUT /v1/stock?counted_at=2026-01-01T00:00:00Z", sent);
    expect(status).toBe(200);
    expect(csvAnswerSchema.parse(body)).toMatchObject({
      read: n,
      done: n - bad.size,
      rejected: bad.size,
      broken: null,
    });
    // By part: within a part, rows that cannot be read come before those that cannot be taken.
    expect(body.errors.map((error: { line: number }) => error.line).sort((a: number, b: number) => a - b)).toEqual([
      ...bad.keys(),
    ]);
    expect(body.errors.find((error: { line: number }) => error.line === 9)).toEqual({
      line: 9,
      code: "unknown_sku",
      detail: 'There is no SKU "NOPE".',
    });
    expect((await api.send(key, "GET /v1/skus/C1997")).body.on_hand).toBe(1997 % 9);
    const versions = () => api.db.query("select sku_id, on_hand, version from stock_levels order by 1");
    const before = await versions();
    const again = await api.send(key, "PUT /v1/stock?counted_at=2026-01-01T00:00:00Z", sent);
    expect(again.body).toMatchObject({ done: 0, unchanged: n - bad.size, rejected: bad.size });
    expect(await versions()).toEqual(before);
  });

  it("that are empty, or not what they should be, are told so", async () => {
    const { api, key } = await givenStock();
    const problems = [
      ["", "empty_file"],
      ["\n\n", "empty_file"],
      ["sku,quantity,basis\n", "no_rows"],
      ["SKU,Menge\nA,1\n", "wrong_columns"],
      ["sku,quantity,basis,sku\nA,1,physical,A\n", "wrong_columns"],
      ["{}", "wrong_columns"],
    ] as const;
    for (const [body, code] of problems)
      expect(await api.send(key, "PUT /v1/stock", { body, headers: { "content-type": "text/csv" } })).toMatchObject({
        status: 422,
        body: { code },
      });
    const gbk = new Uint8Array([0xce, 0xef, 0x2c, 0xff, 0x0a]);
    const headers = { "content-type": "text/csv; charset=gbk" };
    expect(await api.send(key, "PUT /v1/stock", { body: gbk, headers })).toMatchObject({ body: { code: "not_utf8" } });
    expect(await api.send(key, "PUT /v1/stock?absent=maybe", csv("sku"))).toMatchObject({
      status: 400,
      body: { code: "invalid_parameter" },
    });
    const bare = csv("sku,quantity", "SKU-1,3", "SKU-1,4");
    const lacking = await api.send(key, "PUT /v1/stock", bare);
    expect(lacking).toMatchObject({ status: 422, body: { code: "wrong_columns" } });
    expect(lacking.body.detail).toMatch(/lacks basis \(or `basis=physical`/);
    expect((await api.send(await api.key("finance"), "PUT /v1/stock", csv("sku"))).status).toBe(403);
    expect((await api.send(key, "PUT /v1/prices", csv("sku,amount", "A,1"))).body.detail).toMatch(/lacks currency/);
  });

  it("that a spreadsheet spoilt say what is wrong with the cell", async () => {
    const { api, key } = await givenStock();
    const put = async (...lines: string[]) =>
      (await api.send(key, "PUT /v1/stock?basis=physical", csv("sku;quantity", ...lines))).body.errors[0].detail;
    expect(await put("1.23457E+12;3")).toMatch(/^sku: a spreadsheet shortened it to 1.23457E\+12: format/);
    expect(await put("SKU-1;1,000")).toBe('quantity: "1,000" is not a whole number');
    const codes = await api.send(key, "PUT /v1/skus", csv("code", "4,0058E+12"));
    expect(codes.body).toMatchObject({ done: 0, rejected: 1 });
    const price = async (row: string) =>
      (await api.send(key, "PUT /v1/prices", csv("sku;currency;amount", row))).body.errors[0].detail;
    expect(await price("SKU-1;EUR;18,50")).toBe("amount: must be an amount such as 12.50, with a point and no sign");
    expect(await price("SKU-1;eur;18.50")).toBe("currency: must be a currency code of three capitals such as EUR");
  });

  it("count a SKU at a location once: a second figure for it is refused, also further down the file", async () => {
    const { api, key, level } = await givenStock();
    const twice = [3, 4].map((quantity) => ({ sku: "SKU-1", quantity, basis: "physical" }));
    expect((await api.send(key, "PUT /v1/stock", { body: { counts: twice } })).body.data).toMatchObject([
      { outcome: "done", on_hand: 3 },
      { outcome: "rejected", error: { code: "named_twice" } },
    ]);
    api.clock.advance(1000);
    const others = Array.from({ length: 1_000 }, (_, i) => `C${i}`);
    await api.send(key, "PUT /v1/skus", csv("code", ...others));
    const lines = ["SKU-1,5", ...others.map((code) => `${code},0`), "SKU-1,6"];
    const { body } = await api.send(key, "PUT /v1/stock?basis=physical", csv("sku,quantity", ...lines));
    expect(body).toMatchObject({ done: 1_001, rejected: 1, errors: [{ line: 1_003, code: "named_twice" }] });
    expect(await level()).toMatchObject({ on_hand: 5 });
  });

  it("of movements, rules, campaigns and prices say the same as JSON", async () => {
    const { api, store, key, level, desired } = await givenStock();
    const moves = csv(
      "sku,kind,quantity,reference,reason",
      "SKU-1,receipt,50,PO-1,delivered",
      "SKU-1,correction,-2,PO-2,",
    );
    for (const outcome of [
      { done: 2, unchanged: 0 },
      { done: 0, unchanged: 2 },
    ])
      expect((await api.send(key, "POST /v1/stock/movements", moves)).body).toMatchObject(outcome);
    expect(await level()).toMatchObject({ on_hand: 48 });
    expect(
      (await api.send(key, "POST /v1/stock/movements", csv("sku,kind,quantity,reference", "SKU-1,receipt,1,"))).body,
    ).toMatchObject({
      rejected: 1,
      errors: [{ line: 2, code: "invalid_row" }],
    });
    const rules = csv(
      "kind,quantity,percent,store_id,locations",
      `share,,50,${store.id},`,
      "cap,20,,,",
      "locations,,,,main",
      "cap,-1,,,",
    );
    expect((await api.send(key, "PUT /v1/allocation-rules", rules)).body).toMatchObject({ done: 3, rejected: 1 });
    expect(await desired()).toEqual([20]);
    const campaign = csv(
      "store_id,code,title,starts_at,ends_at,sku,quantity",
      `${store.id},A,Sale,2020-01-01T00:00:00Z,2100-01-01T00:00:00Z,SKU-1,7`,
      `${store.id},B,Other,2020-01-01T00:00:00Z,2019-01-01T00:00:00Z,SKU-1,7`,
    );
    expect((await api.send(key, "PUT /v1/campaigns", campaign)).body).toMatchObject({
      done: 1,
      rejected: 1,
      errors: [{ line: 3, code: "ends_before_it_begins" }],
    });
    expect(await desired()).toEqual([7]);
    const bundle = csv("code,components,retired", "DUO,SKU-1*2,no", "BAD,SKU-1*x,no");
    expect((await api.send(key, "PUT /v1/skus", bundle)).body).toMatchObject({ done: 1, errors: [{ line: 3 }] });
    expect((await api.send(key, "GET /v1/skus/DUO")).body.components).toEqual([{ code: "SKU-1", quantity: 2 }]);
    const prices = csv(
      "sku,currency,amount,floor",
      "SKU-1,EUR,12.50,10",
      "SKU-1,EUR,1,",
      "NONE,EUR,1,",
      "SKU-1,EUR2,1,",
    );
    expect((await api.send(key, "PUT /v1/prices", prices)).body).toMatchObject({ done: 1, rejected: 3 });
    expect((await api.send(key, "GET /v1/skus/SKU-1")).body.prices).toMatchObject([
      { price: { amount: "12.50" }, floor: { amount: "10.00" } },
    ]);
    const priceRules = csv("kind,percent,amount,currency,max_age_days", "markup,10,,,", "floor,,9,EUR,", "rate,,,,x");
    expect((await api.send(key, "PUT /v1/prices/rules", priceRules)).body).toMatchObject({ done: 2, rejected: 1 });
  });
});

describe("whole counts", () => {
  it("say of SKUs that they do not name that there are none, or nothing", async () => {
    const { api, key, counted, put, onHand } = await givenMany(4);
    expect((await put("", counted("S0,3,physical"))).body).toMatchObject({ done: 1 });
    expect(await onHand()).toEqual({ S0: 3, S1: 5, S2: 5, S3: 5 });
    api.clock.advance(1000);
    expect((await put("?absent=zero", counted("S0,3,physical", "S1,4,physical"))).body).toMatchObject({
      done: 2,
      absent: { zeroed: 2, left: null },
    });
    expect(await onHand()).toEqual({ S0: 3, S1: 4, S2: 0, S3: 0 });
    api.clock.advance(1000);
    const counts = [{ sku: "S3", quantity: 9, basis: "available" }];
    expect((await api.send(key, "PUT /v1/stock?absent=zero", { body: { counts } })).body).toMatchObject({
      data: [{ sku: "S3", on_hand: 9 }],
      absent: { zeroed: 2 },
    });
    expect(await onHand()).toEqual({ S0: 0, S1: 0, S2: 0, S3: 9 });
    const timed = [{ ...counts[0], counted_at: api.clock.now() }];
    expect(await api.send(key, "PUT /v1/stock?absent=zero", { body: { counts: timed } })).toMatchObject({
      status: 422,
      body: { code: "counted_at_of_row" },
    });
  });

  it("name a SKU at one location and not at another: JSON and CSV say the same of it", async () => {
    const { api, key, put, onHand } = await givenMany(1);
    await api.send(key, "POST /v1/locations", { body: { code: "back", name: "Back" } });
    const both = () =>
      api.db.query(
        "select l.on_hand from stock_levels l join locations o on o.id = l.location_id order by o.code, l.on_hand",
      );
    const restock = async () => {
      const movements = [{ sku: "SKU-1", location: "back", kind: "receipt", quantity: 4 }];
      await api.send(key, "POST /v1/stock/movements", { body: { movements } });
      api.clock.advance(1000);
    };
    const rows = [
      ["SKU-1", "main"],
      ["S0", "back"],
    ].map(([sku, location]) => ({ sku, location, quantity: 2, basis: "physical" }));
    const lines = ["sku,location,quantity,basis", ...rows.map((row) => `${row.sku},${row.location},2,physical`)];
    for (const sent of [{ body: { counts: rows } }, csv(...lines)]) {
      await restock();
      expect((await put("?absent=zero", sent as never)).status).toBe(200);
      expect(await both()).toEqual([{ on_hand: 0 }, { on_hand: 2 }, { on_hand: 0 }, { on_hand: 2 }]);
    }
    // A row whose location is not known may be the one that would have named it.
    await restock();
    const lost = await put("?absent=zero", { body: { counts: [rows[1], { ...rows[0], location: "mian" }] } } as never);
    expect(lost.body.absent).toEqual({ zeroed: 0, left: expect.stringContaining("mend") });
    expect((await onHand())["SKU-1"]).toBeGreaterThan(0);
  });

  it("leave what they do not name while a row of theirs cannot be read", async () => {
    const { counted, put, onHand } = await givenMany(3);
    const { body } = await put("?absent=zero", counted("S0,3,physical", "S1,-4,physical"));
    expect(body).toMatchObject({ done: 1, rejected: 1, absent: { zeroed: 0, left: expect.stringContaining("mend") } });
    expect(await onHand()).toEqual({ S0: 3, S1: 5, S2: 5 });
    // An unknown SKU is no reason: it is none of those that are there.
    expect((await put("?absent=zero", counted("S0,3,physical", "NEW,1,physical"))).body).toMatchObject({
      rejected: 1,
      absent: { zeroed: 2 },
    });
  });

  it("S27 end the sale of a SKU that went without notice, and keep what was sold since they were taken", async () => {
    const { api, key, counted, put, order, desired } = await givenMany(3);
    const takenAt = api.clock.now().toISOString();
    api.clock.advance(60_000);
    await order("1", 1, api.clock.now());
    await put(`?absent=zero&counted_at=${takenAt}`, counted("S0,5,physical", "S1,5,physical", "SKU-1,8,physical"));
    const shown = (await api.send(key, "GET /v1/offers?aspect=stock")).body.data.map(
      (row: { sku: string; desired: number }) => [row.sku, row.desired],
    );
    expect(Object.fromEntries(shown)).toEqual({ S0: 5, S1: 5, S2: 0, "SKU-1": 7 });
    expect(await desired()).toEqual([7]);
  });
});

describe("writes that would end the sale of much", () => {
  it("wait for approval, and are done when they are confirmed", async () => {
    const { api, key, codes, counted, put, onHand } = await givenMany(25);
    const zero = { counts: codes.map((sku) => ({ sku, quantity: 0, basis: "physical" })) };
    const refused = await api.send(key, "PUT /v1/stock", { body: zero });
    expect(refused).toMatchObject({ status: 409, body: { code: "too_many_zeroes" } });
    expect(Object.values(await onHand())).not.toContain(0);
    const waiting = async () => (await api.send(key, "GET /v1/approvals?status=waiting")).body.data;
    const [approval] = await waiting();
    expect(approvalSchema.parse(approval)).toMatchObject({ kind: "counts", rows: 25, ended: 25, on_sale: 25 });
    expect(refused.body.detail).toContain(approval.id);
    expect((await api.send(key, "GET /v1/alerts")).body.data).toMatchObject([{ code: "approval_waiting" }]);
    // The same again waits once.
    await api.send(key, "PUT /v1/stock", { body: zero });
    expect(await waiting()).toHaveLength(1);
    // Of a file, what is harmless is done at once.
    await api.send(key, `POST /v1/approvals/${approval.id}/withdraw`);
    api.clock.advance(1000);
    const file = await put("?absent=zero", counted("S0,4,physical"));
    expect(file.body).toMatchObject({ done: 1, waiting: 24, absent: { zeroed: 0 } });
    expect((await onHand()).S0).toBe(4);
    expect((await waiting())[0]).toMatchObject({ id: file.body.approval_id, rows: 24 });
    const confirmed = await api.send(key, `POST /v1/approvals/${file.body.approval_id}/confirm`);
    expect(confirmed.body).toMatchObject({ status: "confirmed", done: 24, rejected: 0 });
    expect(Object.values(await onHand()).filter((quantity) => quantity !== 0)).toEqual([4]);
    expect(await api.send(key, `POST /v1/approvals/${file.body.approval_id}/confirm`)).toMatchObject({
      status: 409,
      body: { code: "decided_already" },
    });
    expect((await api.send(key, "GET /v1/alerts")).body.data).toEqual([]);
  });

  it("are confirmed by a key that may, not by every key that may count", async () => {
    const { api, codes, onHand } = await givenMany(25);
    const warehouse = await api.key("warehouse");
    const zero = { counts: codes.map((sku) => ({ sku, quantity: 0, basis: "physical" })) };
    const refused = { status: 403, body: { code: "scope_missing" } };
    expect(await api.send(warehouse, "PUT /v1/stock?confirm=true", { body: zero })).toMatchObject(refused);
    expect((await api.send(warehouse, "PUT /v1/stock", { body: zero })).status).toBe(409);
    const [{ id }] = (await api.send(warehouse, "GET /v1/approvals")).body.data;
    expect(await api.send(warehouse, `POST /v1/approvals/${id}/confirm`)).toMatchObject(refused);
    const all = { body: { percent: 100, offers: 1000 } };
    expect(await api.send(warehouse, "PUT /v1/zero-guard", all)).toMatchObject(refused);
    expect(Object.values(await onHand())).not.toContain(0);
    const operator = await api.key("operator");
    expect((await api.send(operator, `POST /v1/approvals/${id}/confirm`)).status).toBe(200);
    expect(new Set(Object.values(await onHand()))).toEqual(new Set([0]));
    // What it asked for and thinks better of, it takes back itself.
    await api.send(warehouse, "PUT /v1/stock", { body: { counts: [{ sku: "S0", quantity: 9, basis: "physical" }] } });
    expect((await api.send(warehouse, "GET /v1/zero-guard")).status).toBe(200);
  });

  it("are decided once, by whoever is first, and go on where they were broken off", async () => {
    const { api, key, counted, put, codes, onHand } = await givenMany(25);
    const ask = async (quantity: number) => {
      const answer = await put("", {
        body: { counts: codes.map((sku) => ({ sku, quantity, basis: "physical" })) },
      } as never);
      expect(answer.body.code).toBe("too_many_zeroes");
      const [{ id }] = (await api.send(key, "GET /v1/approvals?status=waiting")).body.data;
      return (act: string) => api.send(key, `POST /v1/approvals/${id}/${act}`);
    };
    const decide = await ask(0);
    const answers = await Promise.all([decide("withdraw"), decide("confirm")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const isWithdrawn = answers[0]?.status === 200;
    expect(Object.values(await onHand()).includes(0)).toBe(!isWithdrawn);
    api.clock.advance(1000);
    await put("", counted(...codes.map((code) => `${code},5,physical`)));
    api.clock.advance(1000);
    const again = await ask(0);
    await api.db.query("alter table stock_movements rename to gone_away");
    expect((await again("confirm")).status).toBe(500);
    await api.db.query("alter table gone_away rename to stock_movements");
    expect((await again("withdraw")).status).toBe(409);
    expect((await again("confirm")).body).toMatchObject({ status: "confirmed", done: 25, rejected: 0 });
    expect((await again("confirm")).status).toBe(409);
  });

  it("are those beyond the share that is set, by rules, SKUs and campaigns too", async () => {
    const { api, key, store, codes } = await givenMany(10);
    const rules = { rules: [{ kind: "pause" }] };
    expect((await api.send(key, "GET /v1/zero-guard")).body).toEqual({ percent: 20, offers: 20 });
    await api.send(key, "PUT /v1/zero-guard", { body: { percent: 50, offers: 5 } });
    const writes = [
      ["PUT /v1/allocation-rules", rules],
      ["PUT /v1/skus", { skus: codes.slice(0, 6).map((code) => ({ code, retired: true })) }],
      [
        "PUT /v1/campaigns",
        {
          campaigns: [
            {
              store_id: store.id,
              code: "all",
              title: "All",
              place: "P",
              starts_at: "2020-01-01T00:00:00Z",
              ends_at: "2100-01-01T00:00:00Z",
              items: codes.slice(0, 7).map((sku) => ({ sku, quantity: 5 })),
            },
          ],
        },
      ],
    ] as const;
    for (const [request, body] of writes) {
      const answer = await api.send(key, request, { body });
      // A campaign puts as many on sale at its place as it takes away elsewhere.
      expect([request, answer.status]).toEqual([request, request === "PUT /v1/campaigns" ? 200 : 409]);
    }
    const waiting = (await api.send(key, "GET /v1/approvals?status=waiting")).body.data;
    expect(waiting.map((row: { kind: string }) => row.kind).sort()).toEqual(["rules", "skus"]);
    for (const { id } of waiting) expect((await api.send(key, `POST /v1/approvals/${id}/confirm`)).status).toBe(200);
    const offers = (await api.send(key, "GET /v1/offers?aspect=stock")).body.data;
    expect(offers.every((offer: { desired: number }) => offer.desired === 0)).toBe(true);
    const limited = await api.key("operator", [store.id]);
    expect((await api.send(limited, "GET /v1/approvals")).body.data).toEqual([]);
    expect((await api.send(limited, `POST /v1/approvals/${waiting[0].id}/confirm`)).status).toBe(404);
  });
});
