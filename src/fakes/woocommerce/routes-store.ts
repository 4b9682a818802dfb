/** What a store tells about itself: discovery, system status, currency, settings, taxes, coupons. */

import { currencyFacts } from "./money.ts";
import { apiRoot, dates, type Json, links } from "./order-view.ts";
import { isBefore } from "./params.ts";
import { allowOf, type Call, ok, type Route, route } from "./routing.ts";
import { nowOf, type Store } from "./store.ts";
import type { Coupon, TaxRate } from "./types.ts";
import { WpError } from "./wp-error.ts";

/** The routes about the store itself. */
export function storeRoutes(): Route[] {
  return [
    route("/system_status", { GET: { operation: "system.status", run: (call) => ok(systemStatus(call.store)) } }),
    route("/data/currencies/current", { GET: { operation: "currencies.current", run: currentCurrency } }),
    route("/settings/general", {
      GET: { operation: "settings.general", run: (call) => ok(generalSettings(call.store)) },
    }),
    route("/settings/products", { GET: { operation: "settings.products", run: () => ok(productSettings()) } }),
    route("/settings/tax", { GET: { operation: "settings.tax", run: (call) => ok(taxSettings(call.store)) } }),
    route("/taxes", {
      GET: { operation: "taxes.list", run: ({ store }) => ok(store.taxRates.map((rate) => taxView(store, rate))) },
    }),
    route("/coupons", {
      GET: {
        operation: "coupons.list",
        run: ({ store }) => ok([...store.coupons.values()].map((coupon) => couponView(store, coupon))),
      },
    }),
  ];
}

/** The public document that lists namespaces and routes. */
export function discovery(store: Store, routes: readonly Route[]): Json {
  const now = nowOf(store);
  const namespaces = ["oembed/1.0", "wc/v1", "wc/v2", "wc/v3", "wc/store", "wc/store/v1", "wc-analytics", "wc-admin"];
  if (store.hasShipmentTracking) namespaces.push("wc-shipment-tracking/v3");
  namespaces.push("wp/v2", "wp-site-health/v1");
  return {
    name: store.name,
    description: "",
    url: store.home,
    home: store.home,
    gmt_offset: String(store.zone.offsetAt(now) / 3600),
    timezone_string: store.zone.name,
    page_for_posts: 0,
    page_on_front: 0,
    show_on_front: "posts",
    namespaces: isBefore(store.version, 5) ? namespaces.filter((name) => !name.startsWith("wc/store")) : namespaces,
    authentication: [],
    routes: routesView(store, routes),
    site_logo: 0,
    site_icon: 0,
    site_icon_url: "",
    _links: { help: [{ href: "https://developer.wordpress.org/rest-api/" }] },
  };
}

/** The routes of one namespace, or of all, by their patterns. */
export function routesView(store: Store, routes: readonly Route[]): Json {
  const root = apiRoot(store);
  const entries = routes.map(({ pattern, actions }) => {
    const methods = allowOf(actions).split(", ");
    const view: Json = {
      namespace: pattern.split("/").slice(1, 3).join("/"),
      methods,
      endpoints: [{ methods, args: {} }],
    };
    if (!pattern.includes("(?P<")) view._links = { self: [{ href: root + pattern.slice(1) }] };
    return [pattern, view];
  });
  return {
    "/": { namespace: "", methods: ["GET"], endpoints: [], _links: { self: [{ href: root }] } },
    ...Object.fromEntries(entries),
  };
}

/** The error of an address that no route answers. */
export function noRoute(): WpError {
  return new WpError("rest_no_route", "No route was found matching the URL and request method.", 404);
}

