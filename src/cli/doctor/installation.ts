/** The installation: runtime, settings, database, keys. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Config, readConfig } from "../../core/config.ts";
import { MIGRATIONS } from "../../core/db/migrations.ts";
import { InputError } from "../../core/errors.ts";
import { findServer } from "../../entry/data-folder.ts";
import { openPlace } from "../backend.ts";
import type { Cli } from "../cli.ts";
import { placeOf } from "../migrate-database.ts";
import type { Place } from "../place.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

const NEEDED = [20, 19] as const;

export interface Installation {
  findings: Finding[];
  /** Null where the database cannot be used. */
  place: Place | null;
}

/** Checks what every store depends on, and opens it. */
export async function checkInstallation(cli: Cli): Promise<Installation> {
  const findings = [checkNode(process.versions.node)];
  let config: Config;
  try {
    config = readConfig(cli.env);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { findings: [...findings, fail("settings", error.message, "Mend the environment.")], place: null };
  }
  findings.push(ok("settings", config.databaseUrl === null ? "embedded" : "PostgreSQL"), checkPublicUrl(config));
  if (
    config.databaseUrl === null &&
    !existsSync(join(config.dataFolder, "database")) &&
    !findServer(config.dataFolder)
  ) {
    const remedy = "Nothing to do: the first command that needs it makes it. If you expected data, see TALLYPORT_DATA.";
    return {
      findings: [...findings, warn("database", `there is none yet in ${config.dataFolder}`, remedy)],
      place: null,
    };
  }
  try {
    const place = await openPlace({ ...config, logLevel: cli.env.LOG_LEVEL ? config.logLevel : "silent" }, cli.signal, {
      migrate: false,
    });
    const where = place.work === null ? "a running server" : placeOf(config);
    findings.push(
      ok("database", `${where} answers, at schema ${MIGRATIONS.length} of ${MIGRATIONS.length}`),
      ok("master key", "opens the keys of the data"),
    );
    return { findings, place };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const isKey =
      error.code.startsWith("master_key") || error.code.startsWith("secret") || error.code === "data_key_damaged";
    return {
      findings: [...findings, fail(isKey ? "master key" : "database", error.message, "See the message.")],
      place: null,
    };
  }
}

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
  return isEnough
    ? ok("node", version)
    : fail("node", `${version} is too old`, `Install Node.js ${NEEDED.join(".")} or newer.`);
}

function checkPublicUrl(config: Config): Finding {
  if (config.publicUrl !== null) return ok("public address", config.publicUrl);
  return warn(
    "public address",
    "PUBLIC_URL is not set: platforms cannot call, so that changes are found by reading alone",
    "Set PUBLIC_URL to the address under which platforms reach this server.",
  );
}
