/** What every fake does that lives by its own stories and is entered by a seller's grant, whatever its platform. */

import type { Fake, Gate, SaleRequest, SaleResult } from "./fake.ts";
import type { Grants } from "./grants.ts";
import { actsIn, type Living, nowOf, runDue } from "./living.ts";

interface GrantedShop extends Living {
  readonly name: string;
  readonly app: { key: string; secret: string };
  readonly grants: Grants;
}

interface Parts {
  gate: Gate;
  /** Speaks the platform's protocol. */
  app: { fetch(request: Request): Promise<Response> | Response };
  /** The shop lives a moment on. */
  liveOnce(): void;
  sell(sale: SaleRequest): SaleResult;
}

/** What `livingFake` brings by itself. */
type Common =
  | Exclude<keyof Fake, "platform" | "settings">
  | ("connection" | "app" | "consent" | "expireToken" | "revoke");

/** A fake `Whole` of which `own` says what only its platform has, or does in another way. */
export function livingFake<Whole extends Fake>(
  shop: GrantedShop,
  { gate, app, liveOnce, sell }: Parts,
  own: Omit<Whole, Common> & Partial<Whole>,
): Whole {
  const now = (): number => nowOf(shop);
  let current = shop.grants.issue(now());
  const common = {
    name: shop.name,
    get credentials() {
      current = [...shop.grants.tokens.values()].at(-1) ?? current;
      return { access_token: current.token, refresh_token: current.refreshToken };
    },
    get connection() {
      return { ...common.credentials, app_key: shop.app.key, app_secret: shop.app.secret };
    },
    app: shop.app,
    requests: gate.requests,
    get events() {
      return shop.bookkeeper.events;
    },
    fetch: async (request: Request) => app.fetch(request),
    // Answers hold no address of the shop's.
    attach() {},
    books() {
      runDue(shop);
      return shop.bookkeeper.books();
    },
    tick(ms = 60_000) {
      runDue(shop);
      for (let count = actsIn(ms); count > 0; count -= 1) liveOnce();
    },
    sell(sale: SaleRequest) {
      runDue(shop);
      return sell(sale);
    },
    fail: (...[operation, steps, options]: Parameters<Fake["fail"]>) => gate.faults.add(operation, steps, options),
    clearFaults: () => gate.faults.clear(),
    consent: () => shop.grants.consent(now()),
    expireToken: () => shop.grants.expire(now()),
    revoke: () => shop.grants.revoke(),
    // Nothing is sent by itself.
    settle: async () => {},
  };
  // As it is defined, so that what is asked for anew each time stays so.
  return Object.defineProperties(common, Object.getOwnPropertyDescriptors(own)) as unknown as Whole;
}

/** What a caller named and must be there. */
export function found<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`the fake has not: ${what}`);
  return value;
}
