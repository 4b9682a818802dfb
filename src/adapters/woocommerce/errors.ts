/** What WooCommerce's and WordPress's codes mean. Rows are read from the top; what none matches goes to the default rows. */
import type { ErrorRow } from "../../core/adapter.ts";

/** Code that `client/body.ts` gives to an answer that is no JSON: a challenge page, a crash page, half a document. */
export const NOT_JSON = "not_json";

const AUTHENTICATION = "woocommerce_rest_authentication_error";

export const ERRORS: readonly ErrorRow[] = [
  {
    code: AUTHENTICATION,
    message: /nonce/i,
    category: "transient",
    hint: "the one-time number was used before; a repeat carries a new one",
  },
  {
    code: AUTHENTICATION,
    message: /timestamp/i,
    category: "auth_expired",
    whose: "operator",
    hint: "this machine's clock or the store's is more than 15 minutes off",
  },
  {
    code: AUTHENTICATION,
    message: /signature/i,
    category: "auth_expired",
    whose: "operator",
    hint: "the signed address is not the store's own: set home_url to the WordPress address (www, port, http or https)",
  },
  {
    code: AUTHENTICATION,
    message: /does not have (read|write) permissions/i,
    category: "auth_expired",
    hint: "the API key may only read or only write: make one with read and write permission",
  },
  { code: AUTHENTICATION, category: "auth_expired", hint: "the consumer key or secret is wrong or was revoked" },
  {
    status: 401,
    code: /^woocommerce_rest_cannot_/,
    category: "auth_expired",
    hint: "the key is unknown to the store, or the store does not see HTTPS behind its proxy (set auth to query or oauth1)",
  },
  {
    status: 403,
    code: /^woocommerce_rest_cannot_/,
    category: "permanent",
    whose: "seller",
    hint: "the user of the API key lacks the capability: choose a shop manager or administrator",
  },
  { status: 403, code: NOT_JSON, category: "transient", hint: "a firewall or host answered with a page of its own" },
  { status: 403, code: "rest_forbidden", category: "permanent", hint: "a security plugin closes the REST API" },
  {
    status: 404,
    code: "rest_no_route",
    category: "permanent",
    hint: "wrong address, plugin switched off, or plain permalinks (set rest_route)",
  },
  {
    status: 404,
    code: NOT_JSON,
    category: "transient",
    hint: "a web page came from this address: if it stays so, check the base URL, or set rest_route for plain permalinks",
  },
  {
    code: "woocommerce_rest_invalid_product_id",
    message: /variations/i,
    category: "invalid_request",
    hint: "a variation is written below its product",
  },
  { code: /_invalid_(id|product_id|order_id)$/, category: "not_found" },
  {
    status: 400,
    message: /orderby/i,
    category: "invalid_request",
    hint: "stores older than WooCommerce 5.8 cannot list by change time: update the store",
  },
  { status: 400, code: "product_invalid_sku", category: "invalid_request", hint: "another product has this SKU" },
  {
    status: 413,
    code: "woocommerce_rest_request_entity_too_large",
    category: "invalid_request",
    hint: "more than 100 items in one call; nothing was done",
  },
  {
    status: 500,
    code: "woocommerce_rest_cannot_create_order_refund",
    message: /amount/i,
    category: "invalid_request",
    hint: "the amount is zero, or more than what is left to refund",
  },
  {
    status: 500,
    code: "woocommerce_rest_cannot_create_order_refund",
    category: "permanent",
    hint: "the payment gateway cannot pay back: book the refund without it and pay by hand",
  },
  {
    status: 500,
    code: /^(internal_server_error|not_json)$/,
    category: "transient",
    hint: "the store crashed over the request, often in a plugin; its PHP error log says where",
  },
  {
    // Refusals that are pages too (429, 502 …) have their meaning from their status.
    status: [200, 201, 202],
    code: NOT_JSON,
    category: "transient",
    hint: "a page came instead of an answer: a challenge, a cache, maintenance",
  },
];
