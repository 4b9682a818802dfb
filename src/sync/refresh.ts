/**
 * Refreshes credentials once for all who met the same stale ones, across processes: the right to refresh is on the
 * credentials' row, the new pair is stored before anyone uses it, the losers take what the winner got.
 */
import type { Credentials, Store } from "../core/adapter.ts";
import { endRefresh, findCredentials, replaceCredentials, takeRefresh, updateStore } from "../core/db/stores.ts";
import { AuthExpiredError, isAdapterError } from "../core/errors.ts";
import type { Engine } from "./engine.ts";

/** Longer than a refresh call may take: then the right lapses and another process tries. */
const REFRESH_MS = 45_000;
/** How often a loser looks whether the winner is done. */
const LOOK_MS = 150;

/** Credentials newer than `stale`. Throws `AuthExpiredError` where a person has to authorise the store again. */
export async function refreshCredentials(engine: Engine, store: Store, stale: Credentials): Promise<Credentials> {
  const adapter = engine.adapterOf(store.platform);
  const refuse = (message: string, cause?: unknown) =>
    new AuthExpiredError({ platform: store.platform, operation: "auth.refresh", message, cause });
  if (!adapter?.auth.refresh) throw refuse("these credentials cannot be refreshed; enter new ones");
  const deadline = Date.now() + REFRESH_MS * 2;
  for (;;) {
    const current = await findCredentials(engine.db, engine.keyring, store.id, stale.purpose);
    if (!current) throw refuse("the credentials were removed");
    if (current.version > stale.version) return current;
    if (current.refusedAt) throw refuse("the platform has refused the grant; authorise the store again");
    if (await takeRefresh(engine.db, current.id, current.version, engine.processId, REFRESH_MS)) {
      try {
        const grant = await adapter.auth.refresh(store, current, AbortSignal.timeout(REFRESH_MS - 5_000));
        await replaceCredentials(engine.db, engine.keyring, {
          id: current.id,
          version: current.version,
          grant,
          at: engine.clock.now(),
        });
        if (grant.authorisedUntil !== undefined)
          await updateStore(engine.db, store.id, { authorisedUntil: grant.authorisedUntil }, engine.clock.now());
      } catch (error) {
        // A refusal of the app (its secret, our clock) says nothing of the grant, which is good again once that is mended.
        const refused =
          isAdapterError(error) &&
          error.scope !== "app" &&
          (error.category === "auth_expired" || error.category === "permanent");
        await endRefresh(engine.db, current.id, engine.processId, refused ? engine.clock.now() : null);
        if (refused) throw refuse("the platform refused to refresh the grant; authorise the store again", error);
        throw error;
      }
      continue;
    }
    if (Date.now() > deadline) throw refuse("another process did not finish its refresh");
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
