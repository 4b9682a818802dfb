/**
 * The platform's own examples: every static pair of request and answer of its sandbox that touches an operation of ours goes
 * through the client and the mappers. Requests of the examples name data of their own, so that answers are given to our calls.
 */
import { describe, expect, it } from "vitest";
import type { Page, Store } from "../../../src/core/adapter.ts";
import { isAdapterError } from "../../../src/core/errors.ts";
import { recordSchema } from "../../../src/core/model/api-schemas.ts";
import { renderUnified } from "../../../src/core/model/render.ts";
import { checkRequest, hasModels, type SandboxCase, sandboxCases } from "./models.ts";
import {
  CONTEXT,
  DE,
  givenAdapter,
  givenItem,
  givenListing,
  givenOrder,
  givenStore,
  HOST,
  inputOf,
  jsonOf,
  perform,
  type Sent,
  SIGNAL,
  textOf,
  type Whole,
} from "./stub.ts";

type Ours = ReturnType<typeof givenAdapter>["adapter"];
const store: Store = givenStore({ settings: { region: "eu", external_returns: true, feed_from: 1 } });
const window = inputOf("changed", 60 * 24);
const documentsOf = (page: Page) => page.documents;

/** What each of our operations is called by; it answers what came of it. */
const CALLS: Record<string, (adapter: Ours, given: SandboxCase) => Promise<unknown>> = {
  searchOrders: async ({ orders }) => map(orders, documentsOf(await orders.list(store, window, SIGNAL))),
  getOrder: async ({ orders }) => {
    const { documents, missing } = await orders.getMany(store, [{ externalId: "1-2-3" }], SIGNAL);
    expect(missing).toEqual([]);
    return map(orders, documents);
  },
  searchListingsItems: async ({ listings }) => map(listings, documentsOf(await listings.list(store, window, SIGNAL))),
  getListingsItem: async ({ listings }) =>
    map(listings, (await listings.getMany(store, [{ externalId: `${DE}/a,b` }], SIGNAL)).documents),
  patchListingsItem: async ({ stock }) => {
    const outcomes = await stock.direct?.set(store, [givenItem("A", "1")], SIGNAL);
    return outcomes?.[0]?.outcome === "rejected" ? Promise.reject(outcomes[0].error) : outcomes;
  },
  createFeedDocument: ({ stock }) => stock.set(store, [givenItem("A", "1")], SIGNAL),
  createFeed: ({ stock }) => stock.set(store, [givenItem("A", "1")], SIGNAL),
  getFeed: async ({ stock }) => stock.check?.(store, ["feed/1/FeedId1"], SIGNAL),
  getFeedDocument: async ({ stock }) => stock.check?.(store, ["feed/1/FeedId1"], SIGNAL),
  createReport: ({ disputes }) => disputes.list(store, inputOf("returns"), SIGNAL),
  getReport: ({ settlements }) => settlements.list(store, inputOf("statements", 60, { cursor: REPORT }), SIGNAL),
  getReports: ({ settlements }) => settlements.list(store, inputOf("statements"), SIGNAL),
  getReportDocument: ({ settlements }) =>
    settlements.list(store, inputOf("statements", 60, { cursor: REPORT }), SIGNAL),
  listTransactions: async ({ settlements }) =>
    map(settlements, documentsOf(await settlements.list(store, inputOf("transactions"), SIGNAL))),
  listPayouts: async ({ settlements }) =>
    map(settlements, documentsOf(await settlements.list(store, inputOf("payouts"), SIGNAL))),
  getMarketplaceParticipations: ({ auth }) => auth.probe(store, SIGNAL),
  confirmShipment: async ({ shipments }) => {
    const input = {
      orderExternalId: "1-2-3",
      carrier: "fedex",
      trackingNumber: "1",
      trackingUrl: null,
      shippedAt: null,
      place: null,
      lines: [],
      notifyBuyer: false,
      method: null,
    };
    const outcome = await perform(shipments.acts.confirm, input, { store });
    return outcome.outcome === "rejected" ? Promise.reject(outcome.error) : outcome;
  },
  updateShipmentStatus: async ({ shipments }) => {
    const outcome = await perform(
      shipments.acts.pickup,
      { orderExternalId: "1-2-3", status: "PickedUp", lines: [] },
      { store },
    );
    return outcome.outcome === "rejected" ? Promise.reject(outcome.error) : outcome;
  },
  updateVerificationStatus: async ({ orders }) => {
    const input = { orderExternalId: "1-2-3", status: "Approved", reviewerId: "r", rejectionReasonId: null };
    const outcome = await perform(orders.acts.verify, input, { store });
    return outcome.outcome === "rejected" ? Promise.reject(outcome.error) : outcome;
  },
  listReturns: async ({ disputes }) =>
    map(disputes, documentsOf(await disputes.list(store, inputOf("external"), SIGNAL))),
  getReturn: async ({ disputes }) =>
    map(disputes, (await disputes.getMany(store, [{ externalId: "external:1" }], SIGNAL)).documents),
};
const REPORT = JSON.stringify({ token: null, reports: ["ReportId1"], place: null });

