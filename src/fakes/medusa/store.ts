/** The state of one fake shop. */

import { createBookkeeper } from "../books.ts";
import { createRandom, createSystemClock, seedOf } from "../fake.ts";
import { type Living, nowOf } from "../living.ts";
import type { MedusaFakeOptions } from "./options.ts";
import type { Complaint, InventoryItem, Order, Payment, PriceList, Product, Return, Variant } from "./types.ts";

export interface ApiKey {
  id: string;
  title: string;
  token: string;
  isRevoked: boolean;
}

export interface Store extends Living {
  readonly name: string;
  readonly options: MedusaFakeOptions;
  /** Lower case. */
  readonly currency: string;
  readonly user: { id: string; email: string; password: string };
  readonly jwtSecret: string;
  readonly keys: ApiKey[];
  readonly sessions: Set<string>;
  readonly ids: { readonly store: string; readonly channel: string; readonly region: string };
  readonly locations: readonly { id: string; name: string }[];
  readonly reasons: readonly { id: string; value: string; label: string }[];
  readonly products: Map<string, Product>;
  readonly variants: Map<string, Variant>;
  readonly items: Map<string, InventoryItem>;
  readonly orders: Map<string, Order>;
  readonly payments: Map<string, Payment>;
  readonly returns: Map<string, Return>;
  readonly complaints: Map<string, Complaint>;
  readonly priceLists: PriceList[];
  readonly born: number;
  made: number;
  lastOrder: Order | null;
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Creates an empty shop. */
export function createStore(options: MedusaFakeOptions): Store {
  const name = options.name ?? "medusa";
  const clock = options.clock ?? createSystemClock();
  const fixed = createRandom(seedOf(`ids ${name}`));
  const born = clock.now().getTime() - 200 * 86_400_000;
  const id = (prefix: string): string => `${prefix}_${ulid(born, fixed.int(0, 9999), fixed)}`;
  return {
    name,
    options,
    currency: (options.currency ?? "USD").toLowerCase(),
    user: { id: id("user"), email: "admin@example.test", password: `fa4e-${fixed.hex(8)}` },
    jwtSecret: fixed.hex(32),
    keys: [{ id: id("apk"), title: "Tallyport", token: `sk_fa4e${fixed.hex(60)}`, isRevoked: false }],
    sessions: new Set(),
    ids: { store: id("store"), channel: id("sc"), region: id("reg") },
    locations: ["WH A", "WH B"].slice(0, options.locations ?? 1).map((title) => ({ id: id("sloc"), name: title })),
    reasons: [
      { id: id("rr"), value: "damaged", label: "Damaged" },
      { id: id("rr"), value: "unwanted", label: "Unwanted" },
    ],
    clock,
    random: createRandom(options.seed ?? seedOf(name)),
    bookkeeper: createBookkeeper(),
    products: new Map(),
    variants: new Map(),
    items: new Map(),
    orders: new Map(),
    payments: new Map(),
    returns: new Map(),
    complaints: new Map(),
    priceLists: [],
    jobs: [],
    past: null,
    born,
    made: 0,
    lastOrder: null,
  };
}

/** The present in milliseconds. */
export function nowMs(store: Store): number {
  return store.past === null ? store.clock.now().getTime() : nowOf(store) * 1000;
}

/** An id that sorts by creation. */
export function newId(store: Store, prefix: string): string {
  store.made += 1;
  return `${prefix}_${ulid(nowMs(store), store.made, store.random)}`;
}

/** Ten digits of time, four that count, twelve at random. */
function ulid(ms: number, count: number, random: Store["random"]): string {
  const digits = (value: number, length: number): string => {
    let [text, rest] = ["", value];
    while (text.length < length) {
      text = ALPHABET.charAt(rest % 32) + text;
      rest = Math.floor(rest / 32);
    }
    return text;
  };
  return (
    digits(ms, 10) + digits(count % 32 ** 4, 4) + digits(random.int(0, 32 ** 6), 6) + digits(random.int(0, 1e9), 6)
  );
}

/** The times of a row that begins now. */
export function fresh(store: Store): { created: number; updated: number } {
  const now = nowMs(store);
  return { created: now, updated: now };
}
