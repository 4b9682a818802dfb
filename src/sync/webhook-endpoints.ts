/** What people do with webhook endpoints: make, change, give a new secret, send again, try. */
import { appendAudit } from "../core/db/audit.ts";
import { sequenceChanges } from "../core/db/changes.ts";
import type { Database } from "../core/db/database.ts";
import { feedHorizon, positionBefore } from "../core/db/feed.ts";
import {
  type DeliveryRow,
  findDelivery,
  insertDelivery,
  replacePendingDeliveries,
  updateDelivery,
} from "../core/db/webhook-deliveries.ts";
import {
  deleteEndpoint,
  type EndpointRow,
  findEndpoint,
  insertEndpoint,
  sealSecret,
  secretsOf,
  updateEndpoint,
} from "../core/db/webhook-endpoints.ts";
import { InputError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import { newWebhookSecret } from "../core/webhook-sender.ts";
import type { Engine, Outbound } from "./engine.ts";
import { settleEndpoint } from "./webhook-alerts.ts";
import { errorOf } from "./webhook-deliveries.ts";

/** How long the secret before the newest still signs, so that receivers can change over without losing a delivery. */
const OVERLAP_MS = 24 * 3_600_000;

export interface EndpointInput {
  url: string;
  description: string | null;
  entities: string[] | null;
  stores: string[] | null;
  includeBuyer: boolean;
}

/** Makes an endpoint that is sent what changes from now on; its secret is answered this once. Throws `InputError`. */
export async function createEndpoint(
  engine: Engine,
  input: EndpointInput,
  actor: string,
): Promise<{ row: EndpointRow; secret: string }> {
  await checkUrl(engine, input.url);
  await checkStores(engine.db, input.stores);
  await sequenceChanges(engine.db);
  const { last } = await feedHorizon(engine.db);
  const at = engine.clock.now();
  const id = newId(at);
  const secret = newWebhookSecret();
  const row: EndpointRow = {
    id,
    ...input,
    secret: sealSecret(engine.keyring, id, secret),
    previousSecret: null,
    previousSecretUntil: null,
    position: last,
    disabledAt: null,
    disabledReason: null,
    dueAt: null,
    attempts: 0,
    failingSince: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
  const { entities, stores, includeBuyer } = input;
  await engine.db.transaction(async (tx) => {
    await insertEndpoint(tx, row);
    await audit(tx, actor, "create", id, { entities, stores, include_buyer: includeBuyer }, at);
  });
  return { row, secret };
}

/** What is undefined stays as it is. */
export type EndpointChange = { [K in keyof EndpointInput]?: EndpointInput[K] | undefined } & {
  enabled?: boolean | undefined;
};

/** Changes an endpoint. What is on its way under an older filter is made anew. Throws `InputError`. */
export async function changeEndpoint(
  engine: Engine,
  row: EndpointRow,
  change: EndpointChange,
  actor: string,
): Promise<EndpointRow | null> {
  const { enabled, ...rest } = change;
  const set = given(rest);
  if (set.url !== undefined) await checkUrl(engine, set.url);
  if (set.stores !== undefined) await checkStores(engine.db, set.stores);
  if (enabled === true) await refuseLost(engine.db, row);
  const at = engine.clock.now();
  const changed = await engine.db.transaction(async (tx) => {
    const changed = await updateEndpoint(tx, row.id, { ...set, ...switched(row, enabled, at) }, at);
    if (set.entities !== undefined || set.stores !== undefined) await replacePendingDeliveries(tx, row.id, at);
    if (enabled === true)
      await settleEndpoint(tx, row.id, at, ["webhook_endpoint_failing", "webhook_endpoint_disabled"]);
    await audit(tx, actor, "change", row.id, { changed: Object.keys(given(change)) }, at);
    return changed;
  });
  engine.wake();
  return changed;
}

const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** On again: at once, and with all its attempts. A new address or filter alone does not shorten a wait. */
function switched(row: EndpointRow, enabled: boolean | undefined, at: Date): Partial<EndpointRow> {
  if (enabled === true) return { disabledAt: null, disabledReason: null, attempts: 0, failingSince: null, dueAt: null };
  if (enabled === false && !row.disabledAt) return { disabledAt: at, disabledReason: "asked" };
  return {};
}

async function refuseLost(db: Database, row: EndpointRow): Promise<void> {
  const { pruned, last } = await feedHorizon(db);
  if (row.position < pruned) throw changesGone(`It has got as far as position ${row.position}`, pruned, last);
}

/**
 * A new secret; the one before signs beside it for a day, and until then there is no other: a receiver that still has it
 * would be cut off. Answers null where the endpoint is gone. Throws `InputError` (409) within that day.
 */
export async function rotateSecret(
  engine: Engine,
  row: Pick<EndpointRow, "id">,
  actor: string,
): Promise<{ row: EndpointRow; secret: string } | null> {
  const at = engine.clock.now();
  const secret = newWebhookSecret();
  const changed = await engine.db.transaction(async (tx) => {
    // Of two who rotate at once the second sees what the first has made.
    await tx.query("select 1 from webhook_endpoints where id = $1::uuid for update", [row.id]);
    const now = await findEndpoint(tx, row.id);
    if (!now) return null;
    if (now.previousSecretUntil && now.previousSecretUntil > at) throw rotatedAlready(now.previousSecretUntil);
    const set = {
      secret: sealSecret(engine.keyring, row.id, secret),
      previousSecret: now.secret,
      previousSecretUntil: new Date(at.getTime() + OVERLAP_MS),
    };
    const changed = await updateEndpoint(tx, row.id, set, at);
    await audit(tx, actor, "rotate_secret", row.id, null, at);
    return changed;
  });
  return changed && { row: changed, secret };
}

const rotatedAlready = (until: Date) =>
  new InputError(
    "secret_rotated_already",
    `The secret before this one still signs until ${until.toISOString()}: a third would cut off receivers that have the first. Rotate after that time; has a secret leaked, make a new endpoint and delete this one.`,
    { status: 409 },
  );

export async function removeEndpoint(engine: Engine, row: EndpointRow, actor: string): Promise<void> {
  const at = engine.clock.now();
  await engine.db.transaction(async (tx) => {
    if (!(await deleteEndpoint(tx, row.id))) return;
    const codes = ["webhook_endpoint_failing", "webhook_endpoint_disabled", "webhook_changes_lost"] as const;
    await settleEndpoint(tx, row.id, at, codes);
    await audit(tx, actor, "delete", row.id, null, at);
  });
}

export type ReplayFrom = { after: number } | { since: Date };

/** Sends everything after a position, or written since a time, once more. Throws `InputError`. */
export async function replayFeed(
  engine: Engine,
  row: EndpointRow,
  from: ReplayFrom,
  actor: string,
): Promise<EndpointRow | null> {
  await sequenceChanges(engine.db);
  const start = await startOf(engine.db, from);
  // A time leads back alone: what was not delivered yet is not left out.
  const position = "since" in from ? Math.min(start, row.position) : start;
  const at = engine.clock.now();
  const changed = await engine.db.transaction(async (tx) => {
    const changed = await updateEndpoint(tx, row.id, { position }, at);
    await replacePendingDeliveries(tx, row.id, at);
    await settleEndpoint(tx, row.id, at, ["webhook_changes_lost"]);
    await audit(tx, actor, "replay", row.id, { after: position, before: row.position }, at);
    return changed;
  });
  engine.wake();
  return changed;
}

async function startOf(db: Database, from: ReplayFrom): Promise<number> {
  const { pruned, last } = await feedHorizon(db);
  if ("since" in from) {
    const position = await positionBefore(db, from.since);
    if (position === null) throw changesGone(`You ask for changes since ${from.since.toISOString()}`, pruned, last);
    return position;
  }
  if (from.after < pruned) throw changesGone(`You ask for those after ${from.after}`, pruned, last);
  if (from.after > last)
    throw new InputError("position_unknown", `The feed ends at position ${last}; give that one or an earlier one.`, {
      status: 422,
    });
  return from.after;
}

function changesGone(asked: string, pruned: number, last: number): InputError {
  return new InputError(
    "changes_gone",
    `${asked}, and changes up to position ${pruned} are no longer kept. Let the receiver copy the lists that it keeps once ` +
      `more and go on from their \`feed_position\` with a replay {"after": …} (the newest is ${last}); or send it what is still ` +
      `kept with {"after": ${pruned}}.`,
    { status: 410 },
  );
}

/** Sends one delivery of the feed again, with a new id, before anything else. Throws `InputError`. */
export async function replayDelivery(
  engine: Engine,
  row: EndpointRow,
  deliveryId: string,
  actor: string,
): Promise<DeliveryRow> {
  const found = await findDelivery(engine.db, row.id, deliveryId);
  if (!found || found.kind === "test")
    throw new InputError("unknown_delivery", "There is no such delivery of changes of this endpoint.", { status: 422 });
  const { pruned, last } = await feedHorizon(engine.db);
  if (found.firstPosition - 1 < pruned)
    throw changesGone(`The delivery began at position ${found.firstPosition}`, pruned, last);
  const at = engine.clock.now();
  const { endpointId, firstPosition, lastPosition, changeCount } = found;
  const range = { endpointId, firstPosition, lastPosition, changeCount };
  const delivery = await engine.db.transaction(async (tx) => {
    await audit(tx, actor, "replay", row.id, { delivery: deliveryId }, at);
    return insertDelivery(tx, { id: newId(at), kind: "replay", ...range, createdAt: at });
  });
  engine.wake();
  return delivery;
}

/** Sends a message without content now, also to an endpoint that is disabled; its place in the feed stays. */
export async function testEndpoint(
  engine: Engine,
  row: EndpointRow,
  actor: string,
  signal: AbortSignal,
): Promise<DeliveryRow | null> {
  const outbound = outboundOf(engine);
  const at = engine.clock.now();
  const range = { firstPosition: row.position + 1, lastPosition: row.position, changeCount: 0 };
  const id = newId(at);
  const body = JSON.stringify({ type: "test", timestamp: at, data: { endpoint_id: row.id } });
  const secrets = secretsOf(engine.keyring, row, at);
  const answer = await outbound.send({ url: row.url, id, at, body, secrets }, signal);
  const error = errorOf(row, answer);
  return engine.db.transaction(async (tx) => {
    await insertDelivery(tx, { id, endpointId: row.id, kind: "test", ...range, createdAt: at });
    const detail = { delivery: id, status: answer.status };
    await audit(tx, actor, "test", row.id, detail, at);
    return updateDelivery(tx, id, {
      status: error === null ? "delivered" : "failed",
      attempts: 1,
      responseStatus: answer.status,
      error,
      lastAttemptAt: at,
      finishedAt: engine.clock.now(),
    });
  });
}

function outboundOf(engine: Engine): Outbound {
  if (!engine.outbound) throw new Error("this process has no way to send webhooks");
  return engine.outbound;
}

async function checkUrl(engine: Engine, url: string): Promise<void> {
  try {
    await outboundOf(engine).check(url);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    const issues = [{ path: "url", message: cause.message }];
    throw new InputError(cause.code, cause.message, { status: 422, issues, cause });
  }
}

/** A store that is not there would never send anything: a mistake of whoever names it. */
async function checkStores(db: Database, stores: readonly string[] | null): Promise<void> {
  if (!stores) return;
  const found = await db.query<{ id: string }>("select id from stores where id = any($1::uuid[])", [stores]);
  const unknown = stores.filter((id) => !found.some((row) => row.id === id));
  if (unknown.length > 0)
    throw new InputError("unknown_store", `There is no store ${unknown.join(", ")}.`, { status: 422 });
}

function audit(
  tx: Database,
  actor: string,
  act: string,
  id: string,
  detail: Record<string, unknown> | null,
  at: Date,
): Promise<void> {
  const entry = { actor, act: `webhook_endpoints.${act}`, storeId: null, subject: "webhook_endpoint", subjectId: id };
  return appendAudit(tx, [{ ...entry, cause: null, detail, outcome: "done" }], at);
}
