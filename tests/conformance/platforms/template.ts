/** How the suite drives the fake of Template. */
import { sign } from "../../../src/adapters/_template/auth.ts";
import { template } from "../../../src/adapters/_template/index.ts";
import { createFake } from "../../../src/fakes/_template/server.ts";
import { toInbound } from "../bench.ts";
import type { FakeSetup, Platform, Subject } from "../platform.ts";

const ADDRESS = "https://tallyport.example/webhooks/template";
const APP_ID = "00000000-0000-4000-8000-000000000001";

function makeFake(setup: FakeSetup): Subject {
  const { name, ...rest } = setup;
  const fake = createFake({ ...rest, name });
  const { store } = fake;
  const first = <T>(records: Iterable<T>, fits: (record: T) => boolean): T => {
    for (const record of records) if (fits(record)) return record;
    throw new Error("the fake holds no such record");
  };
  const openOrder = () => first(store.orders.values(), (order) => order.state === "READY");
  const openCase = () => first(store.cases.values(), (item) => item.state === "WAIT_SELLER");
  const parcel = (orderExternalId: string) => ({
    orderExternalId,
    carrier: "ups",
    trackingNumber: "1Z999",
    trackingUrl: null,
    shippedAt: null,
    place: null,
    lines: [],
    notifyBuyer: false,
    method: null,
  });
  const decision = () => {
    const { id, order_id, version } = openCase();
    return {
      disputeExternalId: id,
      orderExternalId: order_id,
      system: null,
      reason: null,
      message: "We are sorry",
      lockToken: version,
      amount: null,
      currency: null,
      files: [],
      returnAddressId: null,
    };
  };
  const listing = () => ({
    listingExternalId: first(store.listings.values(), () => true).id,
    variantExternalId: null,
    reason: null,
  });
  return {
    fake,
    baseUrl: `https://${name}.platform.example`,
    credentials: fake.credentials,
    app: {
      id: APP_ID,
      platform: "template",
      key: fake.app.key,
      secret: fake.app.secret,
      settings: { root: `https://${name}.platform.example` },
    },
    secrets: ["Zzbuyer"],
    operations: { probe: "shop.get", listOrders: "orders.list", setStock: "stock.set", refresh: "auth.token" },
    editOrder: (id) =>
      store.changed(
        first(store.orders.values(), (order) => order.id === id),
        "edited",
        "owner",
      ),
    expireToken: fake.expireToken,
    revoke: fake.revoke,
    consent: { query: { code: fake.consentCode } },
    missingId: "8999999999999999999",
    spoil: (answer) => (answer.includes('"parcels":') ? answer.replace(/"payment":"\w+"/, '"payment":{}') : answer),
    drift: {
      orders: (payload) => Object.assign(payload, { state: "ZZ" }),
      listings: (payload) => Object.assign(payload, { state: "ZZ" }),
      disputes: (payload) => Object.assign(payload, { state: "ZZ" }),
      shipments: (payload) => Object.assign((payload.parcels as object[])[0] ?? {}, { state: "ZZ" }),
      settlements: (payload) => Object.assign((payload.entries as object[])[0] ?? {}, { kind: "ZZ" }),
    },
    failureIn200: { code: "SHOP_CLOSED", message: "closed" },
    acts: {
      "orders.set_memo": () => ({
        input: { orderExternalId: openOrder().id, text: "pack well", flag: "red" },
        operation: "orders.memo",
      }),
      "orders.acknowledge": () => ({ input: { orderExternalId: openOrder().id }, operation: "orders.acknowledge" }),
      "orders.cancel": () => ({
        input: { orderExternalId: openOrder().id, reason: null, lines: [], restock: true },
        operation: "orders.cancel",
      }),
      "orders.refund": () => ({
        input: {
          orderExternalId: openOrder().id,
          amount: "1.00",
          currency: "EUR",
          reason: null,
          lines: [],
          restock: false,
          payBack: true,
        },
        operation: "orders.refund",
      }),
      "listings.deactivate": () => ({ input: listing(), operation: "listings.state" }),
      "listings.activate": () => ({ input: listing(), operation: "listings.state" }),
      "shipments.confirm": () => ({ input: parcel(openOrder().id), operation: "shipments.confirm" }),
      "shipments.correct": () => {
        const order = first(store.orders.values(), (candidate) => candidate.parcels.length > 0);
        return {
          input: { ...parcel(order.id), shipmentExternalId: order.parcels[0]?.id ?? "" },
          operation: "shipments.correct",
        };
      },
      "shipments.arrange": () => ({ input: { orderExternalId: openOrder().id }, operation: "shipments.arrange" }),
      "disputes.accept": () => ({ input: decision(), operation: "disputes.decide" }),
      "disputes.refuse": () => ({ input: decision(), operation: "disputes.decide" }),
      "disputes.message": () => ({ input: decision(), operation: "disputes.message" }),
    },
    webhooks: {
      secret: fake.app.secret,
      address: ADDRESS,
      secrets: (secret) => ({ secrets: [secret], appKey: fake.app.key, credentials: {} }),
      unknownTopic: () => toInbound(ADDRESS, fake.signed(fake.messageOf("weather.changed", {}))),
      challenge: () => {
        const { query, headers } = fake.challengeOf("w0rds");
        return { request: { ...toInbound(ADDRESS, { method: "GET", headers }), query }, answer: "w0rds" };
      },
    },
  };
}

export const platform: Platform = {
  entry: template,
  folder: "_template",
  signatures: [
    {
      example: "a call without a body, from the platform's page on signatures",
      ours: sign("demo-secret", { method: "GET", target: "/v1/shop", time: "1700000000", body: "" }),
      theirs: "001f342cec1e72a08f089a46c4330c0cc6741a166106049867c8b73feda44eec",
    },
  ],
  makeFake,
};
