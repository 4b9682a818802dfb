/** A fake Taobao or Tmall shop behind its gateway: stateful, strict, and alive. */

import { createGate, type Fake } from "../fake.ts";
import { type AlipayKeys, createAlipay } from "./alipay.ts";
import { sell } from "./basket.ts";
import { nextRequestId } from "./gateway.ts";
import type { Session } from "./grants.ts";
import { actsIn, createLife } from "./life.ts";
import { METHODS } from "./methods.ts";
import type { TaobaoFakeOptions } from "./options.ts";
import { makePast } from "./past.ts";
import { type BuyerActs, createBuyerActs, createOwnerActs, type OwnerActs } from "./people-acts.ts";
import { createQuotas } from "./quotas.ts";
import { SMS_CODE } from "./refund-agree.ts";
import { createApp, SECRET_PARAMETERS } from "./server.ts";
import { createStore, nowOf, runDue, type Shop } from "./store.ts";
import { scriptedError, TopError } from "./top-error.ts";
import type { JournalEntry, LedgerEntry, Refund, Trade } from "./types.ts";
import { id64, refusalOf } from "./wire.ts";

export { type AlipayPairs, makeAlipayPairs } from "./alipay-keys.ts";
export type { AppKind, SellerType, SharedSku, TaobaoFakeOptions } from "./options.ts";
export type { BuyerActs, OwnerActs } from "./people-acts.ts";

export interface TaobaoFake extends Fake {
  readonly platform: "taobao";
  readonly credentials: { session: string; refresh_token: string };
  readonly settings: Record<string, never>;
  readonly app: { key: string; secret: string };
  readonly shop: Shop;
  /** Everything that connects the shop: its app, both sessions, and the account at the bank. */
  readonly connection: Readonly<Record<string, string>>;
  /** A session of an employee, who alone may agree to refunds. */
  readonly subCredentials: { session: string; refresh_token: string };
  /** The code that comes back with a seller who has consented; good once, for ten minutes. */
  consent(options?: { isSub?: boolean }): string;
  /** The session keys lapse; the refresh tokens stay. */
  expireToken(): void;
  /** The seller withdraws everything, and listeners are told. */
  revoke(): void;
  /** The code that the seller's phone gets when a batch of refunds is large. */
  readonly smsCode: string;
  /** Keys for the bank's gateway; made when first asked for. */
  readonly alipay: AlipayKeys;
  readonly buyer: BuyerActs;
  readonly owner: OwnerActs;
  /** Movements of money in the order in which they were written. */
  readonly ledger: readonly LedgerEntry[];
  readonly journal: readonly JournalEntry[];
  readonly trades: ReadonlyMap<string, Trade>;
  readonly refunds: ReadonlyMap<string, Refund>;
  /** `method parameter` of what callers sent and the platform ignored. */
  readonly ignored: ReadonlySet<string>;
  /** Messages that wait to be read, with those that were read and not confirmed. */
  readonly waitingMessages: number;
  /** Lists by time of change leave these trades out for a while. */
  hideFromChanges(tids: readonly string[], forMs: number): void;
  /** The names of all methods. */
  readonly methods: readonly string[];
}

/** Creates a shop with its past; the same options make the same shop. */
export function createTaobaoFake(options: TaobaoFakeOptions = {}): TaobaoFake {
  const store = createStore(options);
  makePast(store, options);
  const quotas = createQuotas(options, store.clock);
  const alipay = createAlipay(store, options.alipay);
  const json = { kind: "json", isLean: false } as const;
  const gate = createGate({
    clock: store.clock,
    quota: quotas,
    secretParameters: SECRET_PARAMETERS,
    errorAnswer: ({ code = "", message, status }) =>
      /^(aop\.|[A-Z_]+$)/.test(code)
        ? alipay.refusal(code, message)
        : refusalOf(scriptedError(code, message), nextRequestId(store), json, status ?? 200),
    quotaAnswer: (retryAfterMs) => {
      const seconds = Math.ceil(retryAfterMs / 1000);
      const error = new TopError(7, quotas.lastReason(), `This ban will last for ${seconds} more seconds`);
      return refusalOf(error, nextRequestId(store), json);
    },
  });
  const app = createApp(store, gate, alipay);
  const life = createLife(store);
  const now = (): number => nowOf(store);
  let current = store.grants.issue(now(), store.appKind, false);
  let employee = store.grants.issue(now(), store.appKind, true);
  const newest = (isSub: boolean, known: Session): Session =>
    [...store.grants.sessions.values()].filter((session) => session.isSub === isSub).at(-1) ?? known;
  const shown = (session: Session) => ({ session: session.key, refresh_token: session.refreshToken });

  return {
    platform: "taobao",
    name: store.name,
    get credentials() {
      current = newest(false, current);
      return shown(current);
    },
    get subCredentials() {
      employee = newest(true, employee);
      return shown(employee);
    },
    get connection() {
      const { appId, privateKey, appAuthToken } = alipay.keys;
      return {
        ...this.credentials,
        app_key: store.app.key,
        app_secret: store.app.secret,
        sub_session: this.subCredentials.session,
        alipay_app_id: appId,
        alipay_private_key: privateKey,
        alipay_app_auth_token: appAuthToken,
      };
    },
    settings: {},
    app: store.app,
    shop: store.shop,
    smsCode: SMS_CODE,
    get alipay() {
      return alipay.keys;
    },
    buyer: createBuyerActs(store),
    owner: createOwnerActs(store),
    ledger: store.ledger,
    journal: store.journal,
    trades: store.trades,
    refunds: store.refunds,
    ignored: store.ignored,
    methods: [...METHODS.keys()],
    get waitingMessages() {
      return store.messages.waiting.filter((message) => !message.isConfirmed).length;
    },
    requests: gate.requests,
    get events() {
      return store.bookkeeper.events;
    },
    fetch: async (request) => app.fetch(request),
    attach(baseUrl) {
      store.home = new URL(baseUrl).origin;
    },
    books() {
      runDue(store);
      return store.bookkeeper.books();
    },
    tick(ms = 60_000) {
      runDue(store);
      for (let count = actsIn(ms); count > 0; count -= 1) life.liveOnce();
    },
    sell(sale) {
      runDue(store);
      return sell(store, sale);
    },
    fail: (operation, steps, ruleOptions) => gate.faults.add(operation, steps, ruleOptions),
    clearFaults: () => gate.faults.clear(),
    consent: ({ isSub = false } = {}) => store.grants.consent(now(), isSub),
    expireToken() {
      for (const session of store.grants.sessions.values()) {
        const at = now();
        session.until = { r1: at, r2: at, w1: at, w2: at };
      }
    },
    revoke() {
      store.messages.add("taobao_top_AuthCancel", {
        open_id: `AAH${store.shop.userId}`,
        user_id: id64(store.shop.userId),
      });
      store.grants.revoke();
    },
    hideFromChanges(tids, forMs) {
      for (const tid of tids) store.hiddenFromChanges.set(tid, now() + Math.ceil(forMs / 1000));
    },
    // Nothing is sent by itself: messages wait to be read.
    settle: async () => {},
  };
}
