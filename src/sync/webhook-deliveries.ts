/**
 * Sending the feed to webhook endpoints: oldest first, one delivery in flight per endpoint, under a fenced lease. A delivery
 * is written before it leaves and the endpoint's position moves after a 2xx alone, so that a crash at any moment ends in
 * the same delivery with the same id, which a receiver recognises. Content is read anew for every attempt.
 */
import { type FeedChange, sequenceChanges } from "../core/db/changes.ts";
import { isDatabaseAway, sqlState } from "../core/db/database.ts";
import { feedHorizon, readFeed } from "../core/db/feed.ts";
import { type Lease, LeaseLostError, releaseLease, renewLease, takeLease } from "../core/db/leases.ts";
import {
  type DeliveryRow,
  findPendingDelivery,
  insertDelivery,
  replacePendingDeliveries,
  updateDelivery,
} from "../core/db/webhook-deliveries.ts";
import {
  type EndpointRow,
  findEndpoint,
  leaseOfEndpoint,
  noteEndpoint,
  secretsOf,
} from "../core/db/webhook-endpoints.ts";
import { newId } from "../core/ids.ts";
import type { WebhookAnswer } from "../core/webhook-sender.ts";
import { type Engine, type Outbound, SLICE_MS, SLICE_PAGES } from "./engine.ts";
import { settleEndpoint, tellDisabled, tellFailing, tellLost } from "./webhook-alerts.ts";
import { dueAfterFailure } from "./webhook-retries.ts";

/** Changes in one delivery at most. */
export const MAX_CHANGES = 100;
/** A delivery of several changes is no longer than this: many servers refuse a longer body unless told otherwise. */
const MAX_CHARACTERS = 512 * 1024;
/** Longer than one attempt can take; renewed before and after each. */
const LEASE_MS = 45_000;
const GONE = 410;

interface Sending {
  engine: Engine;
  outbound: Outbound;
  endpoint: EndpointRow;
  lease: Lease;
}

/** What could not even be sent counts as a failure, so that it is told and does not come again at once. */
async function putOff(sending: Omit<Sending, "endpoint">, endpointId: string, error: unknown): Promise<void> {
  const { engine, lease } = sending;
  const failure = `the delivery could not be made (${error instanceof Error ? error.name : typeof error}); the log has the reason`;
  const answer: WebhookAnswer = { status: null, retryAfter: undefined, text: "", failure, durationMs: 0 };
  await engine.db.transaction(async (tx) => {
    await renewLease(tx, lease, LEASE_MS);
    const endpoint = await findEndpoint(tx, endpointId);
    const own = { ...sending, engine: { ...engine, db: tx } };
    if (endpoint) await noteRefused({ ...own, endpoint }, answer, failure, engine.clock.now());
  });
}

interface Outgoing {
  delivery: DeliveryRow;
  body: string;
}

/** One slice of an endpoint's deliveries. False where nothing could be done for now. */
export async function deliverWebhooks(engine: Engine, endpointId: string, signal: AbortSignal): Promise<boolean> {
  const { outbound } = engine;
  if (!outbound) return false;
  const lease = await takeLease(engine.db, leaseOfEndpoint(endpointId), engine.processId, LEASE_MS);
  if (!lease) return false;
  try {
    const until = engine.clock.now().getTime() + SLICE_MS;
    let sent = 0;
    while (!signal.aborted && sent < SLICE_PAGES && engine.clock.now().getTime() < until) {
      // Read anew each time: what a person changes holds from the next delivery on.
      const endpoint = await findEndpoint(engine.db, endpointId);
      if (!endpoint || endpoint.disabledAt || (endpoint.dueAt && endpoint.dueAt > engine.clock.now())) break;
      const sending = { engine, outbound, endpoint, lease };
      const next = await nextDelivery(sending);
      if (next === "look again") continue;
      if (!next) break;
      sent += 1;
      if (!(await attempt(sending, next, signal))) break;
    }
    return sent > 0;
  } catch (error) {
    if (signal.aborted) return false;
    if (error instanceof LeaseLostError) {
      engine.log.warn("webhook deliveries were taken over", { endpointId });
      return false;
    }
    if (sqlState(error) !== null || isDatabaseAway(error)) throw error;
    engine.log.error("a webhook delivery failed by a bug", { endpointId, err: error });
    await putOff({ engine, outbound, lease }, endpointId, error);
    return false;
  } finally {
    await releaseLease(engine.db, lease);
  }
}