/** Documents as unified records, each by its schema. */
function map(
  capability: Ours["orders"] | Ours["listings"] | Ours["settlements"] | Ours["disputes"],
  documents: Parameters<Ours["orders"]["toUnified"]>[0][],
) {
  const records = documents.flatMap((raw) => renderUnified(capability.toUnified(raw, CONTEXT)));
  for (const record of records) expect(recordSchema.safeParse(record).error?.issues ?? []).toEqual([]);
  return records;
}

/** Examples whose requests are no valid calls by the platform's own model, and why. Answers are valid without exception. */
const NO_CALL: Readonly<Record<string, string>> = {
  "ordersV0.json updateShipmentStatus 204 #0": "its request is empty: it stands for any call",
  "listingsItems_2021-08-01.json patchListingsItem 200 #0": "its request is empty: it stands for any call",
};

/** What stands before and behind the call that an example answers. */
function beside({ method, path }: Sent): Whole {
  const name = `${method} ${path.replace(/\?.*/, "")}`;
  const done = { processingStatus: "DONE", createdTime: "2026-01-01T00:00:00Z" };
  if (name.startsWith("GET /orders/2026-01-01/orders/")) return jsonOf({ order: givenOrder() });
  if (name === "POST /feeds/2021-06-30/documents")
    return jsonOf({ feedDocumentId: "d", url: "https://files.example/in" }, 201);
  if (name === "POST /feeds/2021-06-30/feeds") return jsonOf({ feedId: "1" }, 202);
  if (name.startsWith("GET /feeds/2021-06-30/feeds/"))
    return jsonOf({ feedId: "1", feedType: "x", resultFeedDocumentId: "d", ...done });
  if (name.startsWith("GET /reports/2021-06-30/reports/"))
    return jsonOf({ reportId: "1", reportType: "x", reportDocumentId: "d", ...done });
  if (name.startsWith("GET /listings/")) return jsonOf({ numberOfResults: 1, items: [givenListing("A")] });
  if (method === "PUT") return textOf("");
  if (path.includes("Report_"))
    return textOf(
      "settlement-id\tsettlement-start-date\tsettlement-end-date\ttotal-amount\tcurrency\n1\t2026-01-01\t2026-01-02\t0\tUSD\n",
    );
  return jsonOf({ issues: [] });
}

const isAsked = ({ method, path }: SandboxCase, call: Sent): boolean =>
  call.method === method &&
  new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/?]+")}(?:\\?|$)`).test(call.path);

const nameOf = ({ model, operationId, status, case: number }: SandboxCase) =>
  `${model} ${operationId} ${status} #${number}`;
const CASES = sandboxCases().filter(
  ({ operationId, model }) => operationId in CALLS && !(operationId === "getOrder" && model === "ordersV0.json"),
);

/** The category of an example that is a refusal. */
const CATEGORY: Record<number, string> = {
  400: "invalid_request",
  403: "permanent",
  409: "conflict",
  429: "throttled",
  500: "transient",
  503: "transient",
};

describe.runIf(hasModels)("an example of the sandbox", () => {
  it("is there for each operation of ours that has any", () => {
    const names = new Set(CASES.map(({ operationId }) => operationId));
    expect(Object.keys(CALLS).filter((name) => !names.has(name))).toEqual([]);
    expect(CASES.length).toBeGreaterThan(40);
  });

  it.each(CASES.map((each) => [nameOf(each), each] as const))("%s", async (_, given) => {
    let asked = 0;
    const { adapter } = givenAdapter((call) => {
      if (!isAsked(given, call)) return beside(call);
      asked += 1;
      return given.status === 204 ? textOf("", {}, 204) : jsonOf(given.response, given.status);
    });
    const call = CALLS[given.operationId];
    if (!call) throw new Error(`nobody calls ${given.operationId}`);
    if (given.status < 400) {
      await call(adapter, given);
      expect(asked).toBeGreaterThan(0);
      return;
    }
    const error = await call(adapter, given).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(asked).toBeGreaterThan(0);
    expect(isAdapterError(error) && error.category, String(error)).toBe(CATEGORY[given.status]);
  });

  it("asks as our calls do: its requests are valid by the model, but for those that are meant to fail", () => {
    const wrong = CASES.filter((given) => {
      const { method, path, request } = given;
      const address = path.replace(/\{(\w+)\}/g, (_, part: string) =>
        encodeURIComponent(String(request[part]?.value ?? "1")),
      );
      const query = Object.entries(request)
        .filter(([part, held]) => part !== "body" && !path.includes(`{${part}}`) && held?.value !== undefined)
        .map(([part, held]) => `${part}=${encodeURIComponent(String(held.value))}`);
      try {
        checkRequest(method, `${HOST}${address}?${query.join("&")}`, request.body?.value ?? request.payload?.value);
        return false;
      } catch {
        return given.status < 400;
      }
    });
    expect(wrong.map(nameOf)).toEqual(Object.keys(NO_CALL));
  });
});
