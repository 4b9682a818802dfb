/** Migrating, and saying where. */

import type { Config } from "../core/config.ts";
import { MIGRATIONS } from "../core/db/migrations.ts";
import { createLog } from "../core/log.ts";
import { openEnvironment } from "../entry/environment.ts";

export interface MigrateView {
  database: string;
  applied: string[];
  schema: number;
}

export async function migrateDatabase(config: Config): Promise<MigrateView> {
  const environment = await openEnvironment(config, { log: createLog({ level: config.logLevel, runtime: "node" }) });
  await environment.close();
  return { database: placeOf(config), applied: [...environment.applied], schema: MIGRATIONS.length };
}

/** Where the data lie, without user and password. */
export function placeOf(config: Config): string {
  if (config.databaseUrl === null) return `the data folder ${config.dataFolder}`;
  const url = new URL(config.databaseUrl);
  return `PostgreSQL at ${url.host}${url.pathname}`;
}
