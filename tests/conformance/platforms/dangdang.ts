/** How the suite drives the fake of Dangdang. */
import { signCall } from "../../../src/adapters/dangdang/auth/signing.ts";
import { dangdang } from "../../../src/adapters/dangdang/index.ts";
import type { ErrorRow } from "../../../src/core/adapter.ts";
import { createDangdangFake } from "../../../src/fakes/dangdang/index.ts";
import type { FaultAnswer } from "../../../src/fakes/fake.ts";
import type { FakeSetup, Platform, Subject } from "../platform.ts";

const APP_ID = "00000000-0000-4000-8000-000000000004";

function makeFake({ name, webhookFetch: _none, ...setup }: FakeSetup): Subject {
  const baseUrl = `https://${name}.dangdang.example`;
  const oauthPaths = { authorize: "/authorize", token: "/token" };
  const fake = createDangdangFake({ ...setup, name, baseUrl, seed: 17, oauthPaths });
  // The platform's records of refunds are disputes of their own, beside the requests that the fake's books count.
  const booksOf = fake.books.bind(fake);
  fake.books = () => {
    const books = booksOf();
    const disputes = (books.counts.disputes ?? 0) + fake.refunds.length;
    return { ...books, counts: { ...books.counts, disputes } };
  };
  const paid = (): string => {
    const id = fake.buyer.order();
    fake.buyer.pay(id);
    return id;
  };
  const received = (): string => {
    const id = paid();
    fake.owner.ship(id);
    fake.buyer.receive(id);
    return id;
  };
  const request = (isAccepted: boolean) => {
    const orderExternalId = received();
    const code = fake.buyer.apply(orderExternalId, 1);
    if (isAccepted) fake.owner.accept(code);
    return {
      disputeExternalId: `return:${code}`,
      orderExternalId,
      system: null,
      reason: null,
      message: "收到退货",
      lockToken: null,
      amount: null,
      currency: null,
      files: [],
      returnAddressId: null,
    };
  };
  let parcels = 0;
  const parcel = (orderExternalId: string) => {
    parcels += 1;
    return {
      orderExternalId,
      carrier: "zto",
      trackingNumber: `7512345678${9000 + parcels}`,
      trackingUrl: null,
      shippedAt: null,
      place: null,
      lines: [],
      notifyBuyer: false,
      method: null,
    };
  };
  const listing = () => ({
    listingExternalId: [...fake.books().variants.values()][0]?.listingId ?? "",
    variantExternalId: null,
    reason: null,
  });
  const approve = "dangdang.orders.exchange.return.apply.approve";
  const returned = "dangdang.order.return";
  return {
    fake,
    baseUrl,
    credentials: fake.credentials,
    settings: { shop_id: fake.shop.gShopID },
    app: {
      id: APP_ID,
      platform: "dangdang",
      ...fake.app,
      settings: { root: baseUrl, authorize_path: oauthPaths.authorize, token_path: oauthPaths.token },
    },
    // Buyers come masked; the ciphertext of all of them begins so.
    secrets: ["ZmE0ZXw"],
    operations: {
      probe: "dangdang.items.list.get",
      listOrders: "dangdang.orders.list.get",
      setStock: "dangdang.items.stock.update",
      refresh: "oauth.token",
    },
    editOrder: (id) => fake.owner.touch(id),
    expireToken: () => fake.expireToken(),
    revoke: () => fake.revoke(),
    consent: { query: { code: fake.consent() } },
    missingId: "8999999999999",
    spoil: (text) => (text.includes("<productItemId>") ? text.replace(/<orderCount>\d+</, "<orderCount>两件<") : text),
    drift: {
      orders: (payload) => Object.assign(payload, { orderState: "777" }),
      listings: (payload) => Object.assign(payload, { itemState: "怪" }),
      shipments: (payload) => Object.assign(payload, { orderState: "777" }),
      disputes: (payload) => Object.assign(payload.asked as object, { status: "777" }),
    },
    refusal,
    strangeAnswer: { status: 200, body: '<?xml version="1.0" encoding="GBK"?><response><zz>1</zz></response>' },
    failureIn200: { code: "500", message: "系统错误" },
    acts: {
      "listings.activate": () => {
        const input = listing();
        fake.owner.takeDown(input.listingExternalId);
        return { input, operation: "dangdang.item.update" };
      },
      "listings.deactivate": () => ({ input: listing(), operation: "dangdang.item.update" }),
      "shipments.confirm": () => ({ input: parcel(paid()), operation: "dangdang.order.goods.send" }),
      "shipments.correct": () => {
        const orderId = paid();
        fake.owner.ship(orderId);
        const input = { ...parcel(orderId), shipmentExternalId: orderId };
        return { input, operation: "dangdang.orders.changeExpressNo" };
      },
      "disputes.accept": () => ({ input: request(false), operation: approve }),
      "disputes.refuse": () => ({ input: request(false), operation: approve }),
      "disputes.receive_return": () => ({ input: request(true), operation: returned }),
      "disputes.delay": () => ({ input: request(true), operation: returned }),
    },
  };
}

/** Where words decide, a code that no row names goes with them. */
const refusal = ({ message }: ErrorRow): FaultAnswer | undefined =>
  message === undefined
    ? undefined
    : { code: "zz_unlisted", message: message.source.split("|")[0]?.replace(/\(.*/, "") ?? "" };

const SECRET = "A1B2C3D4E5F60718293A4B5C6D7E8F90";
const COMMON = {
  app_key: "2100000001",
  session: "0123456789ABCDEF".repeat(4),
  timestamp: "2024-01-15 12:00:00",
  format: "xml",
  v: "1.0",
  sign_method: "md5",
};
const EXAMPLES = {
  "dangdang.orders.list.get": "390E61678E672DB0306FF0A6825556EE",
  "dangdang.order.details.get": "016DF6013CDB20058BBC198D8F804EA3",
  "dangdang.item.stock.update": "BCBABDC54C19FD79611E0D5F3ADD4991",
};

export const platform: Platform = {
  entry: dangdang,
  folder: "dangdang",
  signatures: Object.entries(EXAMPLES).map(([method, theirs]) => ({
    example: `${method}, as two public clients sign it`,
    ours: signCall(SECRET, { ...COMMON, method }),
    theirs,
  })),
  makeFake,
};
