/** Builds the engine from what the runtime gives: shared by the server, the Worker, the command line and tests. */
import { createOutbound } from "../api/outbound.ts";
import type { Adapter, AdapterContext, Registry } from "../core/adapter.ts";
import type { CheckAddress, ResolvePublic } from "../core/address.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { randomBytes, toHex } from "../core/crypto.ts";
import { createBudget } from "../core/db/budgets.ts";
import type { Database } from "../core/db/database.ts";
import { loadKeyring } from "../core/db/keyring.ts";
import { type CallFacts, createHttpFactory } from "../core/http.ts";
import { createLimiter } from "../core/limiter.ts";
import type { Log } from "../core/log.ts";
import { createRetry } from "../core/retry.ts";
import { parseMasterKeys } from "../core/secrets.ts";
import type { Timer } from "../core/timer.ts";
import type { Engine } from "../sync/engine.ts";

export interface WireOptions {
  db: Database;
  registry: Registry;
  /** TALLYPORT_SECRET. */
  secret: string;
  log: Log;
  clock?: Clock;
  /** How waits pass; injected by tests. */
  timer?: Timer;
  allowPrivateUrls: boolean;
  publicUrl?: string | null;
  /** Resolves a host name and refuses private addresses; null where the runtime does that itself. */
  checkAddress?: CheckAddress | null;
  /** The addresses of a webhook receiver's name, at each connection; null where the runtime reaches no private network. */
  resolvePublic?: ResolvePublic | null;
  /** Whether webhook receivers may be inside our own network; default: as stores may. */
  allowPrivateReceivers?: boolean;
  metrics?: { onCall(facts: CallFacts): void };
  /** Called when work was created, until a worker takes over (`setWake`). */
  wake?: () => void;
}

export interface Wired {
  engine: Engine;
  adapters: ReadonlyMap<string, Adapter>;
  /** Sets who is told that work was created. */
  setWake(wake: () => void): void;
}

/** Opens the keys, makes the limiter and the adapters. Throws `InputError` where the master key is not the right one. */
export async function wire(options: WireOptions): Promise<Wired> {
  const clock = options.clock ?? systemClock;
  const keyring = await loadKeyring(options.db, parseMasterKeys(options.secret));
  const timer = options.timer ? { timer: options.timer } : {};
  const limiter = createLimiter({ budget: createBudget(options.db), ...timer });
  const http = createHttpFactory({
    limiter,
    retry: createRetry(timer),
    clock,
    log: options.log,
    allowPrivateUrls: options.allowPrivateUrls,
    checkAddress: options.checkAddress ?? null,
    ...timer,
    ...(options.metrics ? { metrics: options.metrics } : {}),
  });
  const context: AdapterContext = { http, clock, log: options.log };
  const adapters = new Map(Object.values(options.registry).map((entry) => [entry.id, entry.createAdapter(context)]));
  let wake = options.wake ?? (() => {});
  const engine: Engine = {
    db: options.db,
    keyring,
    clock,
    log: options.log,
    publicUrl: options.publicUrl ?? null,
    processId: toHex(randomBytes(8)),
    adapterOf: (platform) => adapters.get(platform),
    takeSlot: (store, quota, priority, signal) =>
      limiter.reserve(store, adapters.get(store.platform)?.quotas ?? [], quota, priority, signal),
    outbound: createOutbound(
      { db: options.db, keyring },
      {
        allowPrivateUrls: options.allowPrivateReceivers ?? options.allowPrivateUrls,
        resolve: options.resolvePublic ?? null,
      },
    ),
    wake: () => wake(),
  };
  return {
    engine,
    adapters,
    setWake: (next) => {
      wake = next;
    },
  };
}
