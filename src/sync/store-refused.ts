/**
 * A platform that refuses a whole store, or the app that calls for it: all of the store's work waits together, a person is
 * told once, and one look at growing distance (retry-store.ts) finds out when it is over.
 */
import { raiseAlert, settleAlert } from "../core/db/alerts.ts";
import { makeDue } from "../core/db/checkpoints.ts";
import type { Database } from "../core/db/database.ts";
import { freeStore, holdStore } from "../core/db/stores.ts";
import type { AdapterError } from "../core/errors.ts";
import type { Engine } from "./engine.ts";

const CODES = { auth_expired: "auth_expired", refused: "store_refused" } as const;

/** True for failures that every other call of the store would meet too. */
export const concernsStore = (error: Pick<AdapterError, "scope">): boolean => error.scope !== "call";

/** Holds the store where the failure is the whole store's; answers whether it was. */
export async function holdRefused(
  engine: Pick<Engine, "db" | "clock">,
  store: { id: string; name: string },
  error: AdapterError,
): Promise<boolean> {
  if (!concernsStore(error)) return false;
  const at = engine.clock.now();
  const state = error.category === "auth_expired" ? "auth_expired" : "refused";
  await holdStore(engine.db, store.id, state, error.message, at);
  const place = { subject: "store", subjectId: store.id };
  await settleAlert(engine.db, { code: CODES[state === "refused" ? "auth_expired" : "refused"], ...place }, at);
  const what = state === "auth_expired" ? "the credentials of" : "the app's calls for";
  const standard =
    state === "auth_expired"
      ? "Authorise the store again (`tallyport stores authorize`). Reading goes on from where it stopped."
      : "Mend what the message names; `tallyport stores test` tries it at once. Reading goes on from where it stopped.";
  await raiseAlert(
    engine.db,
    {
      code: CODES[state],
      severity: "critical",
      storeId: store.id,
      ...place,
      message: `The platform refuses ${what} "${store.name}": ${error.message}`,
      remedy: error.remedy ?? standard,
    },
    at,
  );
  return true;
}

/** The store is answered again, as a look found out: what waited goes on. */
export async function releaseRefused(engine: Pick<Engine, "db" | "clock">, storeId: string): Promise<void> {
  const at = engine.clock.now();
  await freeStore(engine.db, storeId, { forget: false }, at);
  await settleRefusals(engine.db, storeId, at);
}

/** A person has mended it, or given new credentials: everything is read now, and earlier refusals no longer count. */
export async function reviveStore(db: Database, storeId: string, at: Date): Promise<void> {
  await freeStore(db, storeId, { forget: true }, at);
  await settleRefusals(db, storeId, at);
  await makeDue(db, storeId, null, at);
}

async function settleRefusals(db: Database, storeId: string, at: Date): Promise<void> {
  for (const code of Object.values(CODES)) await settleAlert(db, { code, subject: "store", subjectId: storeId }, at);
}
