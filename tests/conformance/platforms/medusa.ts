/** How the suite drives the fake of Medusa. */
import { authorization } from "../../../src/adapters/medusa/config.ts";
import { medusa } from "../../../src/adapters/medusa/index.ts";
import { createMedusaFake } from "../../../src/fakes/medusa/index.ts";
import type { FakeSetup, Platform, Subject } from "../platform.ts";

const DAY_MS = 86_400_000;

function makeFake({ name, webhookFetch: _none, ...setup }: FakeSetup): Subject {
  const baseUrl = `https://${name}.medusa.example`;
  const fake = createMedusaFake({ ...setup, name, baseUrl, seed: 23, locations: 2 });
  const { email, password } = fake.user;
  // What is packed is a parcel too, which the fake's books count when it is sent.
  const booksOf = fake.books.bind(fake);
  fake.books = () => {
    const books = booksOf();
    const shipments = [...fake.orders.values()].reduce((count, order) => count + order.fulfillments.length, 0);
    return { ...books, counts: { ...books.counts, shipments } };
  };
  const expireToken = () => setup.clock.advance(DAY_MS + 1000);
  const paid = (): string => {
    const id = fake.buyer.order();
    fake.owner.capture(id);
    return id;
  };
  const received = (): string => {
    const id = paid();
    fake.owner.ship(id);
    fake.owner.deliver(id);
    return id;
  };
  const dispute = (more: object = {}) => {
    const orderExternalId = received();
    return {
      disputeExternalId: fake.buyer.askReturn(orderExternalId),
      orderExternalId,
      system: null,
      reason: null,
      message: null,
      lockToken: null,
      amount: null,
      currency: null,
      files: [],
      returnAddressId: null,
      ...more,
    };
  };
  const parcel = () => ({
    orderExternalId: paid(),
    carrier: "ups",
    trackingNumber: "1Z999AA10123456784",
    trackingUrl: "https://www.ups.com/track?tracknum=1Z999AA10123456784",
    shippedAt: null,
    place: fake.locations[0]?.id ?? null,
    lines: [],
    notifyBuyer: false,
    method: null,
  });
  const parcelOf = (orderExternalId: string) => ({
    orderExternalId,
    shipmentExternalId: fake.orders.get(orderExternalId)?.fulfillments[0]?.id ?? "",
  });
  const listing = () => ({
    listingExternalId: [...fake.books().variants.values()][0]?.listingId ?? "",
    variantExternalId: null,
    reason: null,
  });
  return {
    fake,
    baseUrl,
    credentials: { email, password, token: fake.signIn() },
    secrets: ["Zzbuyer", email],
    operations: {
      probe: "stores.list",
      listOrders: "orders.list",
      setStock: "levels.batch",
      refresh: "auth.login",
      writes: { stock: "levels.batch", prices: "variants.batch" },
    },
    editOrder: (id) => fake.owner.touch(id),
    expireToken,
    revoke() {
      Object.assign(fake.user, { password: "fa4echanged" });
      expireToken();
    },
    missingId: "order_01M800000000000000000000ZZ",
    spoil: (answer) => answer.replace(/("items":\[\{[^[\]]*?"quantity":)\d+/, '$1"two"'),
    drift: {
      orders: (payload) => Object.assign(payload, { status: "zz_packing" }),
      listings: (payload) => Object.assign(payload, { status: "zz_hidden" }),
      shipments: (payload) =>
        Object.assign((payload.fulfillments as object[])[0] ?? {}, {
          packed_at: null,
          shipped_at: null,
          delivered_at: null,
          canceled_at: null,
        }),
      disputes: (payload) => Object.assign(payload.row as object, { status: "zz_lost" }),
    },
    failureIn200: { code: "invalid_data", message: "Invalid request" },
    acts: {
      "orders.set_memo": () => ({
        input: { orderExternalId: paid(), text: "pack well", flag: null },
        operation: "orders.update",
      }),
      "orders.cancel": () => ({
        input: { orderExternalId: paid(), reason: null, lines: [], restock: true },
        operation: "orders.cancel",
      }),
      "orders.refund": () => ({
        input: {
          orderExternalId: paid(),
          amount: "1.00",
          currency: "USD",
          reason: "scratched",
          lines: [],
          restock: false,
          payBack: true,
        },
        operation: "payments.refund",
      }),
      "orders.complete": () => ({ input: { orderExternalId: received() }, operation: "orders.complete" }),
      "orders.archive": () => ({ input: { orderExternalId: received() }, operation: "orders.archive" }),
      "orders.capture": () => ({ input: { orderExternalId: fake.buyer.order() }, operation: "payments.capture" }),
      "listings.activate": () => {
        const input = listing();
        fake.owner.setProductStatus(input.listingExternalId, "draft");
        return { input, operation: "products.update" };
      },
      "listings.deactivate": () => ({ input: listing(), operation: "products.update" }),
      "shipments.confirm": () => ({ input: parcel(), operation: "fulfillments.create" }),
      "shipments.mark_delivered": () => {
        const id = paid();
        fake.owner.ship(id);
        return { input: parcelOf(id), operation: "fulfillments.deliver" };
      },
      "shipments.cancel": () => {
        const id = paid();
        fake.owner.pack(id);
        return { input: parcelOf(id), operation: "fulfillments.cancel" };
      },
      "disputes.accept": () => ({ input: dispute({ amount: "1.00", currency: "USD" }), operation: "payments.refund" }),
      "disputes.refuse": () => ({ input: dispute(), operation: "returns.cancel" }),
      "disputes.receive_return": () => ({ input: dispute(), operation: "returns.confirm" }),
    },
  };
}

export const platform: Platform = {
  entry: medusa,
  folder: "medusa",
  signatures: [
    {
      example: "secret API key, as the platform's own client sends it",
      ours: authorization({ api_key: "sk_37639335" }).authorization ?? "",
      theirs: "Basic c2tfMzc2MzkzMzU6",
    },
  ],
  makeFake,
};
