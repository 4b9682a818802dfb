import { beforeAll, describe, expect, it } from "vitest";
import { ROUTES, type RouteId } from "../../src/api/routes.ts";
import { allows, ROLES, type Role } from "../../src/api/scopes.ts";
import type { IngestStore } from "../../src/core/ingest/types.ts";
import { requestAct } from "../../src/sync/actions.ts";
import { exampleListing, exampleOrder, ingestExamples, listingDocument, orderDocument } from "../support/example.ts";
import { type GivenApi, givenApi } from "./given-api.ts";

/** What each route that wants a body is sent: right in form, so that only the key decides. */
const BODIES: Partial<Record<RouteId, unknown>> = {
  "POST /v1/stores": { platform: "example", name: "New", credentials: { token: "good-token" } },
  "PATCH /v1/stores/{id}": { name: "Renamed" },
  "PUT /v1/stores/{id}/credentials": { credentials: { token: "good-token" } },
  "POST /v1/stores/{id}/sync": {},
  "POST /v1/stores/{id}/import": [],
  "PUT /v1/push-brake": { stopped: false },
  "PATCH /v1/orders/{id}": { hold: { reason: "look at it" } },
  "POST /v1/orders/{id}/shipments": { carrier: "dhl", tracking_number: "1" },
  "POST /v1/orders/{id}/cancel": {},
  "POST /v1/orders/{id}/reveal": { reason: "call the buyer" },
  "POST /v1/orders/{id}/receipts": { lines: [{ line_external_id: "1", quantity: 1, condition: "damaged" }] },
  "POST /v1/disputes/{id}/actions": { act: "accept" },
  "POST /v1/disputes/{id}/receipts": { lines: [{ line_external_id: "1", quantity: 1, condition: "damaged" }] },
  "PUT /v1/listing-variants/{id}/sku": { sku: null },
  "PUT /v1/skus": { skus: [{ code: "SKU-1" }] },
  "PUT /v1/stock": { counts: [{ sku: "SKU-1", quantity: 10, basis: "available" }] },
  "POST /v1/stock/movements": { movements: [{ sku: "SKU-1", kind: "receipt", quantity: 1 }] },
  "PUT /v1/allocation-rules": { rules: [{ kind: "mirror" }] },
  "PUT /v1/zero-guard": { percent: 20, offers: 20 },
  "POST /v1/locations": { code: "back", name: "Back room" },
  "PATCH /v1/locations/{id}": { name: "Back room" },
  "PUT /v1/campaigns": { campaigns: [{ id: "00000000-0000-8000-8000-0000000000b0", items: [] }] },
  "PUT /v1/prices": { prices: [{ sku: "SKU-1", currency: "EUR", amount: "10.00" }] },
  "PUT /v1/prices/costs": { costs: [{ sku: "SKU-1", currency: "EUR", amount: "5.00", valid_from: "2026-01-01" }] },
  "PUT /v1/prices/rates": { rates: [{ base: "CNY", quote: "EUR", valid_on: "2026-01-01", rate: "0.125" }] },
  "PUT /v1/prices/rules": { rules: [{ kind: "manual" }] },
  "POST /v1/prices/{id}/approve": { amount: "10.00", currency: "EUR" },
  "PUT /v1/settlements/{id}/bank": { amount: "1.00", currency: "EUR", at: "2026-03-01T00:00:00Z" },
  "PUT /v1/stores/{id}/books": { open_from: null, reason: "opened again" },
  "POST /v1/reconciliation": {},
  "POST /v1/reconciliation/matches": { entry_id: "00000000-0000-8000-8000-0000000000ab", orders: [], reason: "known" },
  "POST /v1/reconciliation/entries/{id}/unmatch": { reason: "wrong order" },
  "POST /v1/apps": { platform: "example", name: "App", key: "k", secret: "Zzsecret" },
  "POST /v1/apps/{id}/consent": { name: "New" },
  "POST /v1/alerts/{id}/resolve": {},
  "POST /v1/webhook-endpoints": { url: "http://127.0.0.1:9/" },
  "PATCH /v1/webhook-endpoints/{id}": { description: "renamed" },
  "POST /v1/webhook-endpoints/{id}/replay": { after: 0 },
  "POST /v1/keys": { name: "another", role: "finance" },
};

const QUERIES: Partial<Record<RouteId, string>> = { "POST /v1/stores/{id}/import": "?resource=orders" };

