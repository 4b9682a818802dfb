/** Suppliers and shops of Vipshop for scenarios. */
import { createVipshopFake, type VipshopFake, type VipshopFakeOptions } from "../../src/fakes/vipshop/index.ts";
import { requestAct } from "../../src/sync/actions.ts";
import { type FakeShop, type FakeStack, givenFakeStack } from "./fake-stack.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const VENDOR = 550;
const QUOTAS = { app: { capacity: 5000 }, service: { capacity: 5000, concurrency: 8 } };

export type Stack = FakeStack<VipshopFake, VipshopFakeOptions>;
export type Shop = FakeShop<VipshopFake>;

/** Stores that work in these ways; their fakes have no past. */
export const givenVipshop = (
  modes: readonly ("marketplace" | "jitx" | "dvd" | "jit")[],
  { settings = {}, start, ...options }: VipshopFakeOptions & { settings?: Record<string, unknown>; start?: Date } = {},
): Promise<Stack> =>
  givenFakeStack<VipshopFake, VipshopFakeOptions>(
    {
      make: (common, own) =>
        createVipshopFake({
          orders: 0,
          vendorId: VENDOR,
          modes: modes.map((mode) => (mode === "marketplace" ? "mp" : mode)),
          ...options,
          ...common,
          ...own,
        }),
      settings: { quotas: QUOTAS, vendor_id: String(VENDOR), modes, ...settings },
      pastMs: HOUR,
    },
    start,
  );

/** Time passes, and what is due of one stream of orders is read, or all of it. */
export async function pass(stack: Stack, ms: number, stream?: string): Promise<void> {
  stack.clock.advance(ms);
  await stack.work(stream === undefined ? undefined : (item) => item.kind === "pull" && item.stream === stream);
}

/** Asks for an act and has it done; its state and what was said of it. */
export async function act(stack: Stack, { id }: Shop, kind: string, input: object) {
  const { id: action } = await ask(stack, id, kind, input);
  await stack.work((item) => item.kind === "actions");
  return outcomeOf(stack, action);
}

export const ask = (stack: Stack, storeId: string, kind: string, input: object) =>
  requestAct(stack.engine, { storeId, kind, subject: "order", subjectId: null, input, actor: "test" });

export async function outcomeOf(stack: Stack, action: string) {
  const [row] = await stack.rows<{ status: string; error_text: string | null }>(
    "select status, error_text from actions where id = $1::uuid",
    [action],
  );
  return row;
}

/** What confirms a parcel of an order. */
export const parcel = (orderExternalId: string, trackingNumber: string | null, more: object = {}) => ({
  orderExternalId,
  carrier: trackingNumber === null ? null : "sf",
  trackingNumber,
  trackingUrl: null,
  shippedAt: null,
  place: null,
  lines: [],
  notifyBuyer: false,
  method: null,
  ...more,
});
