/** Changes are polled. */
import { absent } from "../../core/adapter.ts";

export const webhooks = absent(
  "Medusa sends no webhooks: its events reach code inside the shop alone, so that changes are found by polling",
  "https://docs.medusajs.com/learn/fundamentals/events-and-subscribers",
);