/** Routes about the merchant's own things, or about the key itself: they speak of no store. */
const STORELESS: readonly RouteId[] = [
  "GET /v1/me",
  "GET /v1/platforms",
  "GET /v1/skus",
  "PUT /v1/skus",
  "GET /v1/skus/{code}",
  "GET /v1/stock",
  "PUT /v1/stock",
  "POST /v1/stock/movements",
  "GET /v1/stock/{sku}/explain",
  "GET /v1/prices",
  "PUT /v1/prices",
  "GET /v1/prices/costs",
  "PUT /v1/prices/costs",
  "GET /v1/prices/rates",
  "PUT /v1/prices/rates",
  "GET /metrics",
  "GET /healthz",
  "GET /readyz",
];

let api: GivenApi;
let other: IngestStore;
/** The other store's records, by what their path is called. */
let ids: Record<string, string>;

beforeAll(async () => {
  api = await givenApi();
  const store = await api.store({ name: "Zzforeign store" });
  other = store;
  await ingestExamples(api.engine, store, "listings", [listingDocument(exampleListing())]);
  await ingestExamples(api.engine, store, "orders", [
    orderDocument(exampleOrder({ externalId: "Zzforeign-1" })),
    { externalId: "Zzforeign-2", says: "poison" },
  ]);
  const at = api.clock.now().toISOString();
  const row = async (text: string) => (await api.db.query<{ id: string }>(text))[0]!.id;
  const order = await row("select id from orders");
  const action = await requestAct(api.engine, {
    storeId: store.id,
    kind: "orders.set_memo",
    subject: "order",
    subjectId: order,
    input: {},
    actor: "test",
  });
  const endpoint = await api.send(await api.key("admin"), "POST /v1/webhook-endpoints", {
    body: { url: "http://127.0.0.1:9/", description: "Zzforeign receiver", stores: [store.id] },
  });
  ids = {
    stores: store.id,
    orders: order,
    listings: await row("select id from listings"),
    "listing-variants": await row("select id from listing_variants"),
    actions: action.id,
    rejected: await row("select id from rejected_records"),
    alerts: await row(`insert into alerts (id, code, severity, store_id, subject, subject_id, message, remedy)
      values ('00000000-0000-7000-8000-0000000000a1', 'x', 'info', '${store.id}', 'store', 'x', 'Zzforeign alert', 'r') returning id`),
    shipments:
      await row(`insert into shipments (id, store_id, external_id, order_id, order_external_id, status, fulfilled_by, read_seq, synced_at)
      values ('00000000-0000-8000-8000-0000000000a2', '${store.id}', 'Zzforeign-s', '${order}', 'x', 'pending', 'seller', 1, '${at}') returning id`),
    disputes:
      await row(`insert into disputes (id, store_id, external_id, kind, status, external_status, opened_at, open, read_seq, synced_at)
      values ('00000000-0000-8000-8000-0000000000a3', '${store.id}', 'Zzforeign-d', 'claim', 'withdrawn', 'x', '${at}', false, 1, '${at}') returning id`),
    settlements:
      await row(`insert into settlements (id, store_id, external_id, period_start, period_end, currency, read_seq, synced_at)
      values ('00000000-0000-8000-8000-0000000000a4', '${store.id}', 'Zzforeign-t', '${at}', '${at}', 'EUR', 1, '${at}') returning id`),
    "reconciliation/entries":
      await row(`insert into ledger_entries (id, store_id, external_id, book, state, kind, external_kind, amount, currency, posted_at, period, read_seq)
      values ('00000000-0000-8000-8000-0000000000ab', '${store.id}', 'Zzforeign-e', 'main', 'posted', 'sale', 'x', 1, 'EUR', '${at}', '${at}', 1) returning id`),
    "webhook-endpoints": endpoint.body.id,
    apps: (
      await api.send(await api.key("admin"), "POST /v1/apps", {
        body: { platform: "example", name: "Zzforeign app", key: "Zzforeign-key", secret: "Zzforeign-secret" },
      })
    ).body.id,
    "allocation-rules": await row(`insert into allocation_rules (id, store_id, kind)
      values ('00000000-0000-8000-8000-0000000000a5', '${store.id}', 'mirror') returning id`),
    locations: await row(`insert into locations (id, code, name, kind, store_id)
      values ('00000000-0000-8000-8000-0000000000a9', 'platform:Zzforeign', 'Zzforeign warehouse', 'platform', '${store.id}') returning id`),
    approvals: await row(`insert into approvals (id, kind, actor, ended, on_sale, rows)
      values ('00000000-0000-8000-8000-0000000000aa', 'rules', 'Zzforeign key', 1, 1, 1) returning id`),
    campaigns: await row(`insert into campaigns (id, store_id, code, title, starts_at, ends_at)
      values ('00000000-0000-8000-8000-0000000000a8', '${store.id}', 'Zzforeign-c', 'Zzforeign campaign', '${at}', '${at}') returning id`),
    prices: await row(`insert into offers (id, store_id, variant_id, aspect, currency, observed_value)
      select '00000000-0000-8000-8000-0000000000a6', '${store.id}', id, 'price', 'EUR', 10 from listing_variants returning id`),
    "prices/rules": await row(`insert into price_rules (id, store_id, kind)
      values ('00000000-0000-8000-8000-0000000000a7', '${store.id}', 'manual') returning id`),
    keys: await row(
      "insert into api_keys (id, name, hash, prefix, scopes) values (gen_random_uuid(), 'k', 'h', 'p', '{}') returning id",
    ),
  };
});

