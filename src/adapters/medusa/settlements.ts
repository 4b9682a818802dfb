/** Settlements: none. Money is paid out by the payment provider, under an account and an API of its own. */
import { absent } from "../../core/adapter.ts";
import { DOCS } from "./config.ts";

export const settlements = absent(
  "Medusa keeps no statements: payouts and fees are those of the payment provider (Stripe, PayPal), which has an API of its own",
  DOCS,
);
