/** Checks that a platform cannot meet, by name. An entry whose check is met, or does not exist, fails. */
export interface Exception {
  platform: string;
  /** `group: sentence`, as in the output. */
  check: string;
  reason: string;
  link: string;
}

const WOOCOMMERCE_DOCS = "https://woocommerce.github.io/woocommerce-rest-api-docs/";

const AMAZON_DOCS = "https://developer-docs.amazon.com/sp-api";
const AMAZON_FIRST_LOOK =
  "the first look, by which this is asked, is allowed once in 62 seconds (0.016/s); calls are spaced evenly, and none waits that long";

const NO_STATEMENTS = "no method gives statements: they come as files of the console, whose columns a setting names";

export const EXCEPTIONS: readonly Exception[] = [
  {
    platform: "medusa",
    check: "errors: the platform's number of the request is kept",
    reason: "no answer numbers its request, in its body or its headers",
    link: "https://docs.medusajs.com/api/admin",
  },
  {
    platform: "shopify",
    check: "orders: what a list names can be read by its key, and is the same version",
    reason:
      "a bulk run does not give what was in a parcel: the same version in another document, which maps to the same records (tests/adapters/shopify/bulk.test.ts)",
    link: "https://shopify.dev/docs/api/usage/bulk-operations/queries",
  },
  {
    platform: "shopify",
    check: "settlements: a code that no table knows is unknown, with a warning",
    reason:
      "payouts and movements are documents apart: a type that no pattern knows is other, with its word kept, and an entry holds no warning",
    link: "https://shopify.dev/docs/api/admin-graphql/latest/objects/ShopifyPaymentsBalanceTransaction",
  },
  {
    platform: "shopify",
    check: "webhooks: an old message is refused, whoever sends it again",
    reason: "the signature is over the body alone, and no time is signed; a copy is told by its key and has no effect",
    link: "https://shopify.dev/docs/apps/build/webhooks",
  },
  {
    platform: "woocommerce",
    check: "shipments: a code that no table knows is unknown, with a warning",
    reason:
      "all fulfilments of an order come as one document; goods that left are told by a flag, and an unknown state counts only beside it",
    link: `${WOOCOMMERCE_DOCS}#order-properties`,
  },
  {
    platform: "woocommerce",
    check: "orders: a code that no table knows is unknown, with a warning",
    reason: "a status that a plugin adds is on_hold with a warning, until the setting `statuses` names its meaning",
    link: `${WOOCOMMERCE_DOCS}#order-properties`,
  },
  {
    platform: "woocommerce",
    check: "disputes: a code that no table knows is unknown, with a warning",
    reason: "refunds are all there is of disputes, and a refund has neither status nor kind",
    link: `${WOOCOMMERCE_DOCS}#order-refunds`,
  },
  {
    platform: "woocommerce",
    check: "disputes: what a list names can be read by its key, and is the same version",
    reason: "the list of all refunds names the order in the document (parent_id), the list of one order does not",
    link: `${WOOCOMMERCE_DOCS}#order-refunds`,
  },
  {
    platform: "woocommerce",
    check: "webhooks: an old message is refused, whoever sends it again",
    reason: "the signature is over the body alone and holds no time; a copy is told by its key and has no effect",
    link: "https://woocommerce.com/document/webhooks/",
  },
  {
    platform: "woocommerce",
    check: "errors: the platform's number of the request is kept",
    reason: "neither WordPress nor its hosts number requests",
    link: "https://developer.wordpress.org/rest-api/",
  },
  {
    platform: "jd",
    check: "errors: the platform's number of the request is kept",
    reason: "no answer of the gateway numbers its request, in its body or its headers",
    link: "https://github.com/pifeifei/jingdong-jos-api-sdk",
  },
  {
    platform: "dangdang",
    check: "errors: the platform's number of the request is kept",
    reason: "no answer of the gateway numbers its request, in its body or its headers",
    link: "https://open.dangdang.com/index.php?c=documentCenterG4&f=show&page_id=133",
  },
  {
    platform: "dangdang",
    check: "listings: a code that no table knows is unknown, with a warning",
    reason:
      "the platform's states are words of which few are published: any other is inactive, with its text kept and a warning",
    link: "https://open.dangdang.com/index.php?c=documentCenterG4&f=show&page_id=116",
  },
  {
    platform: "dangdang",
    check: "disputes: an empty window has no records and no cursor",
    reason:
      "no row tells its state, so that a day is asked for once in each state: an empty window has a page for each",
    link: "https://open.dangdang.com/index.php?c=documentCenterG4&f=show&page_id=136",
  },
  {
    platform: "dangdang",
    check: "settlements: all records of the platform's books are read",
    reason: NO_STATEMENTS,
    link: "https://open.dangdang.com/index.php?c=documentCenterG4&f=show&page_id=133",
  },
  {
    platform: "dangdang",
    check: "settlements: source times are given always or never",
    reason: NO_STATEMENTS,
    link: "https://open.dangdang.com/index.php?c=documentCenterG4&f=show&page_id=133",
  },
  {
    platform: "dangdang",
    check: "settlements: a bare document in a file is read as from the platform",
    reason: NO_STATEMENTS,
    link: "https://open.dangdang.com/index.php?c=documentCenterG4&f=show&page_id=133",
  },
  {
    platform: "dangdang",
    check: "settlements: a code that no table knows is unknown, with a warning",
    reason: NO_STATEMENTS,
    link: "https://open.dangdang.com/index.php?c=documentCenterG4&f=show&page_id=133",
  },
  {
    platform: "dangdang",
    check: "settlements: a report that is waited for is saved whole",
    reason: NO_STATEMENTS,
    link: "https://open.dangdang.com/index.php?c=documentCenterG4&f=show&page_id=133",
  },
  {
    platform: "vipshop",
    check: "auth: a code is exchanged for a grant, once",
    reason: "consent brings the tokens themselves to the call back: nothing is exchanged that could be used up",
    link: "https://vop.vip.com/doccenter/viewdoc/54",
  },
  {
    platform: "vipshop",
    check: "errors: the platform's number of the request is kept",
    reason: "an answer of the gateway has a code, words and a result, and no number of the request",
    link: "https://vop.vip.com/doccenter/viewdoc/54",
  },
  {
    platform: "amazon",
    check: "settlements: an empty window has no records and no cursor",
    reason: "the platform's list of transactions has empty pages, which name a next one",
    link: `${AMAZON_DOCS}/docs/finances-api-v2024-06-19-reference`,
  },
  {
    platform: "amazon",
    check: "stock: what goes by the direct way is shown at once, and no feed says more of it",
    reason:
      "a patch that is accepted is worked off later: the direct way tells what was accepted, and the listing shows it after seconds",
    link: `${AMAZON_DOCS}/docs/listings-items-api-v2021-08-01-use-case-guide`,
  },
  {
    platform: "amazon",
    check: "limits: calls made at once keep within the quota that the platform counts",
    reason: AMAZON_FIRST_LOOK,
    link: `${AMAZON_DOCS}/docs/sellers-api-v1-reference`,
  },
];
