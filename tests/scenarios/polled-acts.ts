/** What happens in the scenarios of platforms whose changes are polled for, and what is seen of it. */
import { countStock } from "../../src/core/stock/counts.ts";
import { requestAct } from "../../src/sync/actions.ts";
import { reconnectWithGrant } from "../../src/sync/connect-store.ts";
import { newKey, type Shop, type Stack } from "./polled-shops.ts";

/** Time passes, and what is due is done. */
export async function pass(stack: Stack, ms: number): Promise<void> {
  stack.clock.advance(ms);
  await stack.work();
}

export const shown = ({ fake }: Shop, sku: string) =>
  [...fake.books().variants.values()].find((variant) => variant.sku === sku)?.quantity;

export const counted = (stack: Stack, sku: string, quantity: number) =>
  countStock(
    stack.engine.db,
    {
      counts: [{ sku, location: "main", quantity, basis: "physical", countedAt: stack.clock.now() }],
      actor: "test",
      confirmed: true,
    },
    stack.clock.now(),
  );

export const ordersOf = (stack: Stack) =>
  stack.rows<Record<"external_id" | "external_status", string>>(
    "select external_id, external_status from orders order by external_id",
  );

/** Asks for a parcel to be told to the platform. */
export async function confirm(
  stack: Stack,
  shop: Shop,
  orderExternalId: string,
  parcel: { carrier: string; trackingNumber: string },
): Promise<void> {
  const [order] = await stack.rows<{ id: string }>("select id from orders where external_id = $1", [orderExternalId]);
  await requestAct(stack.engine, {
    storeId: shop.id,
    kind: "shipments.confirm",
    subject: "order",
    subjectId: order?.id ?? null,
    input: {
      orderExternalId,
      ...parcel,
      trackingUrl: null,
      shippedAt: null,
      place: null,
      lines: [],
      notifyBuyer: true,
      method: null,
    },
    idempotencyKey: `ship-${orderExternalId}`,
    actor: "test",
  });
}

/** The seller consents again: the code is exchanged for a new grant. */
export async function regrant(stack: Stack, shop: Shop): Promise<void> {
  const { id, fake } = shop;
  if (fake.platform === "medusa") {
    const grant = { values: await newKey(shop), expiresAt: null, authorisedUntil: null };
    await reconnectWithGrant(stack.engine, id, { grant, actor: "test" }, stack.signal);
    return;
  }
  const [store] = await stack.rows<{ base_url: string }>("select base_url from stores where id = $1::uuid", [id]);
  const settings = { root: store?.base_url, authorize_path: "/authorize", token_path: "/token" };
  const app = { id: "app", platform: fake.platform, ...fake.app, settings };
  const { exchange } = stack.engine.adapterOf(fake.platform)?.auth ?? {};
  const consent = fake.consent();
  const query = typeof consent === "string" ? { code: consent } : consent;
  const answer = { query, redirectUrl: "https://tallyport.example/callback" };
  const grant = await exchange?.(app, answer, stack.signal);
  if (!grant) throw new Error("the platform grants nothing");
  const values = { ...fake.connection, ...grant.values };
  await reconnectWithGrant(stack.engine, id, { grant: { ...grant, values }, actor: "test" }, stack.signal);
}
