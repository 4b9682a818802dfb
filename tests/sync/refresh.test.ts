/** One refresh for all who met the same stale credentials, across processes. */
import { expect, it } from "vitest";
import type { Adapter, Credentials, Grant } from "../../src/core/adapter.ts";
import { findCredentials, saveCredentials } from "../../src/core/db/stores.ts";
import { AuthExpiredError, PermanentError, TransientError } from "../../src/core/errors.ts";
import { newId } from "../../src/core/ids.ts";
import type { Engine } from "../../src/sync/engine.ts";
import { openStore } from "../../src/sync/store-handle.ts";
import { createTestClock } from "../support/clock.ts";
import { createTestDatabase, itTwoConnections } from "../support/database.ts";
import { givenStore } from "../support/example.ts";
import { createPlatform, givenEngine, scriptedAdapter } from "../support/scripted-platform.ts";

const WORKERS = 8;

/** A platform that gives a new pair with each refresh. `grace`: the pair before works until the new one was used. */
function createGrants({ grace }: { grace: boolean }) {
  let number = 1;
  const pair = (n: number) => ({ access_token: `access-${n}`, refresh_token: `refresh-${n}` });
  const grants = {
    first: pair(1),
    calls: 0,
    /** Answers that are lost after the platform has done its part. */
    cut: 0,
    beforeAnswer: async () => {},
    refresh: async (current: Credentials): Promise<Grant> => {
      grants.calls += 1;
      const known = [pair(number).refresh_token, ...(grace ? [pair(number - 1).refresh_token] : [])];
      await grants.beforeAnswer();
      if (!known.includes(current.values.refresh_token ?? ""))
        throw new AuthExpiredError({ platform: "example", operation: "auth.refresh", platformCode: "invalid_grant" });
      if (current.values.refresh_token === pair(number).refresh_token) number += 1;
      if (grants.cut-- > 0)
        throw new TransientError({ platform: "example", operation: "auth.refresh", maybeApplied: true });
      return { values: pair(number), expiresAt: null };
    },
    isValid: (credentials: Credentials) => credentials.values.access_token === pair(number).access_token,
  };
  return grants;
}

async function givenWorkers(grants: ReturnType<typeof createGrants>) {
  const { db } = await createTestDatabase();
  const clock = createTestClock();
  const engine = await givenEngine(db, createPlatform(), clock);
  const store = await givenStore(engine);
  const at = clock.now();
  await saveCredentials(db, engine.keyring, {
    id: newId(at),
    storeId: store.id,
    platform: "example",
    purpose: "api",
    grant: { values: grants.first, expiresAt: null },
    at,
  });
  const plain = scriptedAdapter(createPlatform());
  const adapter: Adapter = { ...plain, auth: { ...plain.auth, refresh: (_store, current) => grants.refresh(current) } };
  const workers = Array.from(
    { length: WORKERS },
    (_, i): Engine => ({ ...engine, processId: `worker-${i}`, adapterOf: () => adapter }),
  );
  const stored = async () => {
    const found = await findCredentials(db, engine.keyring, store.id, "api");
    if (!found) throw new Error("the credentials are gone");
    return found;
  };
  /** What each worker has after all of them met the same refusal at once. */
  const meetRefusal = async () => {
    const handles = await Promise.all(workers.map((worker) => openStore(worker, store.id, "normal")));
    const stale = await Promise.all(handles.map(({ handle }) => handle.credentials()));
    return Promise.allSettled(
      handles.map(async ({ handle }, i) => {
        const fresh = await handle.refresh(stale[i] as Credentials);
        // The pair is in the database before anybody uses it.
        expect((await stored()).values).toEqual(fresh.values);
        return fresh;
      }),
    );
  };
  return { db, store, stored, meetRefusal };
}

itTwoConnections("S40 refreshes once when eight workers meet a refusal together", async () => {
  const grants = createGrants({ grace: false });
  const { meetRefusal } = await givenWorkers(grants);
  const results = await meetRefusal();
  expect(grants.calls).toBe(1);
  for (const result of results)
    expect(result.status === "fulfilled" && grants.isValid(result.value), JSON.stringify(result)).toBe(true);
});

itTwoConnections(
  "S40 asks once more when the answer to a refresh is lost, and all go on with the new pair",
  async () => {
    const grants = createGrants({ grace: true });
    grants.cut = 1;
    const { meetRefusal, stored } = await givenWorkers(grants);
    const results = await meetRefusal();
    expect(grants.calls).toBe(2);
    const failed = results.filter((result) => result.status === "rejected");
    expect(failed).toHaveLength(1);
    expect(failed[0]?.reason).toBeInstanceOf(TransientError);
    expect(grants.isValid(await stored())).toBe(true);
    // Whose answer was lost comes back later and finds the pair there.
    expect((await meetRefusal()).every((result) => result.status === "fulfilled")).toBe(true);
  },
);

itTwoConnections("S40 does not go on asking a platform that took the old pair for used up", async () => {
  const grants = createGrants({ grace: false });
  grants.cut = 1;
  const { meetRefusal } = await givenWorkers(grants);
  await meetRefusal();
  expect(grants.calls).toBe(2);
  const again = await meetRefusal();
  expect(grants.calls).toBe(2);
  for (const result of again) expect(result.status === "rejected" && result.reason).toBeInstanceOf(AuthExpiredError);
});

itTwoConnections("S40 lets another refresh when a worker died over it", async () => {
  const grants = createGrants({ grace: true });
  const { db, meetRefusal } = await givenWorkers(grants);
  await db.query("update credentials set refresh_owner = 'dead', refresh_until = now() - interval '1 second'");
  const results = await meetRefusal();
  expect(grants.calls).toBe(1);
  expect(results.every((result) => result.status === "fulfilled")).toBe(true);
});

it("keeps a grant good where the platform refuses the app that asks, and not the grant", async () => {
  const grants = createGrants({ grace: false });
  const { stored, meetRefusal } = await givenWorkers(grants);
  grants.beforeAnswer = () =>
    Promise.reject(new PermanentError({ platform: "example", operation: "auth.refresh", scope: "app" }));
  const [met] = await meetRefusal();
  expect(met).toMatchObject({ status: "rejected", reason: { category: "permanent", scope: "app" } });
  expect((await stored()).refusedAt).toBeNull();
});

it("keeps the pair that is there when a late refresh comes back with an older one", async () => {
  const grants = createGrants({ grace: true });
  const { db, meetRefusal, stored } = await givenWorkers(grants);
  // The right lapses while the call is under way; somebody else stores a pair meanwhile.
  grants.beforeAnswer = async () => {
    grants.beforeAnswer = async () => {};
    await db.query("update credentials set version = version + 1, refresh_owner = null, refresh_until = null");
  };
  const results = await meetRefusal();
  expect(results.every((result) => result.status === "fulfilled")).toBe(true);
  expect((await stored()).version).toBe(2);
});