/** A SKU that the other store sells, and one that is part of a bundle that it sells. */
async function giveSharedSku(): Promise<void> {
  const skus = [{ code: "SKU-1" }, { code: "PART" }, { code: "SET", components: [{ code: "PART", quantity: 2 }] }];
  const admin = await api.key("admin");
  await api.send(admin, "PUT /v1/skus", { body: { skus } });
  const set = exampleListing({ externalId: "L2" });
  set.variants = set.variants.map((variant) => ({ ...variant, externalId: "V2", sellerCode: "SET" }));
  await ingestExamples(api.engine, other, "listings", [listingDocument(set)]);
}

const all = Object.keys(ROUTES) as RouteId[];

function request(id: RouteId): string {
  const [, , area = "", part = ""] = id.split("/");
  const record = ids[`${area}/${part}`] ?? ids[area] ?? "no-such-record";
  const variant = ids["listing-variants"] ?? "no-such-record";
  const path = id
    .replace(/\{code\}|\{sku\}/, "SKU-1")
    .replace("{id}", record)
    .replace("{variant}", variant);
  return `${path}${QUERIES[id] ?? ""}`;
}

const options = (id: RouteId) => (BODIES[id] === undefined ? {} : { body: id.endsWith("/import") ? "[]" : BODIES[id] });

