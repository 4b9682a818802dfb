/**
 * Drains what differs, for one store and aspect: slot first, then what to send, so that the newest value goes; one push
 * in flight per offer by the store's lease; absolute values only (promise 5).
 */
import { isAbsent } from "../core/adapter.ts";
import { type Lease, LeaseLostError, releaseLease, renewLease, takeLease } from "../core/db/leases.ts";
import type { Aspect } from "../core/db/offers.ts";
import { systemTimer } from "../core/timer.ts";
import { type Engine, LEASE_MS } from "./engine.ts";
import { type Drain, type DrainResult, pushBlock } from "./push-drain.ts";
import { runLanes } from "./push-lanes.ts";
import { readBackDue, readChanged } from "./push-readback.ts";
import { checkSubmitted, sendOverdue } from "./push-submitted.ts";
import { openStore } from "./store-handle.ts";

export type { Aspect } from "../core/db/offers.ts";
export { type DrainResult, pushBlock } from "./push-drain.ts";

/** The lease is renewed so often while the drain lasts. */
const RENEW_MS = LEASE_MS / 4;
/** Not renewed for so long, it is as good as lost: calls under way are given up before another process begins. */
const GIVE_UP_MS = (LEASE_MS * 3) / 4;

/** A call that is under way when we stop is left so long to be answered: given up, it would have to be made again. */
const CALL_GRACE_MS = 5_000;

/** Sends what differs until nothing is left, the budget says wait, or the signal stops it. */
export async function drainOffers(
  engine: Engine,
  storeId: string,
  aspect: Aspect,
  signal: AbortSignal,
): Promise<DrainResult> {
  const result: DrainResult = { sent: 0, accepted: 0, rejected: 0, unknown: 0, heldBack: null };
  const store = await openStore(engine, storeId, "normal");
  const adapter = engine.adapterOf(store.row.platform);
  const capability = adapter?.[aspect === "stock" ? "stock" : "prices"];
  if (!capability || isAbsent(capability)) return result;
  result.heldBack = pushBlock(store.row);
  if (result.heldBack) return result;
  const lease = await takeLease(engine.db, `push:${aspect}:${storeId}`, engine.processId, LEASE_MS);
  if (!lease) return result;
  const keeping = keepLease(engine, lease);
  const drain: Drain = {
    engine,
    store,
    aspect,
    capability,
    lease,
    result,
    signal: AbortSignal.any([signal, keeping.signal]),
    callSignal: AbortSignal.any([keeping.signal, later(signal, keeping.ended)]),
    lose: keeping.lose,
  };
  try {
    // What is dangerous waits for nothing else.
    await sendDue(drain);
    const news = [await checkSubmitted(drain), await sendOverdue(drain), await readBackDue(drain)];
    if (news.includes(true)) await sendDue(drain);
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    // What was sent and not written down goes again, newest value first, by whoever has the lease now.
    engine.log.warn("a store's pushes were taken over", { storeId, aspect });
  } finally {
    keeping.stop();
    await releaseLease(engine.db, lease);
  }
  return result;
}

async function sendDue(drain: Drain): Promise<void> {
  await runLanes(drain, {
    route: drain.capability,
    pick: { of: "due" },
    onChanged: (offers) => readChanged(drain, offers),
  });
}

interface Keeping {
  signal: AbortSignal;
  ended: AbortSignal;
  lose(error: LeaseLostError): void;
  stop(): void;
}

/** Keeps the lease while calls are under way, however long they take; its signal tells when that fails. */
function keepLease(engine: Engine, lease: Lease): Keeping {
  const lost = new AbortController();
  const end = new AbortController();
  const renew = async () => {
    let renewedAt = systemTimer.now();
    for (;;) {
      await systemTimer.sleep(RENEW_MS, end.signal);
      // A process that stood still knows by its clock, before it asks anybody: what waits for its start is not sent any more.
      if (systemTimer.now() - renewedAt > GIVE_UP_MS) return lost.abort(new LeaseLostError(lease.name));
      try {
        await renewLease(engine.db, lease, LEASE_MS);
        renewedAt = systemTimer.now();
      } catch (error) {
        const isLost = error instanceof LeaseLostError || systemTimer.now() - renewedAt > GIVE_UP_MS;
        if (isLost) lost.abort(error);
        if (isLost) return;
      }
    }
  };
  renew().catch(() => {});
  return { signal: lost.signal, ended: end.signal, lose: (error) => lost.abort(error), stop: () => end.abort() };
}

/** Aborted some time after `signal`, unless `ended` came first. */
function later(signal: AbortSignal, ended: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const onAbort = () => {
    systemTimer.sleep(CALL_GRACE_MS, ended).then(
      () => controller.abort(signal.reason),
      () => {},
    );
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  ended.addEventListener("abort", () => signal.removeEventListener("abort", onAbort), { once: true });
  return controller.signal;
}
