/** A fake POP shop behind the platform's gateway: stateful, strict, and alive. */

import { createGate, type Fake } from "../fake.ts";
import { createLife, nowOf } from "../living.ts";
import { found, livingFake } from "../living-fake.ts";
import { buy, sell } from "./basket.ts";
import { answerRefund, applyRefund, openClaim, openService } from "./disputes.ts";
import { makePast } from "./life.ts";
import { METHODS } from "./methods.ts";
import type { JdFakeOptions } from "./options.ts";
import { finish, type NewOrder, pay, setState } from "./orders.ts";
import { createQuotas } from "./quotas.ts";
import { createApp, SECRET_PARAMETERS } from "./server.ts";
import { createStore } from "./store.ts";
import { paidStory, STORIES, shipByOwner } from "./stories.ts";
import type { Fee, Order, RefundApply, ServiceOrder } from "./types.ts";
import { refusalOf } from "./wire.ts";

export type { JdFakeOptions, SharedSku } from "./options.ts";

export interface JdFake extends Fake {
  readonly platform: "jd";
  readonly credentials: { access_token: string; refresh_token: string };
  readonly settings: Record<string, never>;
  readonly app: { key: string; secret: string };
  readonly shop: { venderId: string; shopId: string; name: string };
  /** Everything that connects the shop. */
  readonly connection: Readonly<Record<string, string>>;
  readonly orders: ReadonlyMap<string, Order>;
  readonly refunds: ReadonlyMap<string, RefundApply>;
  readonly services: ReadonlyMap<string, ServiceOrder>;
  readonly fees: readonly Fee[];
  readonly methods: readonly string[];
  /** Fields that callers asked for and no order has. */
  readonly ignored: ReadonlySet<string>;
  /** The code that comes back with a seller who has consented; good once, for ten minutes. */
  consent(): string;
  /** Access tokens lapse; the refresh tokens stay. */
  expireToken(): void;
  revoke(): void;
  readonly buyer: {
    /** The id of an order that is not paid yet. */
    order(more?: Partial<NewOrder>, count?: number): string;
    pay(orderId: string): void;
    receive(orderId: string): void;
    /** The id of a refund application, or of a service order. */
    applyRefund(orderId: string): string;
    openService(orderId: string, expect: number): string;
    /** As `openService`; agreed to, and the goods are on their way back. */
    returnGoods(orderId: string): string;
  };
  readonly owner: {
    ship(orderId: string): void;
    answerRefund(refundId: string, status: number): void;
    claim(orderId: string): string;
    takeDown(listingId: string): void;
    /** The order's time of change moves, as if its state had been set anew. */
    touch(orderId: string): void;
  };
}

/** Creates a shop with its past; the same options make the same shop. */
export function createJdFake(options: JdFakeOptions = {}): JdFake {
  const store = createStore(options);
  makePast(store);
  const quotas = createQuotas(options, store.clock);
  const gate = createGate({
    clock: store.clock,
    quota: quotas,
    secretParameters: SECRET_PARAMETERS,
    errorAnswer: ({ code = "", message, status }) =>
      refusalOf(code, message ?? "scripted", message ?? "scripted", status),
    quotaAnswer: () =>
      quotas.isForDay()
        ? refusalOf("2", "限制时间内调用失败次数", "App Call Limited")
        : refusalOf("66", "系统繁忙，请稍后重试", "Service busy"),
  });
  const app = createApp(store, gate);
  const liveOnce = createLife(store, STORIES, paidStory);
  const orderOf = (id: string): Order => found(store.orders.get(id), id);

  return livingFake<JdFake>(
    store,
    { gate, app, liveOnce, sell: (sale) => sell(store, sale) },
    {
      platform: "jd",
      settings: {},
      shop: store.shop,
      orders: store.orders,
      refunds: store.refunds,
      services: store.services,
      fees: store.fees,
      methods: [...METHODS.keys()],
      ignored: store.ignored,
      buyer: {
        order: (more, count) => found(buy(store, more, count), "something to buy").id,
        pay: (id) => pay(store, orderOf(id)),
        receive: (id) => finish(store, orderOf(id)),
        applyRefund: (id) => found(applyRefund(store, orderOf(id)), `what can be refunded in ${id}`).id,
        openService: (id, expect) => found(openService(store, orderOf(id), { expect }), `goods of ${id}`).id,
        returnGoods: (id) => found(openService(store, orderOf(id), { expect: 10, status: 10005 }), `goods of ${id}`).id,
      },
      owner: {
        ship: (id) => void shipByOwner(store, orderOf(id)),
        answerRefund: (id, status) => answerRefund(store, found(store.refunds.get(id), id), status, "owner", ""),
        claim: (id) => openClaim(store, orderOf(id)).id,
        takeDown: (id) =>
          void Object.assign(found(store.wares.get(id), id), {
            status: 2,
            modified: nowOf(store),
            offline: nowOf(store),
          }),
        touch: (id) => setState(store, orderOf(id), orderOf(id).state, "owner", "touched"),
      },
    },
  );
}
