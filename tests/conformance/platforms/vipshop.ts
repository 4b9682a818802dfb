/** How the suite drives the fake of Vipshop. */
import { signCall } from "../../../src/adapters/vipshop/client/index.ts";
import { vipshop } from "../../../src/adapters/vipshop/index.ts";
import type { ErrorRow } from "../../../src/core/adapter.ts";
import type { FakeBooks, FaultAnswer } from "../../../src/fakes/fake.ts";
import { createVipshopFake } from "../../../src/fakes/vipshop/index.ts";
import { SECRET, VECTORS } from "../../adapters/vipshop/vectors.ts";
import type { FakeSetup, Platform, Subject } from "../platform.ts";

const APP_ID = "00000000-0000-4000-8000-000000000006";

function makeFake({ name, webhookFetch: _none, ...setup }: FakeSetup): Subject {
  const baseUrl = `https://${name}.vipshop.example`;
  const fake = createVipshopFake({ ...setup, name, baseUrl, seed: 17 });
  // The past of JITX is fifty calls a day: two days of it are read here, and orders before that are not expected.
  const reach = setup.clock.now().getTime() / 1000 - 2 * 86_400;
  const before = new Set([...fake.orders.values()].filter(({ mode, modified }) => mode === "jitx" && modified < reach));
  const books = (): FakeBooks => {
    const all = fake.books();
    const gone = [...before].filter(({ modified }) => modified < reach);
    const orders = new Map([...all.orders].filter(([id]) => !gone.some(({ sn }) => sn === id)));
    const shown = gone.filter(({ sn }) => all.orders.get(sn)?.isHidden === false);
    const shipments = (all.counts.shipments ?? 0) - shown.filter(({ parcels }) => parcels.length > 0).length;
    return { ...all, orders, counts: { ...all.counts, orders: (all.counts.orders ?? 0) - shown.length, shipments } };
  };
  let parcels = 0;
  const parcel = (orderExternalId: string) => {
    parcels += 1;
    return {
      orderExternalId,
      carrier: "sf",
      trackingNumber: `SF20000000${parcels}`,
      trackingUrl: null,
      shippedAt: null,
      place: null,
      lines: [],
      notifyBuyer: false,
      method: null,
    };
  };
  const listing = () => ({
    listingExternalId:
      [...fake.books().variants.values()].find(({ listingId, variantId }) => listingId !== variantId)?.listingId ?? "",
    variantExternalId: null,
    reason: null,
  });
  const answer = (disputeExternalId: string, orderExternalId: string) => ({
    disputeExternalId,
    orderExternalId,
    system: null,
    reason: null,
    message: "The parcel was sent on time",
    lockToken: null,
    amount: null,
    currency: null,
    files: [],
    returnAddressId: null,
  });
  const cancellation = () => {
    const order = fake.buyer.order("mp");
    return answer(`cancel:${fake.buyer.applyCancel(order)}`, order);
  };
  const vendor_id = String(fake.vendorId);
  return {
    fake: Object.assign(Object.create(fake) as typeof fake, { books }),
    baseUrl,
    credentials: fake.credentials,
    // Reservations stand for orders that have not come yet: the platform's books do not count them.
    settings: { vendor_id, modes: ["marketplace", "jitx", "dvd", "jit"], jitx_days: 2, reservations: false },
    app: { id: APP_ID, platform: "vipshop", ...fake.app, settings: { root: baseUrl } },
    secrets: ["Zzbuyer"],
    operations: {
      probe: "SovDeliveryService.getCarriers",
      listOrders: "SovDeliveryService.getOrders",
      setStock: "InventoryService.updateInventory",
      refresh: "OauthService.refreshToken",
    },
    editOrder: (id) => fake.owner.touch(id),
    expireToken: () => fake.expireToken(),
    revoke: () => fake.revoke(),
    consent: { query: fake.consent() },
    missingId: "26011599999999",
    spoil: (text) => text.replace(/"payable_fee":"[^"]*"/, '"payable_fee":"zz"'),
    drift: {
      orders: (payload) => Object.assign((payload.order as object) ?? payload, { status: "ZZ" }),
      listings: (payload) => Object.assign(payload.product as object, { shelf_status: "ZZ" }),
      disputes: (payload) => Object.assign(payload.cancel as object, { audit_status: 99 }),
      settlements: (payload) => Object.assign(payload, { detailLineType: "ZZ" }),
      shipments: (payload) => Object.assign((payload.order as object) ?? payload, { status: "ZZ" }),
    },
    refusal,
    failureIn200: { code: "500123", message: "系统繁忙" },
    acts: {
      "orders.acknowledge": () => ({
        input: { orderExternalId: fake.buyer.order("mp"), place: null, decline: false },
        operation: "SovDeliveryService.exportOrderById",
      }),
      "orders.create_pick": () => {
        fake.buyer.reserve();
        const purchase = fake.consumers.at(-1)?.offer.schedule.po.no ?? "";
        const input = { purchaseOrderExternalId: purchase, warehouse: null };
        return { input, operation: "JitDeliveryService.createPick" };
      },
      "listings.activate": () => {
        const input = listing();
        fake.owner.takeDown(input.listingExternalId);
        return { input, operation: "ProductService.onShelf" };
      },
      "listings.deactivate": () => ({ input: listing(), operation: "ProductService.offShelf" }),
      "shipments.confirm": () => ({ input: parcel(fake.buyer.order("mp")), operation: "SovDeliveryService.ship" }),
      "shipments.correct": () => {
        const order = fake.buyer.order("dvd");
        fake.owner.ship(order);
        const input = { ...parcel(order), shipmentExternalId: `parcel:${order}`, oldTrackingNumber: null };
        return { input, operation: "DvdDeliveryService.editShipInfo" };
      },
      "shipments.arrange": () => ({
        input: { orderExternalId: fake.buyer.order("jitx") },
        operation: "JitXService.getTransportNos",
      }),
      "disputes.accept": () => ({ input: cancellation(), operation: "SovDeliveryService.auditCancelApply" }),
      "disputes.refuse": () => ({ input: cancellation(), operation: "SovDeliveryService.auditCancelApply" }),
      "disputes.receive_return": () => {
        const order = fake.buyer.order("dvd");
        fake.owner.ship(order);
        fake.buyer.receive(order);
        const found = fake.buyer.returnGoods(order, false);
        return { input: answer(`return:${found}`, order), operation: "DvdDeliveryService.confirmReturnResult" };
      },
    },
  };
}

/** A scripted refusal in the gateway's words, of which the first that a row knows is said. */
function refusal(row: ErrorRow): FaultAnswer | undefined {
  if (!(row.message instanceof RegExp)) return undefined;
  return { code: "100", message: row.message.source.split("|")[0] ?? "" };
}

export const platform: Platform = {
  entry: vipshop,
  folder: "vipshop",
  signatures: VECTORS.map(({ example, of, body, theirs }) => ({ example, ours: signCall(SECRET, of, body), theirs })),
  makeFake,
};