/** The delivery that has not ended, or the next one of the feed; null where there is nothing to send. */
async function nextDelivery(sending: Sending): Promise<Outgoing | "look again" | null> {
  const { engine, endpoint, lease } = sending;
  const { db } = engine;
  const pending = await findPendingDelivery(db, endpoint.id);
  if (!pending) await sequenceChanges(db);
  const after = pending ? pending.firstPosition - 1 : endpoint.position;
  const { entities, stores } = endpoint;
  const until = pending?.lastPosition;
  const page = await readFeed(db, { after, until, limit: MAX_CHANGES, entities, stores });
  // Looked up after the page was read: what is dropped meanwhile was not missed.
  const { pruned } = await feedHorizon(db);
  if (after < pruned) {
    await leaveLost(sending, pending, { after, until: pruned });
    return "look again";
  }
  if (pending)
    return {
      delivery: pending,
      body: await bodyOf(sending, pending.createdAt, page.changes, { after, next: pending.lastPosition }),
    };
  if (page.changes.length === 0) {
    // Nothing of it is for this endpoint: it has got so far without a word.
    await db.transaction(async (tx) => {
      await renewLease(tx, lease, LEASE_MS);
      if (page.next > endpoint.position) await noteEndpoint(tx, endpoint, { position: page.next });
    });
    return null;
  }
  const at = engine.clock.now();
  let { changes, next } = page;
  let body = await bodyOf(sending, at, changes, { after, next });
  while (body.length > MAX_CHARACTERS && changes.length > 1) {
    changes = changes.slice(0, Math.ceil(changes.length / 2));
    next = changes.at(-1)?.position ?? next;
    body = await bodyOf(sending, at, changes, { after, next });
  }
  const range = { firstPosition: after + 1, lastPosition: next, changeCount: changes.length };
  const delivery = await db.transaction(async (tx) => {
    await renewLease(tx, lease, LEASE_MS);
    // Refused where a person has changed it since it was read: what was made is of another place, or another filter.
    if (!(await noteEndpoint(tx, endpoint, { dueAt: null }))) return null;
    return insertDelivery(tx, { id: newId(at), endpointId: endpoint.id, kind: "changes", ...range, createdAt: at });
  });
  return delivery ? { delivery, body } : "look again";
}

async function bodyOf(
  { outbound, endpoint }: Sending,
  at: Date,
  changes: readonly FeedChange[],
  range: { after: number; next: number },
): Promise<string> {
  const shown = await outbound.render(changes, { stores: endpoint.stores, clear: endpoint.includeBuyer });
  return JSON.stringify({
    type: "changes",
    timestamp: at,
    data: { endpoint_id: endpoint.id, ...range, changes: shown },
  });
}

/** The feed no longer keeps what comes next: said aloud, and on with what is kept. */
async function leaveLost(
  { engine, endpoint, lease }: Sending,
  pending: DeliveryRow | null,
  lost: { after: number; until: number },
): Promise<void> {
  const at = engine.clock.now();
  await engine.db.transaction(async (tx) => {
    await renewLease(tx, lease, LEASE_MS);
    if (pending?.kind === "replay") {
      const error = `the changes at its positions are no longer kept: the feed begins after ${lost.until}`;
      await updateDelivery(tx, pending.id, { status: "failed", error, finishedAt: at });
      return;
    }
    await replacePendingDeliveries(tx, endpoint.id, at);
    if (await noteEndpoint(tx, endpoint, { position: lost.until })) await tellLost(tx, endpoint, lost, at);
  });
}

