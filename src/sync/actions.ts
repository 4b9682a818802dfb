/** Drains one-off acts: each has one effect, whatever is lost on the way. */
import { type ActOutcome, type Adapter, type AnyAct, isAbsent } from "../core/adapter.ts";
import { type DueAction, insertAction, nextAction, updateAction } from "../core/db/actions.ts";
import { raiseAlert } from "../core/db/alerts.ts";
import { appendAudit } from "../core/db/audit.ts";
import { insertInbox } from "../core/db/inbox.ts";
import { releaseLease, renewLease, takeLease } from "../core/db/leases.ts";
import { type AdapterError, InputError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import { maskPlatformText } from "../core/mask.ts";
import { dueAgain } from "./due.ts";
import { type Engine, LEASE_MS } from "./engine.ts";
import { toFailure } from "./failure.ts";
import { type OpenedStore, openStore } from "./store-handle.ts";
import { concernsStore, holdRefused } from "./store-refused.ts";

const MAX_ATTEMPTS = 8;
const SUBMITTED_LOOK_MS = 60_000;

/** The act behind "capability.act", or why it is not there. */
export function findAct(adapter: Adapter, kind: string): { act: AnyAct } | { absent: string } {
  const [capabilityName, actName] = kind.split(".");
  if (
    capabilityName !== "orders" &&
    capabilityName !== "listings" &&
    capabilityName !== "shipments" &&
    capabilityName !== "disputes"
  )
    return { absent: `there is no act "${kind}"` };
  const capability = adapter[capabilityName];
  if (isAbsent(capability)) return { absent: capability.absent };
  const acts: Readonly<Record<string, AnyAct | { absent: string }>> = capability.acts;
  const act = acts[actName ?? ""];
  if (!act) return { absent: `${adapter.label} has no act "${kind}"` };
  if (typeof act.absent === "string") return { absent: act.absent };
  return { act };
}

/** Decides on an act: checks that the platform has it and that the input is right, and writes it. Throws `InputError`. */
export async function requestAct(
  engine: Engine,
  input: {
    storeId: string;
    kind: string;
    subject: string;
    subjectId: string | null;
    input: unknown;
    idempotencyKey?: string | undefined;
    actor: string;
  },
): Promise<{ id: string; repeated: boolean }> {
  const store = await openStore(engine, input.storeId, "interactive");
  const adapter = engine.adapterOf(store.row.platform);
  if (!adapter) throw new InputError("unknown_platform", `No adapter for "${store.row.platform}".`, { status: 422 });
  const narrowed = adapter.unavailable?.(store.handle)[input.kind];
  const found = narrowed ? { absent: narrowed } : findAct(adapter, input.kind);
  if ("absent" in found)
    throw new InputError("not_available", `${adapter.label} cannot do this: ${found.absent}.`, { status: 422 });
  const parsed = found.act.input.safeParse(input.input);
  if (!parsed.success)
    throw new InputError("invalid_input", `The input of ${input.kind} is not right.`, {
      status: 422,
      issues: parsed.error.issues.map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message })),
    });
  const at = engine.clock.now();
  const written = await insertAction(
    engine.db,
    engine.keyring,
    {
      storeId: input.storeId,
      kind: input.kind,
      idempotencyKey: input.idempotencyKey ?? newId(at),
      subject: input.subject,
      subjectId: input.subjectId,
      input: parsed.data,
      actor: input.actor,
    },
    at,
  );
  engine.wake();
  return written;
}

/** Works off a store's due acts, one after the other; answers how many came to an end. */
export async function drainActions(engine: Engine, storeId: string, signal: AbortSignal): Promise<number> {
  const lease = await takeLease(engine.db, `actions:${storeId}`, engine.processId, LEASE_MS);
  if (!lease) return 0;
  let ended = 0;
  try {
    const store = await openStore(engine, storeId, "interactive");
    const adapter = engine.adapterOf(store.row.platform);
    // An act is a person's decision about one record: it goes in observe mode too, and waits only for the brake.
    if (!adapter || store.row.mode === "disconnected" || store.row.pushStopped || store.row.state !== "ok") return 0;
    while (!signal.aborted) {
      const action = await nextAction(engine.db, engine.keyring, storeId, engine.clock.now());
      if (!action) return ended;
      await renewLease(engine.db, lease, LEASE_MS);
      const became = await performAction(engine, store, adapter, action, signal);
      if (became === "held") return ended;
      if (became === "ended") ended++;
    }
    return ended;
  } finally {
    await releaseLease(engine.db, lease);
  }
}

/** `open`: to be gone on with later; `held`: the whole store waits. */
type Became = "ended" | "open" | "held";

async function performAction(
  engine: Engine,
  store: OpenedStore,
  adapter: Adapter,
  action: DueAction,
  signal: AbortSignal,
): Promise<Became> {
  const found = findAct(adapter, action.kind);
  if ("absent" in found) {
    await updateAction(
      engine.db,
      action.id,
      { status: "dead", error: { category: "permanent", code: "absent", text: found.absent } },
      engine.clock.now(),
    );
    return "ended";
  }
  const { act } = found;
  const request = { idempotencyKey: action.idempotencyKey, input: action.input, progress: action.progress };
  try {
    const outcome = await outcomeOf(engine, store, act, action, request, signal);
    if (outcome?.outcome === "rejected" && concernsStore(outcome.error)) throw outcome.error;
    return (await concludeAction(engine, store, action, outcome)) ? "ended" : "open";
  } catch (cause) {
    const place = { platform: store.row.platform, operation: action.kind, storeId: store.row.id };
    return await deferAction(engine, store, action, toFailure(engine, cause, place));
  }
}

