/** Settlements: none. Money is paid out by the shop's payment gateway, under an account and an API of its own. */
import { type Absent, absent } from "../../core/adapter.ts";

export const settlements: Absent = absent(
  "WooCommerce keeps no statements: payouts are made by the payment gateway (Stripe, PayPal, WooPayments), each with its own API",
  "https://woocommerce.github.io/woocommerce-rest-api-docs/",
);
