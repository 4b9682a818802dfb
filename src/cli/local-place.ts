/** The API and the engine in this process: where no server runs beside the command. */
import { randomBytes } from "node:crypto";
import { createApp } from "../api/app.ts";
import type { Config } from "../core/config.ts";
import { createLog } from "../core/log.ts";
import type { Resource } from "../core/model/vocabulary.ts";
import { type Environment, openEnvironment } from "../entry/environment.ts";
import { createInboxPump } from "../sync/receive-webhook.ts";
import { runUntilIdle } from "../sync/schedule.ts";
import { createApiClient } from "./api-client.ts";
import type { Place } from "./place.ts";
import { VERSION } from "./version.ts";

/** Opens the database of the settings. Throws `InputError` that says what is wrong and what to do. */
export async function openLocalPlace(
  config: Config,
  signal: AbortSignal,
  options: { migrate?: boolean } = {},
): Promise<Place> {
  const log = createLog({ level: config.logLevel, runtime: "node" });
  return placeOf(await openEnvironment(config, { log, ...options }), signal);
}

export function placeOf({ engine, adapters, config, close }: Environment, signal: AbortSignal): Place {
  const key = `tp_${randomBytes(32).toString("base64url")}`;
  const app = createApp({
    engine,
    adapters,
    pump: createInboxPump(engine),
    config: { publicUrl: config.publicUrl, version: VERSION },
    auth: { processKey: key },
  });
  const fetch = (request: Request) => app.fetch(request);
  return {
    api: createApiClient({ url: "http://tallyport.invalid", key, fetch, signal }),
    work: async (storeId: string, resource: Resource | null) => {
      await runUntilIdle(engine, signal, {
        only: (item) =>
          item.kind === "pull" && item.storeId === storeId && (resource === null || item.resource === resource),
      });
    },
    close,
  };
}
