/** Fake WooCommerce stores in a process of their own, each served at an address of its own. */
import { serveFake } from "../src/fakes/serve.ts";
import { createWooCommerceFake } from "../src/fakes/woocommerce/index.ts";
import { serveHelper } from "./harness.ts";

export interface FakeQuestion {
  stores: number;
  /** Of each store, before those that it deletes. */
  orders: number;
}

export interface FakeStore {
  name: string;
  baseUrl: string;
  credentials: { consumer_key: string; consumer_secret: string };
  /** What the store itself counts. */
  orders: number;
}

if (process.send) {
  serveHelper<FakeQuestion, FakeStore[]>(async ({ stores, orders }) => {
    const served: FakeStore[] = [];
    for (let index = 1; index <= stores; index++) {
      const name = `Store ${index} of ${orders}`;
      // Without the newer fulfilments, which are one call for each order: orders are what is read here.
      const options = { name, orders, listings: 200, fulfillments: false, baseUrl: "http://localhost" };
      const fake = createWooCommerceFake(options);
      const { baseUrl } = await serveFake(fake);
      served.push({ name, baseUrl, credentials: fake.credentials, orders: fake.books().counts.orders ?? 0 });
    }
    return served;
  });
}
