/**
 * Reading back what a platform shows: after a value that followed an unknown one (a late first write may have come over
 * it), and before a difference that nothing explains is judged.
 */
import type { PushItem } from "../core/adapter.ts";
import { raiseAlert, settleAlert } from "../core/db/alerts.ts";
import {
  type DriftVerdict,
  endPriceChecks,
  judgeDrift,
  listReadBacks,
  putOffReadBacks,
  type ReadBack,
} from "../core/db/read-backs.ts";
import { observe } from "../core/ingest/observations.ts";
import { countStock } from "../core/stock/counts.ts";
import { toFailure } from "./failure.ts";
import type { Drain } from "./push-drain.ts";
import { readSalesUntil } from "./push-freshness.ts";
import { pushSettings } from "./push-settings.ts";
import { holdRefused } from "./store-refused.ts";

const MOST_AT_ONCE = 500;
const MOST_ROUNDS = 20;
const AGAIN_MS = 60_000;

/** Reads back what is due to be, and judges differences; answers whether anything is to be sent for it. */
export async function readBackDue(drain: Drain): Promise<boolean> {
  const { engine, store, aspect, signal } = drain;
  let isToSend = false;
  for (let round = 0; round < MOST_ROUNDS && !signal.aborted; round++) {
    const due = await listReadBacks(engine.db, store.row.id, aspect, MOST_AT_ONCE, engine.clock.now());
    if (due.length === 0) break;
    const shown = await readShown(drain, due);
    const at = engine.clock.now();
    if (!shown) {
      await putOffReadBacks(engine.db, due, new Date(at.getTime() + AGAIN_MS));
      break;
    }
    if (aspect === "price") {
      isToSend = (await endPriceChecks(engine.db, due, shown)) || isToSend;
      continue;
    }
    const quantities = new Map([...shown].map(([id, value]) => [id, Number(value)] as const));
    const { drift } = pushSettings(store.row.settings);
    const verdicts = await engine.db.transaction(async (tx) => {
      const judged = await judgeDrift(tx, due, quantities, at);
      await observe(
        tx,
        due.flatMap(({ id, variantId, place, state }) => {
          const quantity = quantities.get(id);
          return state === "checking" && quantity !== undefined ? [{ variantId, place, quantity }] : [];
        }),
        at,
      );
      return judged;
    });
    for (const verdict of verdicts) {
      await tell(drain, verdict, drift, at);
      isToSend ||= verdict.shown !== verdict.desired;
    }
  }
  return isToSend;
}

/**
 * The platform compared and found another quantity than was observed: it is read, and nothing goes over it until the orders
 * of that moment are read too.
 */
export async function readChanged(drain: Drain, offers: readonly { id: string }[]): Promise<void> {
  const { engine, store } = drain;
  const items = await listReadBacks(engine.db, store.row.id, "stock", MOST_AT_ONCE, engine.clock.now(), offers);
  const shown = await readShown(drain, items);
  if (!shown) return;
  const at = engine.clock.now();
  await engine.db.query(
    `update offers o set observed_value = r.q, observed_at = $2::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, q numeric) where o.id = r.id`,
    [JSON.stringify([...shown].map(([id, q]) => ({ id, q }))), at.toISOString()],
  );
  await readSalesUntil(engine, engine.db, store.row, at);
}

/** What the platform shows of offers; null where it does not answer. Where it cannot be asked, what was seen last. */
async function readShown(drain: Drain, offers: readonly ReadBack[]): Promise<Map<string, string> | null> {
  const { engine, store, aspect, capability, signal, result } = drain;
  const shown = new Map<string, string>();
  const read = capability.read?.bind(capability);
  if (!read) {
    for (const { id, observed } of offers) if (observed !== null) shown.set(id, observed);
    return shown;
  }
  try {
    for (const items of inCalls(offers, capability.batch)) {
      const values = await read(store.handle, items, signal);
      for (const { key, value } of values) if (value !== null) shown.set(key, value);
    }
    return shown;
  } catch (cause) {
    const place = {
      platform: store.row.platform,
      operation: aspect === "stock" ? "stock.read" : "prices.read",
      storeId: store.row.id,
    };
    const error = toFailure(engine, cause, place);
    await holdRefused(engine, store.row, error);
    result.heldBack ??= error.message;
    return null;
  }
}

type Named = Omit<PushItem, "value" | "currency" | "observed" | "idempotencyKey">;

function inCalls(offers: readonly ReadBack[], batch: { max: number; groupBy: string }): Named[][] {
  const groups = new Map<string, Named[]>();
  for (const offer of offers) {
    const { listingExternalId, variantExternalId, sellerCode, codes } = offer;
    const place = offer.place === "" ? null : offer.place;
    const group = batch.groupBy === "listing" ? listingExternalId : batch.groupBy === "place" ? offer.place : "";
    const item = { key: offer.id, listingExternalId, variantExternalId, sellerCode, codes, place };
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  return [...groups.values()].flatMap((items) =>
    Array.from({ length: Math.ceil(items.length / batch.max) }, (_, i) =>
      items.slice(i * batch.max, (i + 1) * batch.max),
    ),
  );
}

/** Tells of a difference that nothing explains; where the store's word counts, it is taken for a count. */
async function tell(drain: Drain, verdict: DriftVerdict, policy: "push" | "adopt", at: Date): Promise<void> {
  const { engine, store } = drain;
  const alert = { code: "stock_drift", subject: "offer", subjectId: verdict.id };
  if (verdict.shown === verdict.desired) {
    await settleAlert(engine.db, alert, at);
    return;
  }
  const adopted = policy === "adopt" && (await adopt(drain, verdict, at));
  await raiseAlert(
    engine.db,
    {
      ...alert,
      severity: "warning",
      storeId: store.row.id,
      message: `"${store.row.name}" shows ${verdict.shown} of ${verdict.sku}; it was set to ${verdict.desired}, and no sale explains it.`,
      remedy: adopted
        ? `Taken as a count of ${verdict.shown}. Somebody changes quantities at the platform: count goods in one place.`
        : `${verdict.desired} is set again. Find out who changes quantities at the platform, or let the store's word count (setting stock_drift: "adopt").`,
    },
    at,
  );
}

/** Counts what the store shows. False where that says nothing of the goods: a bundle, or an offer that rules change. */
async function adopt({ engine }: Drain, verdict: DriftVerdict, at: Date): Promise<boolean> {
  if (!verdict.isPlain || verdict.count === null) return false;
  const count = { ...verdict.count, sku: verdict.sku, basis: "available" as const, countedAt: verdict.shownAt };
  const [row] = await countStock(engine.db, { counts: [count], actor: "stock_drift", confirmed: false }, at);
  return row?.error === null;
}