describe("S73 who may do what", () => {
  it("has a sample for every route that takes a body, and a record for every id", () => {
    for (const id of all) {
      expect(request(id), id).not.toContain("no-such-record");
      const writes =
        /^(POST|PUT|PATCH) /.test(id) &&
        !/\/(test|push|retry|acknowledge|rotate-secret|confirm|withdraw)$|rejected\/\{id\}\/replay|actions\/\{id\}\/cancel/.test(
          id,
        );
      expect(BODIES[id] !== undefined, id).toBe(writes);
    }
  });

  it.each(all.filter((id) => ROUTES[id] !== "open"))("%s wants a key", async (id) => {
    expect((await api.send(null, request(id), options(id))).status).toBe(401);
  });

  describe.each(Object.keys(ROLES) as Role[])("as %s", (role) => {
    const refused = all.filter((id) => {
      const scope = ROUTES[id];
      return scope !== "open" && scope !== "key" && !allows(new Set<string>(ROLES[role]), scope);
    });
    it.each(refused.length > 0 ? refused : (["GET /v1/orders/{id}/raw"] as RouteId[]))("%s is refused", async (id) => {
      const key = await api.key(role);
      expect(await api.send(key, request(id), options(id))).toMatchObject({
        status: 403,
        body: { code: "scope_missing" },
      });
    });
  });

  describe("with every scope, for another store", () => {
    const scopes = [...ROLES.admin, "buyer:read"] as const;
    const mine = "00000000-0000-7000-8000-00000000face";
    it.each(all.filter((id) => /\{(id|variant)\}/.test(id) && !STORELESS.includes(id)))(
      "%s is not found",
      async (id) => {
        const key = await api.key(scopes, [mine]);
        const answer = await api.send(key, request(id), options(id));
        expect([403, 404]).toContain(answer.status);
        expect(answer.text).not.toContain("Zzforeign");
      },
    );

    it.each(all.filter((id) => id.startsWith("GET") && !id.includes("{")))("%s shows nothing of it", async (id) => {
      const key = await api.key(scopes, [mine]);
      for (const query of ["", `?store=${other.id}`]) {
        const { status, text } = await api.send(key, `${request(id)}${query}`);
        expect(status).toBeLessThan(500);
        expect(text).not.toContain("Zzforeign");
        expect(text).not.toContain(other.id);
      }
    });

    it.each([
      ["PUT /v1/skus", { skus: [{ code: "NEW-1" }, { code: "SKU-1", retired: true }] }],
      ["PUT /v1/skus", { skus: [{ code: "NEW-1" }, { code: "PART", safety_stock: 9 }] }],
      ["PUT /v1/stock", { counts: [{ sku: "SKU-1", location: "main", quantity: 0, basis: "available" }] }],
      ["POST /v1/stock/movements", { movements: [{ sku: "SKU-1", location: "main", kind: "receipt", quantity: 1 }] }],
      ["PUT /v1/prices", { prices: [{ sku: "SKU-1", currency: "EUR", amount: "1.00" }] }],
      ["PUT /v1/prices/costs", BODIES["PUT /v1/prices/costs"]],
      ["PUT /v1/prices/rates", BODIES["PUT /v1/prices/rates"]],
    ])("%s decides nothing that other stores sell by", async (path, body) => {
      await giveSharedSku();
      const counted = async () =>
        (await api.db.query("select retired_at, safety_stock, version from skus order by code")) as unknown;
      const before = await counted();
      const key = await api.key(scopes, [mine]);
      const answer = await api.send(key, path, { body });
      const code = path.endsWith("rates") ? "key_limited" : "sku_shared";
      expect(answer).toMatchObject({ status: 403, body: { code } });
      expect(answer.text).not.toContain(other.id);
      expect(await counted()).toEqual(before);
      // What nobody else sells is the key's own matter.
      const own = await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "MINE-1", title: "Mine" }] } });
      expect(own).toMatchObject({ status: 200 });
    });

    it("GET /metrics is refused: it names all stores", async () => {
      const key = await api.key(scopes, [mine]);
      const answer = await api.send(key, "GET /metrics");
      expect(answer).toMatchObject({ status: 403, body: { code: "key_limited" } });
    });

    it("PUT /v1/allocation-rules does not tell whose a listing is", async () => {
      const own = await api.store({ name: "Own store" });
      const key = await api.key(scopes, [own.id]);
      const rule = { store_id: own.id, listing_id: ids.listings, kind: "cap", quantity: 1 };
      const answer = await api.send(key, "PUT /v1/allocation-rules", { body: { rules: [rule] } });
      expect(answer.text).toContain("listing_of_another_store");
      expect(answer.text).not.toContain(other.id);
    });

    it("connects no store that it would not see", async () => {
      const key = await api.key(scopes, [mine]);
      const answer = await api.send(key, "POST /v1/stores", { body: BODIES["POST /v1/stores"] });
      expect(answer).toMatchObject({ status: 403, body: { code: "key_limited" } });
    });

    it("left it as it was", async () => {
      const [row] = await api.db.query<{ name: string; mode: string; hold: string | null; sku: string | null }>(
        "select s.name, s.mode, o.hold, v.sku_id as sku from stores s join orders o on o.store_id = s.id join listing_variants v on v.store_id = s.id",
      );
      expect(row).toMatchObject({ name: "Zzforeign store", mode: "live", hold: null });
      const [action] = await api.db.query<{ status: string }>("select status from actions");
      expect(action?.status).toBe("pending");
    });
  });

  it("lets the owner of the store in, so that the refusals above are not those of a broken request", async () => {
    const key = await api.key([...ROLES.admin, "buyer:read"], [other.id]);
    for (const id of all.filter((id) => id.startsWith("GET") && id.includes("{id}"))) {
      const answer = await api.send(key, request(id));
      expect({ id, status: answer.status }).toEqual({ id, status: 200 });
    }
  });

  it("answers every route for a key that may do everything", async () => {
    const key = await api.key([...ROLES.admin, "buyer:read"]);
    for (const id of all.filter((id) => !id.startsWith("DELETE"))) {
      const answer = await api.send(key, request(id), options(id));
      expect(answer.text, id).not.toMatch(/"key_\d+"/);
      expect({ id, known: answer.status < 500 && answer.status !== 401 && answer.status !== 403 }).toEqual({
        id,
        known: true,
      });
    }
  });
});