function systemStatus(store: Store): Json {
  const { entity } = currencyFacts(store.currency);
  const features = ["analytics", "marketplace", "order_attribution", "product_block_editor", "custom_order_tables"];
  return {
    environment: {
      home_url: store.home,
      site_url: store.home,
      version: store.version,
      wp_version: "7.1",
      wp_multisite: false,
      wp_memory_limit: 268435456,
      wp_debug_mode: false,
      wp_cron: true,
      language: "en_US",
      server_info: "Apache/2.4",
      php_version: "8.2.30",
      php_post_max_size: 8388608,
      php_max_execution_time: 30,
      mysql_version: "10.11.6-MariaDB",
      default_timezone: "UTC",
    },
    database: { wc_database_version: store.version },
    active_plugins: [],
    theme: { name: "Twenty Twenty-Five" },
    settings: {
      api_enabled: false,
      force_ssl: false,
      currency: store.currency,
      currency_symbol: entity,
      currency_position: "left",
      thousand_separator: ",",
      decimal_separator: ".",
      number_of_decimals: store.decimals,
      geolocation_enabled: false,
      order_datastore: "Automattic\\WooCommerce\\Internal\\DataStores\\Orders\\OrdersTableDataStore",
      HPOS_enabled: true,
      HPOS_feature_screen_enabled: true,
      HPOS_sync_enabled: false,
      enabled_features: store.hasFulfillments ? [...features, "fulfillments"] : features,
    },
    security: { secure_connection: store.home.startsWith("https:"), hide_errors: true },
    pages: [],
    post_type_counts: [],
    _links: links(store, "system_status", "system_status", ["GET"]),
  };
}

function currentCurrency({ store }: Call): { status: number; body: unknown } {
  const { name, entity } = currencyFacts(store.currency);
  return ok({
    code: store.currency,
    name,
    symbol: entity,
    _links: links(store, `data/currencies/${store.currency}`, "data/currencies", ["GET"]),
  });
}

function generalSettings(store: Store): Json[] {
  return [
    setting("woocommerce_default_country", "US:NY"),
    setting("woocommerce_currency", store.currency),
    setting("woocommerce_price_num_decimals", String(store.decimals)),
    setting("woocommerce_calc_taxes", "yes"),
    setting("woocommerce_enable_coupons", "yes"),
  ];
}

function productSettings(): Json[] {
  return [
    setting("woocommerce_weight_unit", "kg"),
    setting("woocommerce_dimension_unit", "cm"),
    setting("woocommerce_manage_stock", "yes"),
    setting("woocommerce_notify_low_stock_amount", "2"),
    setting("woocommerce_notify_no_stock_amount", "0"),
  ];
}

function taxSettings(store: Store): Json[] {
  return [
    setting("woocommerce_prices_include_tax", store.pricesIncludeTax === true ? "yes" : "no"),
    setting("woocommerce_tax_based_on", "shipping"),
    setting("woocommerce_tax_round_at_subtotal", "no"),
  ];
}

function setting(id: string, value: string): Json {
  return { id, label: id, description: "", type: "text", default: "", tip: "", value };
}

function taxView(store: Store, rate: TaxRate): Json {
  return {
    id: rate.id,
    country: rate.country,
    state: rate.state,
    postcode: "",
    city: "",
    rate: rate.percent.toFixed(4),
    name: rate.label,
    priority: 1,
    compound: false,
    shipping: true,
    order: rate.id - 1,
    class: "standard",
    postcodes: [],
    cities: [],
    _links: links(store, `taxes/${rate.id}`, "taxes"),
  };
}

function couponView(store: Store, coupon: Coupon): Json {
  return {
    id: coupon.id,
    code: coupon.code,
    amount: coupon.amount.toFixed(2),
    status: "publish",
    ...dates(store, "date_created", coupon.created),
    ...dates(store, "date_modified", coupon.created),
    discount_type: coupon.discountType,
    description: "",
    ...dates(store, "date_expires", null),
    usage_count: 0,
    individual_use: false,
    product_ids: [],
    excluded_product_ids: [],
    usage_limit: null,
    usage_limit_per_user: null,
    limit_usage_to_x_items: null,
    free_shipping: false,
    product_categories: [],
    excluded_product_categories: [],
    exclude_sale_items: false,
    minimum_amount: "0.00",
    maximum_amount: "0.00",
    email_restrictions: [],
    used_by: [],
    meta_data: [],
    _links: links(store, `coupons/${coupon.id}`, "coupons"),
  };
}
