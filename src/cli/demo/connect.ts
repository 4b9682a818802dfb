/** Connects the demo's stores to an engine. */
import type { StoreRow } from "../../core/db/stores.ts";
import { connectStore } from "../../sync/connect-store.ts";
import type { Engine } from "../../sync/engine.ts";
import { runUntilIdle } from "../../sync/schedule.ts";
import { setStoreMode } from "../../sync/store-mode.ts";
import type { RunningFake } from "../fake/serve-fake.ts";
import { settingsOf } from "./stores.ts";

const ACTOR = "demo";

export interface DemoStore {
  row: StoreRow;
  fake: RunningFake;
}

/** Connects the fakes and switches them live. The first one's goods become the merchant's own. */
export async function connectDemoStores(
  engine: Engine,
  fakes: readonly RunningFake[],
  signal: AbortSignal,
): Promise<DemoStore[]> {
  const connected: DemoStore[] = [];
  for (const [index, fake] of fakes.entries()) {
    const { platform, name, base_url: baseUrl, credentials } = fake.description;
    const row = await connectStore(
      engine,
      { platform, name, credentials, settings: settingsOf(platform), baseUrl, adoptSkus: index === 0, actor: ACTOR },
      signal,
    );
    connected.push({ row, fake });
    // Its goods are known before another store shows the same codes.
    if (index === 0)
      await runUntilIdle(engine, signal, { only: (item) => item.kind === "pull" && item.resource === "listings" });
  }
  for (const { row } of connected) await setStoreMode(engine, row.id, "live", ACTOR);
  return connected;
}
