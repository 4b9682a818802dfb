import { describe, expect, it } from "vitest";
import { createAmazonFake } from "../../src/fakes/amazon/index.ts";
import { createManualClock, foldEvents } from "../../src/fakes/fake.ts";

const HOST = "https://sellingpartnerapi-eu.amazon.com";
/** Tests look into answers freely. */
type Body = ReturnType<typeof JSON.parse>;

function given(options: Parameters<typeof createAmazonFake>[0] = {}) {
  const clock = createManualClock("2026-03-01T08:00:00Z");
  const fake = createAmazonFake({ clock, name: "test", seed: 5, usage: false, ...options });
  const send = (method: string, path: string, body?: unknown, token = fake.credentials.access_token) =>
    fake.fetch(
      new Request(path.startsWith("http") ? path : `${HOST}${path}`, {
        method,
        headers: { "x-amz-access-token": token, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  const ask = async (method: string, path: string, body?: unknown): Promise<Body> => {
    const { access_token, refresh_token } = fake.credentials;
    const response = await send(method, path, body, access_token);
    if (response.status === 403) {
      const app = { client_id: fake.app.key, client_secret: fake.app.secret };
      const grant = { grant_type: "refresh_token", refresh_token, ...app };
      if ((await send("POST", "https://api.amazon.com/auth/o2/token", grant)).ok) return ask(method, path, body);
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
  return { fake, clock, send, ask };
}

describe("the account", () => {
  it("lists every order once, and keeps its books by arithmetic, through an hour of stories", async () => {
    const { fake, clock, ask } = given();
    const statuses = new Set<string>();
    for (let minute = 0; minute < 60; minute += 1) {
      clock.advance(60_000);
      fake.tick(60_000);
      const window = "/orders/2026-01-01/orders?lastUpdatedAfter=2026-03-01T00:00:00Z&includedData=FULFILLMENT";
      for (const order of (await ask("GET", window)).orders) statuses.add(order.fulfillment.fulfillmentStatus);
    }
    expect([...statuses].sort()).toEqual(
      "CANCELLED PARTIALLY_SHIPPED PENDING PENDING_AVAILABILITY SHIPPED UNFULFILLABLE UNSHIPPED".split(" "),
    );
    clock.advance(180_000);
    const ids: string[] = [];
    const base =
      "/orders/2026-01-01/orders?createdAfter=2025-01-01T00:00:00Z&maxResultsPerPage=7&includedData=PROCEEDS";
    for (let token = ""; ; ) {
      const page = await ask("GET", `${base}${token}`);
      for (const order of page.orders) {
        ids.push(order.orderId);
        if (order.proceeds === undefined) continue;
        const parts = order.proceeds.breakdowns.map(({ subtotal }: Body) => Math.round(Number(subtotal.amount) * 100));
        const total = parts.reduce((sum: number, part: number) => sum + part, 0);
        expect(total).toBe(Math.round(Number(order.proceeds.grandTotal.amount) * 100));
        expect(order.proceeds.grandTotal.amount).toBe(fake.books().orders.get(order.orderId)?.total);
      }
      if (page.pagination === undefined) break;
      token = `&paginationToken=${page.pagination.nextToken}`;
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(fake.books().counts.orders);
    expect(foldEvents(fake.events)).toEqual(fake.books());
  });

  it("refuses windows that are too young, tokens that lapsed, and hosts of other regions", async () => {
    const { fake, clock, send } = given();
    const path = "/orders/2026-01-01/orders?lastUpdatedAfter=2026-02-01T00:00:00Z";
    expect((await send("GET", `${path}&lastUpdatedBefore=${clock.now().toISOString()}`)).status).toBe(400);
    expect((await send("GET", `${path}&createdAfter=2026-02-01T00:00:00Z`)).status).toBe(400);
    expect((await send("GET", `https://sellingpartnerapi-na.amazon.com${path}`)).status).toBe(403);
    clock.advance(3_601_000);
    expect((await send("GET", path)).status).toBe(403);
    const body = { grant_type: "refresh_token", refresh_token: fake.credentials.refresh_token };
    const post = (secret: string) =>
      send("POST", "https://api.amazon.com/auth/o2/token", { ...body, client_id: fake.app.key, client_secret: secret });
    expect((await post("wrong")).status).toBe(401);
    expect(((await (await post(fake.app.secret)).json()) as Body).expires_in).toBe(3600);
    fake.revoke();
    expect(((await (await post(fake.app.secret)).json()) as Body).error).toBe("invalid_grant");
  });

  it("answers 429 when a bucket is empty, and fills it at its rate", async () => {
    const { clock, send } = given({ usage: { getOrder: { rate: 0.5, burst: 2 } } });
    const get = async () => (await send("GET", "/orders/2026-01-01/orders/1")).status;
    expect([await get(), await get(), await get()]).toEqual([404, 404, 429]);
    clock.advance(2000);
    expect([await get(), await get()]).toEqual([404, 429]);
  });

  it("confirms a shipment once, and refuses numbers, foreign lines and Amazon's own orders", async () => {
    const { fake, ask, send } = given();
    const id = fake.buyer.order({ from: "MERCHANT", pieces: 2 });
    const order = fake.orders.get(id)!;
    const path = `/orders/v0/orders/${id}/shipmentConfirmation`;
    const body = (more: object) => ({
      marketplaceId: order.marketplace.id,
      packageDetail: {
        packageReferenceId: "1",
        carrierCode: "DHL",
        trackingNumber: "JJD1",
        shipDate: "2026-03-01T08:00:00Z",
        orderItems: [{ orderItemId: order.lines[0]!.id, quantity: 1 }],
        ...more,
      },
    });
    expect((await send("POST", path, body({ packageReferenceId: 1 }))).status).toBe(400);
    expect((await send("POST", path, body({ orderItems: {} }))).status).toBe(400);
    expect((await send("POST", path, body({ carrierCode: "Nobody" }))).status).toBe(204);
    expect(order.parcels).toHaveLength(0);
    await ask("POST", path, body({}));
    await ask("POST", path, body({ trackingNumber: "JJD2" }));
    expect(order.parcels.map(({ tracking }) => tracking)).toEqual(["JJD2"]);
    const { order: told } = await ask("GET", `/orders/2026-01-01/orders/${id}?includedData=FULFILLMENT,PACKAGES`);
    expect(told.fulfillment.fulfillmentStatus).toBe("PARTIALLY_SHIPPED");
  });

  it("takes a patch in, has its effect later, and takes a feed with a message that is wrong", async () => {
    const { fake, clock, ask } = given({ gzip: "none" });
    const sku = "AB/C 1+2'(x)*";
    const item = `/listings/2021-08-01/items/${fake.settings.seller_id}/${encodeURIComponent(sku)}`;
    const query = `?marketplaceIds=${fake.settings.marketplaces[0]}`;
    const patch = (quantity: number) => ({
      productType: "PRODUCT",
      patches: [
        {
          op: "merge",
          path: "/attributes/fulfillment_availability",
          value: [{ fulfillment_channel_code: "DEFAULT", quantity }],
        },
      ],
    });
    const before = fake.books().variants.get(sku)?.quantity;
    expect((await ask("PATCH", item + query, patch(-1))).status).toBe("INVALID");
    expect((await ask("PATCH", item + query, patch(7))).status).toBe("ACCEPTED");
    expect(fake.books().variants.get(sku)?.quantity).toBe(before);
    clock.advance(30_000);
    expect((await ask("GET", `${item + query}&includedData=fulfillmentAvailability`)).fulfillmentAvailability).toEqual([
      { fulfillmentChannelCode: "DEFAULT", quantity: 7 },
    ]);
    const contentType = "application/json; charset=UTF-8";
    const { feedDocumentId, url } = await ask("POST", "/feeds/2021-06-30/documents", { contentType });
    const message = (messageId: number, quantity: number) => ({
      messageId,
      sku,
      operationType: "PATCH",
      ...patch(quantity),
    });
    const text = JSON.stringify({
      header: { sellerId: fake.settings.seller_id, version: "2.0" },
      messages: [message(1, -4), message(2, 9)],
    });
    const put = (type: string) =>
      fake.fetch(new Request(url, { method: "PUT", headers: { "content-type": type }, body: text }));
    expect((await put("text/plain")).status).toBe(403);
    expect((await put(contentType)).status).toBe(200);
    const { feedId } = await ask("POST", "/feeds/2021-06-30/feeds", {
      feedType: "JSON_LISTINGS_FEED",
      marketplaceIds: fake.settings.marketplaces.slice(0, 1),
      inputFeedDocumentId: feedDocumentId,
    });
    clock.advance(120_000);
    await ask("GET", `/feeds/2021-06-30/feeds/${feedId}`);
    clock.advance(120_000);
    const feed = await ask("GET", `/feeds/2021-06-30/feeds/${feedId}`);
    expect(feed.processingStatus).toBe("DONE");
    const result = await ask("GET", `/feeds/2021-06-30/documents/${feed.resultFeedDocumentId}`);
    const report: Body = await (await fake.fetch(new Request(result.url))).json();
    expect(report.summary).toMatchObject({ messagesAccepted: 1, messagesInvalid: 1 });
    expect(report.issues[0].messageId).toBe(1);
    clock.advance(60_000);
    expect(fake.books().variants.get(sku)?.quantity).toBe(9);
  });

  it("makes settlements whose lines sum to their total, in the numbers of each country", async () => {
    const { fake, ask } = given({ gzip: "none" });
    fake.owner.ship(fake.buyer.order({ from: "MERCHANT", count: 2 }));
    const { length } = fake.platformActs.settle();
    expect(length).toBeLessThanOrEqual(3);
    const type = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2";
    const { reports } = await ask("GET", `/reports/2021-06-30/reports?reportTypes=${type}&pageSize=100`);
    expect(reports.length).toBeGreaterThan(0);
    for (const { reportDocumentId } of reports) {
      const { url } = await ask("GET", `/reports/2021-06-30/documents/${reportDocumentId}`);
      const bytes = await (await fake.fetch(new Request(url))).arrayBuffer();
      const [names = [], head = [], ...rows] = new TextDecoder("latin1")
        .decode(bytes)
        .trimEnd()
        .split("\n")
        .map((row) => row.split("\t"));
      const cents = (row: string[], name: string) =>
        Math.round(Number((row[names.indexOf(name)] ?? "").replace(",", ".")) * 100);
      expect(rows.reduce((sum, row) => sum + cents(row, "amount"), 0)).toBe(cents(head, "total-amount"));
    }
  });
});
