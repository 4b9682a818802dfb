/** Listings, what lies in the platform's warehouses, and values on their way to offers. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { PushItem } from "../../../src/core/adapter.ts";
import { feedSchema, hasModels, problemsOf } from "./models.ts";
import {
  byPath,
  CONTEXT,
  DE,
  errorOf,
  eur,
  FR,
  givenAdapter,
  givenItem,
  givenListing,
  givenStore,
  givenSummary,
  inputOf,
  queryOf,
  rawOf,
  SELLER,
  SIGNAL,
  textOf,
} from "./stub.ts";

const LIST = `GET /listings/2021-08-01/items/${SELLER}`;
const REPORTS = "/reports/2021-06-30";
const FEEDS = "/feeds/2021-06-30";
const { adapter: MAPS } = givenAdapter();
const listingOf = (item: object, marketplace = DE) => {
  const [listing] = MAPS.listings.toUnified(rawOf(item, "listings_item@2021-08-01", { marketplace }), CONTEXT).listings;
  if (!listing) throw new Error("no listing");
  return listing;
};
const issue = (categories: string[], action: string | null = null, exemption = "NOT_EXEMPT") => ({
  code: "18155",
  message: "not so",
  severity: "ERROR",
  categories,
  marketplaceIds: [DE],
  ...(action ? { enforcements: { actions: [{ action }], exemption: { status: exemption } } } : {}),
});
const found = (...items: object[]) => ({ numberOfResults: items.length, items });

describe("reading listings", () => {
  it("goes from marketplace to marketplace by change, twenty a page", async () => {
    const { adapter, sent } = givenAdapter(({ path }) => {
      const isMore = path.includes("pageToken");
      return {
        ...found(givenListing(isMore ? "B" : "A")),
        ...(path.includes(DE) && !isMore ? { pagination: { nextToken: "p2" } } : {}),
      };
    });
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await adapter.listings.list(givenStore(), inputOf("changed", 60, { cursor }), SIGNAL);
      ids.push(...page.documents.map(({ externalId }) => externalId));
      cursor = page.next;
    } while (cursor !== null);
    expect(ids).toEqual([`${DE}/A`, `${DE}/B`, `${FR}/A`]);
    expect(queryOf(sent[1])).toEqual({
      marketplaceIds: DE,
      includedData: "summaries,offers,fulfillmentAvailability,issues,relationships",
      lastUpdatedAfter: "2026-11-22T11:00:00.000Z",
      lastUpdatedBefore: "2026-11-22T11:57:30.000Z",
      sortBy: "lastUpdatedDate",
      sortOrder: "ASC",
      pageSize: "20",
      pageToken: "p2",
    });
  });

  it("cuts a window that holds more than can be paged", async () => {
    const { adapter } = givenAdapter(() => ({ numberOfResults: 1001, items: [givenListing("A")] }));
    expect(await adapter.listings.list(givenStore(), inputOf("changed"), SIGNAL)).toMatchObject({
      tooMany: true,
      total: 1001,
    });
  });

  it("names all SKUs by a report for each marketplace, and waits for it", async () => {
    const states = ["IN_QUEUE", "DONE"];
    const report = (reportId: string) => ({
      reportId,
      reportType: "GET_MERCHANT_LISTINGS_ALL_DATA",
      createdTime: "2026-11-22T12:00:00Z",
      processingStatus: reportId === "FR" ? "CANCELLED" : (states.shift() ?? "DONE"),
      reportDocumentId: "doc",
    });
    const { adapter, sent } = givenAdapter(
      byPath({
        [`POST ${REPORTS}/reports`]: ({ text }) => ({ reportId: text.includes(FR) ? "FR" : "DE" }),
        [`GET ${REPORTS}/reports/DE`]: () => report("DE"),
        [`GET ${REPORTS}/reports/FR`]: () => report("FR"),
        [`GET ${REPORTS}/documents/doc`]: {
          reportDocumentId: "doc",
          url: "https://files.example/r?X-Amz-Signature=zz",
          compressionAlgorithm: "GZIP",
        },
        "GET https://files.example/r": () => ({
          status: 200,
          bytes: gzipSync(Buffer.from("item-name\tseller-sku\nHemd gr\u00fcn\tA/1,2\nHose\tB\n", "latin1")),
        }),
      }),
    );
    const waits: (number | undefined)[] = [];
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await adapter.listings.list(givenStore(), inputOf("all", 60, { cursor }), SIGNAL);
      waits.push(page.waitMs);
      ids.push(...page.references.map(({ externalId }) => externalId));
      cursor = page.next;
    } while (cursor !== null);
    expect(waits).toEqual([30_000, 30_000, undefined, 30_000, undefined]);
    expect(ids).toEqual([`${DE}/A/1,2`, `${DE}/B`]);
    const file = sent.find(({ path }) => path.startsWith("https://files"));
    expect(Object.keys(file?.headers ?? {})).not.toContain("x-amz-access-token");
  });

  it("asks for names of columns in English, and says so where the SKU's is missing: no SKU is no answer", async () => {
    const { adapter, sent } = givenAdapter(
      byPath({
        [`POST ${REPORTS}/reports`]: { reportId: "R" },
        [`GET ${REPORTS}/reports/R`]: {
          reportId: "R",
          reportType: "x",
          createdTime: "2026-11-22T12:00:00Z",
          processingStatus: "DONE",
          reportDocumentId: "doc",
        },
        [`GET ${REPORTS}/documents/doc`]: { reportDocumentId: "doc", url: "https://files.example/r" },
        "GET https://files.example/r": textOf("Artikelbezeichnung\tH\u00e4ndler-SKU\nHemd\tA\n"),
      }),
    );
    const first = await adapter.listings.list(givenStore(), inputOf("all"), SIGNAL);
    expect(sent[0]?.body).toMatchObject({ reportOptions: { preferredReportDocumentLocale: "en_US" } });
    const second = adapter.listings.list(givenStore(), inputOf("all", 60, { cursor: first.next }), SIGNAL);
    await expect(second).rejects.toMatchObject({
      category: "permanent",
      message: expect.stringContaining("seller-sku"),
    });
  });

  it("counts a SKU with a comma in the platform's warehouses by its own name", async () => {
    const { adapter, sent } = givenAdapter(
      byPath({
        "GET /fba/inventory/v1/summaries": ({ path }) => ({
          payload: {
            granularity: { granularityType: "Marketplace", granularityId: DE },
            inventorySummaries: [{ sellerSku: path.includes("sellerSku=") ? "A,1" : "B", inventoryDetails: {} }],
          },
        }),
      }),
    );
    const keys = ["A,1", "B"].map((sku) => ({ externalId: `fba:${DE}/${sku}` }));
    const { documents, missing } = await adapter.listings.getMany(givenStore(), keys, SIGNAL);
    expect([documents.map(({ externalId }) => externalId), missing]).toEqual([keys.map((key) => key.externalId), []]);
    expect(sent.map((call) => [queryOf(call).sellerSku, queryOf(call).sellerSkus])).toEqual([
      ["A,1", undefined],
      [undefined, "B"],
    ]);
  });

  it("reads SKUs twenty at a time, and those with a comma alone", async () => {
    const { adapter, sent } = givenAdapter(
      byPath({
        [LIST]: found(givenListing("A"), givenListing("C/1")),
        [`${LIST}/B%2C1`]: givenListing("B,1"),
        [`${LIST}/N%2C2`]: errorOf(404, "NOT_FOUND", "SKU not found"),
      }),
    );
    const keys = ["A", "B,1", "C/1", "gone", "N,2"].map((sku) => ({ externalId: `${DE}/${sku}` }));
    const { documents, missing } = await adapter.listings.getMany(givenStore(), keys, SIGNAL);
    expect(documents.map(({ externalId }) => externalId).sort()).toEqual([`${DE}/A`, `${DE}/B,1`, `${DE}/C/1`]);
    expect(missing.map(({ externalId }) => externalId)).toEqual([`${DE}/gone`, `${DE}/N,2`]);
    expect(queryOf(sent[0])).toMatchObject({ identifiersType: "SKU", identifiers: "A,C/1,gone" });
  });
});

describe("a listing", () => {
  it("is a SKU on a marketplace, with its price, quantity and codes", () => {
    expect(listingOf(givenListing("SKU/1"))).toEqual({
      externalId: `${DE}/SKU/1`,
      marketplace: DE,
      title: "T-Shirt rot M",
      status: "active",
      externalStatus: "BUYABLE,DISCOVERABLE",
      category: "SHIRT",
      url: null,
      imageUrl: null,
      partial: false,
      warnings: [],
      variants: [
        {
          externalId: `${DE}/SKU/1`,
          sellerCode: "SKU/1",
          barcode: null,
          title: null,
          options: {},
          price: { amount: "19.99", currency: "EUR" },
          regularPrice: null,
          quantity: 7,
          places: [],
          externalProductId: "B0TESTASIN",
          codes: { channel: "DEFAULT", product_type: "SHIRT" },
          fulfilledBy: "seller",
          active: true,
        },
      ],
    });
  });

  const none = { fulfillmentAvailability: [{ fulfillmentChannelCode: "DEFAULT", quantity: 0 }] };
  const notBuyable = { summaries: [givenSummary(["DISCOVERABLE"])] };
  it.each([
    ["buyable", {}, "active"],
    [
      "buyable from the platform's warehouses",
      { fulfillmentAvailability: [{ fulfillmentChannelCode: "AMAZON_EU" }] },
      "active",
    ],
    ["without pieces", { ...notBuyable, ...none }, "out_of_stock"],
    ["suppressed", { ...notBuyable, issues: [issue(["INVALID_PRICE"], "LISTING_SUPPRESSED")] }, "rejected"],
    ["out of the catalogue", { ...notBuyable, issues: [issue([], "CATALOG_ITEM_REMOVED")] }, "rejected"],
    [
      "suppressed on another marketplace",
      { ...notBuyable, issues: [{ ...issue([], "LISTING_SUPPRESSED"), marketplaceIds: [FR] }] },
      "inactive",
    ],
    ["exempt", { ...notBuyable, issues: [issue([], "LISTING_SUPPRESSED", "EXEMPT")] }, "inactive"],
    ["to be approved", { ...notBuyable, issues: [issue(["QUALIFICATION_REQUIRED"])] }, "under_review"],
    ["shown without an offer", { ...notBuyable, offers: [] }, "inactive"],
    ["only sent in", { summaries: [] }, "draft"],
    ["in a state that nobody knows", { summaries: [givenSummary(["LEVITATING"])] }, "unknown"],
  ])("that is %s has its status", (_, more, status) => {
    expect(listingOf(givenListing("A", more)).status).toBe(status);
  });

  it("tells the platform's issues, and what it does about them", () => {
    const item = givenListing("A", {
      issues: [issue(["INVALID_PRICE"], "LISTING_SUPPRESSED"), { ...issue([]), severity: "WARNING" }],
    });
    expect(listingOf(item).warnings).toEqual([{ code: "listing_issue", detail: "18155: not so (LISTING_SUPPRESSED)" }]);
  });

  it("of the platform's own stock is not counted by the seller", () => {
    const item = givenListing("A", { fulfillmentAvailability: [{ fulfillmentChannelCode: "AMAZON_EU" }] });
    expect(listingOf(item).variants).toMatchObject([
      { quantity: null, fulfilledBy: "platform", codes: { channel: "AMAZON_EU" } },
    ]);
  });

  it("that is the head of a family has nothing to sell, and its children name it", () => {
    const linked = (link: object) => ({
      relationships: [{ marketplaceId: DE, relationships: [{ type: "VARIATION", ...link }] }],
    });
    expect(listingOf(givenListing("P", linked({ childSkus: ["A", "B"] }))).variants).toEqual([]);
    expect(listingOf(givenListing("A", linked({ parentSkus: ["P"] }))).variants).toMatchObject([
      { codes: { parent_sku: "P" } },
    ]);
  });
});

describe("the platform's warehouses", () => {
  const summary = (sellerSku: string, fulfillableQuantity: number) => ({
    asin: "B0",
    fnSku: "X0",
    sellerSku,
    condition: "NewItem",
    totalQuantity: 20,
    inventoryDetails: { fulfillableQuantity, inboundShippedQuantity: 9 },
  });
  const answer = (rows: object[], nextToken?: string) => ({
    payload: { granularity: { granularityType: "Marketplace", granularityId: DE }, inventorySummaries: rows },
    ...(nextToken ? { pagination: { nextToken } } : {}),
  });

  it("show what can be sold, marketplace by marketplace", async () => {
    const { adapter, sent } = givenAdapter(({ path }) => (path.includes(FR) ? answer([]) : answer([summary("A", 5)])));
    const first = await adapter.listings.list(givenStore(), inputOf("warehouses"), SIGNAL);
    expect(queryOf(sent[0])).toEqual({
      details: "true",
      granularityType: "Marketplace",
      granularityId: DE,
      marketplaceIds: DE,
    });
    expect(first.documents.flatMap((raw) => adapter.listings.toUnified(raw, CONTEXT).observations)).toEqual([
      { variantExternalId: `${DE}/A`, place: null, quantity: 5, price: null },
    ]);
    const second = await adapter.listings.list(givenStore(), inputOf("warehouses", 60, { cursor: first.next }), SIGNAL);
    expect(second.next).toBeNull();
    const { documents } = await adapter.listings.getMany(givenStore(), [{ externalId: `fba:${DE}/A` }], SIGNAL);
    expect(documents.map(({ externalId }) => externalId)).toEqual([`fba:${DE}/A`]);
  });

  it("are not asked where the seller has nothing there", async () => {
    const { adapter, sent } = givenAdapter();
    const page = await adapter.listings.list(
      givenStore({ settings: { region: "eu", fba: false } }),
      inputOf("warehouses"),
      SIGNAL,
    );
    expect([page.next, sent]).toEqual([null, []]);
  });
});

const accepted = (sku = "A") => ({ sku, status: "ACCEPTED", submissionId: "s1", issues: [] });
const invalid = {
  sku: "A",
  status: "INVALID",
  submissionId: "s1",
  issues: [
    {
      code: "90220",
      message: "'size' is required",
      severity: "ERROR",
      attributeNames: ["size"],
      categories: ["MISSING_ATTRIBUTE"],
    },
  ],
};

describe("values by patches", () => {
  it("are merged into the attribute, and looked for in the listing", async () => {
    let quantity = 7;
    const { adapter, sent } = givenAdapter(({ method, path }) => {
      if (method === "PATCH") return accepted();
      if (!path.includes("identifiers=")) throw new Error(`nobody expects ${path}`);
      return found(
        givenListing("AB/C 1", { fulfillmentAvailability: [{ fulfillmentChannelCode: "DEFAULT", quantity }] }),
      );
    });
    const [outcome] = await adapter.stock.set(givenStore(), [givenItem("AB/C 1", "12")], SIGNAL);
    expect(outcome).toMatchObject({ key: "k-AB/C 1", outcome: "submitted" });
    expect(sent[0]).toMatchObject({
      method: "PATCH",
      path: `/listings/2021-08-01/items/${SELLER}/AB%2FC%201?marketplaceIds=${DE}`,
    });
    expect(sent[0]?.body).toEqual({
      productType: "SHIRT",
      patches: [
        {
          op: "merge",
          path: "/attributes/fulfillment_availability",
          value: [{ fulfillment_channel_code: "DEFAULT", quantity: 12 }],
        },
      ],
    });
    const receipts = outcome?.outcome === "submitted" ? [outcome.receipt] : [];
    expect(await adapter.stock.check?.(givenStore(), receipts, SIGNAL)).toEqual([]);
    quantity = 12;
    expect(await adapter.stock.check?.(givenStore(), receipts, SIGNAL)).toEqual([
      { key: "", outcome: "accepted", shown: "12", receipt: receipts[0] },
    ]);
  });

  it("are the same in any spelling of a price", async () => {
    const { adapter } = givenAdapter(({ method }) => (method === "PATCH" ? accepted() : found(givenListing("A"))));
    const [outcome] = await adapter.prices.set(givenStore(), [givenItem("A", "19.990", { currency: "EUR" })], SIGNAL);
    const receipts = outcome?.outcome === "submitted" ? [outcome.receipt] : [];
    expect(await adapter.prices.check?.(givenStore(), receipts, SIGNAL)).toMatchObject([
      { outcome: "accepted", shown: "19.99" },
    ]);
  });

  it("tell what is shown when the platform's word is all there is", async () => {
    const { adapter, clock } = givenAdapter(({ method }) =>
      method === "PATCH" ? accepted() : found(givenListing("A")),
    );
    const [outcome] = await adapter.stock.set(givenStore(), [givenItem("A", "12")], SIGNAL);
    const receipts = outcome?.outcome === "submitted" ? [outcome.receipt] : [];
    clock.advance(15 * 60_000);
    expect(await adapter.stock.check?.(givenStore(), receipts, SIGNAL)).toMatchObject([
      { outcome: "accepted", shown: "7" },
    ]);
  });

  it("write prices digit by digit", async () => {
    const { adapter, sent } = givenAdapter(() => accepted());
    await adapter.prices.set(givenStore(), [givenItem("A", "19.90", { currency: "EUR" })], SIGNAL);
    expect(sent[0]?.text).toBe(
      `{"productType":"SHIRT","patches":[{"op":"merge","path":"/attributes/purchasable_offer","value":[{"marketplace_id":"${DE}","currency":"EUR","audience":"ALL","our_price":[{"schedule":[{"value_with_tax":19.90}]}]}]}]}`,
    );
  });

  it("that come back INVALID inside a 200 are refused with the platform's words", async () => {
    const { adapter } = givenAdapter(({ path }) => (path.includes("/A?") ? invalid : accepted("B")));
    const outcomes = await adapter.stock.set(givenStore(), [givenItem("A", "1"), givenItem("B", "2")], SIGNAL);
    expect(outcomes).toMatchObject([
      {
        outcome: "rejected",
        error: {
          category: "invalid_request",
          platformCode: "SUBMISSION_INVALID/90220",
          platformMessage: "90220 'size' is required",
        },
      },
      { outcome: "submitted" },
    ]);
  });

  it("are not sent for what the platform counts itself, in another currency, or without a marketplace", async () => {
    const { adapter, sent } = givenAdapter(() => accepted());
    const refused = [
      ...(await adapter.stock.set(givenStore(), [givenItem("A", "1", { codes: { channel: "AMAZON_EU" } })], SIGNAL)),
      ...(await adapter.prices.set(givenStore(), [givenItem("A", "1", { currency: "USD" })], SIGNAL)),
      ...(await adapter.stock.set(
        givenStore(),
        [givenItem("A", "1", { variantExternalId: "A", listingExternalId: "A" })],
        SIGNAL,
      )),
    ];
    expect(refused.map(({ outcome }) => outcome)).toEqual(["rejected", "rejected", "rejected"]);
    expect(sent).toEqual([]);
  });

  it("take effect at once on the way out of a feed that hangs", async () => {
    const { adapter } = givenAdapter(() => accepted());
    expect(await adapter.stock.direct?.set(givenStore(), [givenItem("A", "0")], SIGNAL)).toEqual([
      { key: "k-A", outcome: "accepted", shown: "0" },
    ]);
  });

  it("are read back from the listing", async () => {
    const { adapter } = givenAdapter(() =>
      found(givenListing("A", { offers: [{ marketplaceId: DE, offerType: "B2C", price: eur("5.50") }] })),
    );
    const items = [givenItem("A", "1"), givenItem("none", "1")];
    expect(await adapter.stock.read?.(givenStore(), items, SIGNAL)).toEqual([
      { key: "k-A", value: "7" },
      { key: "k-none", value: null },
    ]);
    expect(await adapter.prices.read?.(givenStore(), items, SIGNAL)).toEqual([
      { key: "k-A", value: "5.5" },
      { key: "k-none", value: null },
    ]);
  });
});

describe("values by feeds", () => {
  const items: PushItem[] = Array.from({ length: 60 }, (_, i) => givenItem(`S${i}`, String(i)));
  const feed = (processingStatus: string, resultFeedDocumentId?: string) => ({
    feedId: "F1",
    feedType: "JSON_LISTINGS_FEED",
    createdTime: "2026-11-22T12:00:00Z",
    processingStatus,
    ...(resultFeedDocumentId ? { resultFeedDocumentId } : {}),
  });
  const report = {
    header: { sellerId: SELLER, version: "2.0", feedId: "F1" },
    issues: [
      { messageId: 2, code: "90220", severity: "ERROR", message: "no such product", attributeName: "sku" },
      { messageId: 3, code: "1", severity: "WARNING", message: "look" },
    ],
    summary: { errors: 1, warnings: 1, messagesProcessed: 60, messagesAccepted: 59, messagesInvalid: 1 },
  };
  const script = (state: { status: string; document?: string; report?: object }) =>
    byPath({
      [`POST ${FEEDS}/documents`]: { feedDocumentId: "doc-in", url: "https://files.example/in" },
      "PUT https://files.example/in": textOf(""),
      [`POST ${FEEDS}/feeds`]: { feedId: "F1" },
      [`GET ${FEEDS}/feeds/F1`]: () => feed(state.status, state.document),
      [`GET ${FEEDS}/documents/doc-out`]: {
        feedDocumentId: "doc-out",
        url: "https://files.example/out",
        compressionAlgorithm: "GZIP",
      },
      "GET https://files.example/out": () => ({ status: 200, bytes: gzipSync(JSON.stringify(state.report ?? report)) }),
    });
  const push = async (state: { status: string; document?: string; report?: object }) => {
    const given = givenAdapter(script(state));
    const outcomes = await given.adapter.stock.set(givenStore(), items, SIGNAL);
    const receipts = outcomes.map((outcome) => (outcome.outcome === "submitted" ? outcome.receipt : ""));
    return { ...given, outcomes, receipts };
  };

  it("go as one document, with its own content type and without a token", async () => {
    const { sent, outcomes } = await push({ status: "IN_QUEUE" });
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST ${FEEDS}/documents`,
      "PUT https://files.example/in",
      `POST ${FEEDS}/feeds`,
    ]);
    expect(sent[0]?.body).toEqual({ contentType: "application/json; charset=UTF-8" });
    expect(sent[1]?.headers).toEqual({ "content-type": "application/json; charset=UTF-8" });
    expect(sent[2]?.body).toEqual({
      feedType: "JSON_LISTINGS_FEED",
      marketplaceIds: [DE],
      inputFeedDocumentId: "doc-in",
    });
    expect(sent[1]?.body).toMatchObject({
      header: { sellerId: SELLER, version: "2.0" },
      messages: { 1: { messageId: 2, sku: "S1", operationType: "PATCH", productType: "SHIRT" }, length: 60 },
    });
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["submitted"]));
  });

  it.runIf(hasModels)("are documents by the platform's own schema, and so is the report", async () => {
    const { sent } = await push({ status: "IN_QUEUE" });
    expect(problemsOf(feedSchema("listings-feed-schema-v2.json"), sent[1]?.body)).toEqual([]);
    expect(
      problemsOf(feedSchema("listings-feed-schema-v2.json"), { header: {}, messages: [{ messageId: 0 }] }),
    ).not.toEqual([]);
    expect(problemsOf(feedSchema("listings-feed-processing-report-schema-v2.json"), report)).toEqual([]);
  });

  it("are known again by their message when the feed is done", async () => {
    const { adapter, receipts } = await push({ status: "DONE", document: "doc-out" });
    const ended = (await adapter.stock.check?.(givenStore(), receipts, SIGNAL)) ?? [];
    expect(ended).toHaveLength(60);
    expect(ended.filter(({ outcome }) => outcome !== "accepted")).toMatchObject([
      {
        receipt: receipts[1],
        outcome: "rejected",
        error: { category: "invalid_request", platformMessage: "no such product" },
      },
    ]);
  });

  it("wait while the feed does, and are all refused by an error of the whole file", async () => {
    const waiting = await push({ status: "IN_PROGRESS" });
    expect(await waiting.adapter.stock.check?.(givenStore(), waiting.receipts, SIGNAL)).toEqual([]);
    const whole = { ...report, issues: [{ code: "4000001", severity: "ERROR", message: "no JSON" }] };
    const refused = await push({ status: "DONE", document: "doc-out", report: whole });
    const ended = (await refused.adapter.stock.check?.(givenStore(), refused.receipts, SIGNAL)) ?? [];
    expect(new Set(ended.map(({ outcome }) => outcome))).toEqual(new Set(["rejected"]));
  });

  it.each(["CANCELLED", "FATAL"])("of a feed that ended as %s are unknown, to be read back", async (status) => {
    const { adapter, receipts } = await push({ status });
    const ended = (await adapter.stock.check?.(givenStore(), receipts, SIGNAL)) ?? [];
    expect(ended).toHaveLength(60);
    expect(ended[0]).toMatchObject({ outcome: "unknown", error: { category: "transient", maybeApplied: true } });
  });

  it("of a feed that failed tell why, where the platform has left a word", async () => {
    const fatal = { ...report, issues: [{ code: "4000002", severity: "ERROR", message: "another seller" }] };
    const { adapter, receipts } = await push({ status: "FATAL", document: "doc-out", report: fatal });
    const [first] = (await adapter.stock.check?.(givenStore(), receipts, SIGNAL)) ?? [];
    expect(first).toMatchObject({
      outcome: "unknown",
      error: { message: expect.stringContaining("FATAL: another seller") },
    });
  });

  it("that a report passes over are unknown, and not taken for done", async () => {
    const outcomesOf = async (summary: object) => {
      const whole = { ...report, summary: { ...report.summary, ...summary } };
      const { adapter, receipts } = await push({ status: "DONE", document: "doc-out", report: whole });
      const ended = (await adapter.stock.check?.(givenStore(), receipts, SIGNAL)) ?? [];
      return [0, 1, 59].map((i) => ended.find(({ receipt }) => receipt === receipts[i])?.outcome);
    };
    expect(await outcomesOf({})).toEqual(["accepted", "rejected", "accepted"]);
    expect(await outcomesOf({ messagesProcessed: 40 })).toEqual(["accepted", "rejected", "unknown"]);
    expect(await outcomesOf({ messagesInvalid: 5 })).toEqual(["unknown", "rejected", "unknown"]);
  });

  it("go apart for each marketplace, and what was sent keeps its receipts where the next is refused", async () => {
    let feeds = 0;
    const answer = script({ status: "IN_QUEUE" });
    const { adapter } = givenAdapter((call) => {
      if (call.path !== `${FEEDS}/feeds` || ++feeds === 1) return answer(call);
      return errorOf(429, "QuotaExceeded", "You exceeded your quota for the requested resource.");
    });
    const both = items.map((item, i) => (i % 2 ? item : { ...item, variantExternalId: `${FR}/S${i}` }));
    const outcomes = await adapter.stock.set(givenStore(), both, SIGNAL);
    expect(outcomes.map(({ key }) => key)).toEqual(both.map(({ key }) => key));
    expect(outcomes.filter(({ outcome }) => outcome === "submitted")).toHaveLength(30);
    expect(outcomes.filter(({ outcome }) => outcome === "unknown")).toHaveLength(30);
  });
});
