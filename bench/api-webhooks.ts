/** Accepting messages of platforms: ours against a bare pump that saves the same rows. */
import { loadKeyring } from "../src/core/db/keyring.ts";
import { defaultLocation, insertStore, saveCredentials } from "../src/core/db/stores.ts";
import { newId } from "../src/core/ids.ts";
import { parseMasterKeys, sealText } from "../src/core/secrets.ts";
import type { ApiAnswer, ApiQuestion } from "./api-helper.ts";
import type { PumpQuestion } from "./bare-pump-helper.ts";
import { type Bench, type BenchDatabase, describeRatios, median } from "./harness.ts";
import type { PostAnswer, PostQuestion } from "./post-helper.ts";

const ROUNDS = 5;
const CONNECTIONS = 32;
const MESSAGES = 4_000;
const WARM = 2_000;
const SECRET = "a secret of the benchmark";

export async function measureWebhooks(bench: Bench): Promise<void> {
  const database = await bench.createDatabase();
  const storeId = await createStore(database);
  const api = await bench.startHelper<ApiQuestion, ApiAnswer>("api-helper.ts").ask({ databaseUrl: database.url });
  const pump = await bench
    .startHelper<PumpQuestion, { url: string }>("bare-pump-helper.ts")
    .ask({ databaseUrl: database.url, storeId, secret: SECRET });
  const sender = bench.startHelper<PostQuestion, PostAnswer>("post-helper.ts");
  let sent = 0;
  const post = async (url: string, count = MESSAGES): Promise<PostAnswer> => {
    const path = `/webhooks/woocommerce/${storeId}`;
    const answer = await sender.ask({ url, path, secret: SECRET, sent, count, connections: CONNECTIONS });
    sent += count;
    const [row] = await database.db.query<{ n: string }>(
      "select count(*) as n from inbox where status = 'pending' and body is not null",
    );
    if (Number(row?.n) !== sent) throw new Error(`of ${sent} messages ${row?.n} were saved`);
    return answer;
  };
  for (const url of [api.url, pump.url]) await post(url, WARM);
  const { ours = [], floor = [] } = await bench.interleave(ROUNDS, {
    ours: () => post(api.url),
    floor: () => post(pump.url),
  });
  const speeds = (answers: readonly PostAnswer[]) => answers.map(({ perSecond }) => perSecond);
  bench.report("webhook_accept", median(speeds(ours)), median(speeds(floor)));
  bench.report("webhook_accept_p99", median(ours.map(({ p99 }) => p99)), median(floor.map(({ p99 }) => p99)));
  bench.say(`webhook_accept: ${describeRatios(speeds(ours), speeds(floor))}`);
}

/** A connected store whose messages are signed with the secret. */
async function createStore({ db }: BenchDatabase): Promise<string> {
  const at = new Date();
  const id = newId(at);
  const keyring = await loadKeyring(db, parseMasterKeys("0".repeat(64)));
  const locationId = await defaultLocation(db, at);
  await insertStore(
    db,
    {
      id,
      platform: "woocommerce",
      name: "Benchmark",
      externalId: null,
      appId: null,
      baseUrl: "http://shop.example.test",
      settings: {},
      facts: {},
      currency: "EUR",
      timeZone: "Europe/Berlin",
      mode: "live",
      state: "ok",
      stateReason: null,
      retryAt: null,
      retryAttempts: 0,
      pushStopped: false,
      stockFrom: at,
      adoptSkus: false,
      locationId,
      authorisedUntil: null,
      clockSkewMs: null,
      webhookSecret: sealText(keyring, { table: "stores", store: id, id }, SECRET),
      webhookCheckedAt: null,
      probedAt: at,
      version: 1,
      createdAt: at,
      updatedAt: at,
      disconnectedAt: null,
      booksOpenFrom: null,
    },
    [],
  );
  const grant = { values: { consumer_key: "ck", consumer_secret: "cs" }, expiresAt: null };
  await saveCredentials(db, keyring, {
    id: newId(at),
    storeId: id,
    platform: "woocommerce",
    purpose: "api",
    grant,
    at,
  });
  return id;
}
