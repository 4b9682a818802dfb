/** The shop itself: currencies, regions, places, reasons, keys. */

import { z } from "zod";
import { bodyOf, byId, type Route } from "./call.ts";
import { channelView } from "./product-view.ts";
import { newId, type Store } from "./store.ts";
import { times, type View } from "./wire.ts";

const KEY = z.strictObject({ title: z.string(), type: z.enum(["secret", "publishable"]) });

const since = (store: Store): View => times({ created: store.born, updated: store.born });

function storeView(store: Store): View {
  const currencies = [...new Set([store.currency, "eur"])];
  return {
    id: store.ids.store,
    name: "Medusa Store",
    default_sales_channel_id: store.ids.channel,
    default_region_id: store.ids.region,
    default_location_id: null,
    metadata: null,
    ...since(store),
    supported_currencies: currencies.map((code) => ({
      id: `stocur_${code}`,
      currency_code: code,
      is_default: code === store.currency,
      store_id: store.ids.store,
      currency: { code, decimal_digits: ["jpy", "krw", "vnd", "clp"].includes(code) ? 0 : 2 },
      ...since(store),
    })),
  };
}

function regionView(store: Store): View {
  const countries = [{ id: "us", iso_2: "us", name: "UNITED STATES", region_id: store.ids.region }];
  return {
    id: store.ids.region,
    name: "US",
    currency_code: store.currency,
    metadata: null,
    countries,
    ...since(store),
  };
}

function fixedList(plural: string, rows: (store: Store) => View[]): Route {
  return {
    method: "get",
    path: `/admin/${plural}`,
    operation: `${plural}.list`,
    run({ store }) {
      const all = rows(store);
      return { [plural.replaceAll("-", "_")]: all, count: all.length, offset: 0, limit: 50 };
    },
  };
}

export const STORE_ROUTES: readonly Route[] = [
  fixedList("stores", (store) => [storeView(store)]),
  fixedList("regions", (store) => [regionView(store)]),
  fixedList("sales-channels", (store) => [channelView(store)]),
  fixedList("stock-locations", (store) =>
    store.locations.map((location) => ({
      ...location,
      metadata: null,
      address: { id: location.id.replace("sloc", "laddr"), address_1: "1 Dock", country_code: "us" },
      ...since(store),
    })),
  ),
  fixedList("return-reasons", (store) =>
    store.reasons.map((reason) => ({ ...reason, description: null, parent_return_reason_id: null, ...since(store) })),
  ),
  {
    method: "post",
    path: "/admin/api-keys",
    operation: "api-keys.create",
    run(call) {
      const { title, type } = bodyOf(call, KEY);
      const { store } = call;
      const token = `${type === "secret" ? "sk_fa4e" : "pk_fa4e"}${store.random.hex(60)}`;
      const key = { id: newId(store, "apk"), title, token, isRevoked: type !== "secret" };
      store.keys.push(key);
      return { api_key: { id: key.id, title, type, token } };
    },
  },
  {
    method: "post",
    path: "/admin/api-keys/:id/revoke",
    operation: "api-keys.revoke",
    run({ store, params }) {
      const key = byId(new Map(store.keys.map((one) => [one.id, one])), params.id, "Api key");
      key.isRevoked = true;
      return { api_key: { id: key.id, title: key.title } };
    },
  },
];