async function outcomeOf(
  engine: Engine,
  store: OpenedStore,
  act: AnyAct,
  action: DueAction,
  request: { idempotencyKey: string; input: unknown; progress: string | null },
  signal: AbortSignal,
): Promise<ActOutcome | null> {
  if (action.status === "submitted" && action.receipt)
    return (await act.check?.(store.handle, action.receipt, signal)) ?? null;
  if (action.maybeApplied && !act.idempotent) {
    // The answer of an earlier attempt was lost: look for its effect, never repeat blindly.
    const effect = act.findEffect ? await act.findEffect(store.handle, request, signal) : null;
    if (effect) return effect;
    if (!act.findEffect)
      return {
        outcome: "asks",
        what: "web_page",
        text: "its answer was lost and the platform offers no way to look; check there, then retry or cancel the act",
      };
  }
  await updateAction(engine.db, action.id, { status: "running" }, engine.clock.now());
  return act.perform(store.handle, request, signal);
}

async function concludeAction(
  engine: Engine,
  store: OpenedStore,
  action: DueAction,
  outcome: ActOutcome | null,
): Promise<boolean> {
  const at = engine.clock.now();
  if (!outcome || outcome.outcome === "submitted") {
    const dueAt = new Date(at.getTime() + SUBMITTED_LOOK_MS);
    await updateAction(engine.db, action.id, { status: "submitted", receipt: outcome?.receipt ?? null, dueAt }, at);
    return false;
  }
  if (outcome.outcome === "step") {
    const dueAt = new Date(at.getTime() + outcome.againMs);
    await updateAction(
      engine.db,
      action.id,
      { status: "pending", progress: outcome.progress, maybeApplied: false, dueAt },
      at,
    );
    return false;
  }
  if (outcome.outcome === "asks") {
    const text = maskPlatformText(outcome.text);
    await updateAction(
      engine.db,
      action.id,
      { status: "dead", error: { category: "conflict", code: "asks", text } },
      at,
    );
    await alertDead(engine, store, action, text);
    return true;
  }
  const rejected = outcome.outcome === "rejected" ? outcome.error : null;
  await engine.db.transaction(async (tx) => {
    await updateAction(
      tx,
      action.id,
      rejected
        ? {
            status: "rejected",
            error: { category: rejected.category, code: rejected.platformCode, text: rejected.message },
          }
        : { status: "done", externalId: (outcome.outcome === "done" ? outcome.externalId : null) ?? null },
      at,
    );
    await appendAudit(
      tx,
      [
        {
          actor: action.actor,
          act: action.kind,
          storeId: store.row.id,
          subject: action.subject,
          subjectId: action.subjectId ?? action.id,
          cause: `action ${action.id}`,
          detail: outcome.outcome === "done" && outcome.note ? { note: maskPlatformText(outcome.note) } : null,
          outcome: rejected ? rejected.message : "done",
        },
      ],
      at,
    );
    if (outcome.outcome === "done" && outcome.reread)
      await insertInbox(
        tx,
        engine.keyring,
        outcome.reread.map((record) => ({
          platform: store.row.platform,
          storeId: store.row.id,
          storeKey: null,
          dedupKey: `action:${action.id}:${record.resource}:${record.externalId}`,
          topic: "own-act",
          resource: record.resource,
          externalId: record.externalId,
          key: null,
          occurredAt: at,
          document: null,
        })),
        at,
      );
  });
  if (rejected) await alertDead(engine, store, action, rejected.message);
  engine.wake();
  return true;
}

async function deferAction(
  engine: Engine,
  store: OpenedStore,
  action: DueAction,
  error: AdapterError,
): Promise<Became> {
  const at = engine.clock.now();
  // Refused for the whole store, the act waits with it.
  const waits = await holdRefused(engine, store.row, error);
  const counted = error.category !== "throttled" && !waits;
  const attempts = action.attempts + (counted ? 1 : 0);
  const final =
    !waits &&
    (error.category === "invalid_request" ||
      error.category === "not_found" ||
      error.category === "conflict" ||
      error.category === "permanent");
  const failure = { category: error.category, code: error.platformCode, text: error.message };
  if (final) {
    await concludeAction(engine, store, action, { outcome: "rejected", error });
    return "ended";
  }
  if (attempts >= MAX_ATTEMPTS) {
    await updateAction(engine.db, action.id, { status: "dead", attempts, error: failure }, at);
    await alertDead(engine, store, action, error.message);
    return "ended";
  }
  await updateAction(
    engine.db,
    action.id,
    {
      status: "pending",
      attempts,
      maybeApplied: action.maybeApplied || error.maybeApplied,
      dueAt: waits ? at : dueAgain(error.category, attempts, error.retryAfterMs, at),
      error: failure,
    },
    at,
  );
  return waits ? "held" : "open";
}

async function alertDead(engine: Engine, store: OpenedStore, action: DueAction, text: string): Promise<void> {
  await raiseAlert(
    engine.db,
    {
      code: "act_refused",
      severity: "warning",
      storeId: store.row.id,
      subject: "action",
      subjectId: action.id,
      message: `${action.kind} on "${store.row.name}" did not go through: ${text}`,
      remedy: "Mend what the message names and retry the act, or cancel it.",
    },
    engine.clock.now(),
  );
}
