import type { Listing } from "../../src/core/model/records.ts";
import { listDueWork, runUntilIdle, runWork } from "../../src/sync/schedule.ts";
import { exampleListing, ingestExamples, listingDocument } from "../support/example.ts";
import { givenApi } from "./given-api.ts";

const SIGNAL = new AbortController().signal;

/** SKU-1 on sale at 10.00 EUR in a live store of a platform that takes prices, `batch` in one call. */
export async function givenPrices({ batch = 10, skus = ["SKU-1"] }: { batch?: number; skus?: string[] } = {}) {
  const api = await givenApi({ prices: batch, start: "2026-03-02T09:00:00Z" });
  const store = await api.store();
  const key = await api.key("operator");
  await api.send(key, "PUT /v1/skus", { body: { skus: skus.map((code) => ({ code })) } });
  const [first] = exampleListing().variants;
  if (!first) throw new Error("the example has a variant");
  /** The listing as the platform shows it, every variant at this price. */
  const show = (amount: string, currency = "EUR") => {
    const variants: Listing["variants"] = skus.map((sellerCode, i) => ({
      ...first,
      externalId: `V${i + 1}`,
      sellerCode,
      price: { amount, currency },
    }));
    return ingestExamples(api.engine, store, "listings", [listingDocument(exampleListing({ variants }))]);
  };
  await show("10.00");
  const timely = async () => {
    for (const item of await listDueWork(api.db, api.clock.now()))
      if (item.kind === "rules") await runWork(api.engine, item, SIGNAL);
  };
  await timely();
  const get = async (path: string) => (await api.send(key, `GET ${path}`)).body;
  const offers = async () => (await get("/v1/offers?aspect=price")).data;
  const base = (rows: object[]) => api.send(key, "PUT /v1/prices", { body: { prices: rows } });
  /** One base price of SKU-1, in EUR. */
  const price = (amount: string | null) => base([{ sku: "SKU-1", currency: "EUR", amount }]);
  const rules = (rows: object[]) => api.send(key, "PUT /v1/prices/rules", { body: { rules: rows } });
  const push = () =>
    runUntilIdle(api.engine, SIGNAL, { only: (item) => item.kind === "push" && item.aspect === "price" });
  return {
    ...{ api, store, key, show, timely, get, offers, base, price, rules, push },
    /** Prices that the platform was sent, in order. */
    sent: () => api.platform.priced.flat().map(({ value, currency }) => `${value} ${currency}`),
    desired: async (): Promise<(string | null)[]> =>
      (await offers()).map((offer: { desired: { amount: string } | null }) => offer.desired?.amount ?? null),
    explain: async () => get(`/v1/prices/${(await offers())[0].variant_id}/explain`),
    held: async () => (await get("/v1/prices/held")).data,
    alerts: async (code: string) => (await get(`/v1/alerts?code=${code}`)).data,
    approve: async (amount: string, currency = "EUR") =>
      api.send(key, `POST /v1/prices/${(await offers())[0].id}/approve`, { body: { amount, currency } }),
    at: (hours: number) => new Date(api.clock.now().getTime() + hours * 3_600_000).toISOString(),
  };
}