/** Sends once and writes down what came of it; false where it has to wait. */
async function attempt(sending: Sending, { delivery, body }: Outgoing, signal: AbortSignal): Promise<boolean> {
  const { engine, outbound, endpoint, lease } = sending;
  const leaving = engine.clock.now();
  await renewLease(engine.db, lease, LEASE_MS);
  const secrets = secretsOf(engine.keyring, endpoint, leaving);
  const answer = await outbound.send({ url: endpoint.url, id: delivery.id, at: leaving, body, secrets }, signal);
  const { status, durationMs } = answer;
  const error = errorOf(endpoint, answer);
  const at = engine.clock.now();
  engine.log.debug("webhook sent", {
    endpointId: endpoint.id,
    deliveryId: delivery.id,
    attempt: delivery.attempts + 1,
    httpStatus: status,
    durationMs,
    changeCount: delivery.changeCount,
    lastPosition: delivery.lastPosition,
  });
  const made = { attempts: delivery.attempts + 1, responseStatus: status, error, lastAttemptAt: leaving };
  await engine.db.transaction(async (tx) => {
    await renewLease(tx, lease, LEASE_MS);
    const ended = error === null ? { status: "delivered", finishedAt: at } : {};
    await updateDelivery(tx, delivery.id, { ...made, ...ended });
    const own = { ...sending, engine: { ...engine, db: tx } };
    if (error === null) await noteTaken(own, delivery, at);
    else await noteRefused(own, answer, error, at);
  });
  return error === null;
}

/** Null where the receiver has taken it; else why not. What it says may quote buyer data that it was sent: then it is not kept. */
export function errorOf(endpoint: Pick<EndpointRow, "includeBuyer">, answer: WebhookAnswer): string | null {
  if (answer.status === null) return answer.failure ?? "no answer";
  if (answer.status >= 200 && answer.status < 300) return null;
  const redirected = answer.status >= 300 && answer.status < 400 ? " (redirects are not followed)" : "";
  const text = endpoint.includeBuyer ? "" : answer.text.trim();
  return `answered ${answer.status}${redirected}${text ? `: ${text}` : ""}`;
}

async function noteTaken({ engine, endpoint }: Sending, delivery: DeliveryRow, at: Date): Promise<void> {
  // Where a person has told it to go on from elsewhere meanwhile, that holds.
  const moved = delivery.kind === "changes" ? { position: Math.max(delivery.lastPosition, endpoint.position) } : {};
  const noted = await noteEndpoint(engine.db, endpoint, { ...moved, attempts: 0, failingSince: null, dueAt: null });
  if (noted && endpoint.attempts > 0) await settleEndpoint(engine.db, endpoint.id, at, ["webhook_endpoint_failing"]);
}

async function noteRefused(
  { engine, endpoint }: Sending,
  answer: WebhookAnswer,
  error: string,
  at: Date,
): Promise<void> {
  const attempts = endpoint.attempts + 1;
  const since = endpoint.failingSince ?? at;
  const failing = { attempts, failingSince: since };
  const dueAt = dueAfterFailure({ attempts, since, retryAfter: answer.retryAfter }, at);
  if (answer.status === GONE || dueAt === null) {
    const reason = answer.status === GONE ? "gone" : "failing";
    const disabled = { ...failing, dueAt: null, disabledAt: at, disabledReason: reason };
    if (await noteEndpoint(engine.db, endpoint, disabled)) await tellDisabled(engine.db, endpoint, reason, error, at);
    return;
  }
  if (await noteEndpoint(engine.db, endpoint, { ...failing, dueAt }))
    await tellFailing(engine.db, endpoint, attempts, error, at);
}
