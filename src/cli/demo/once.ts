/** `demo --once`: everything is read and pushed once, in memory; then the platforms' own books are asked. */
import type { Config } from "../../core/config.ts";
import { createLog } from "../../core/log.ts";
import { openEnvironment } from "../../entry/environment.ts";
import type { Engine } from "../../sync/engine.ts";
import { runUntilIdle } from "../../sync/schedule.ts";
import type { Cli } from "../cli.ts";
import { connectDemoStores, type DemoStore } from "./connect.ts";
import { COUNTED, type Counted, countOurs, countPlatforms, startDemoFakes } from "./stores.ts";

const ORDERS = 60;
const PROGRESS_MS = 500;

type Pair = { ours: number; platform: number };
type StoreCounts = { name: string; platform: string } & Record<Counted, Pair>;

/** Prints our counts beside the platforms' own; the exit code says whether they agree. */
export async function runOnce(cli: Cli, config: Config): Promise<void> {
  const startedAt = Date.now();
  const fakes = await startDemoFakes({ orders: ORDERS });
  const log = createLog({ level: config.logLevel, runtime: "node" });
  const environment = await openEnvironment(config, { inMemory: true, log });
  try {
    const { engine } = environment;
    cli.output.note(`${fakes.length} fake stores serve ${fakes.map((fake) => fake.baseUrl).join(", ")}`);
    const stores = await connectDemoStores(engine, fakes, cli.signal);
    await withProgress(cli, engine, stores, () => runUntilIdle(engine, cli.signal));
    const counts = await countAll(engine, stores);
    cli.output.note(`read and pushed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    await report(cli, engine, counts);
  } finally {
    await environment.close();
    await Promise.all(fakes.map((fake) => fake.close()));
  }
}

async function withProgress(
  cli: Cli,
  engine: Engine,
  stores: readonly DemoStore[],
  work: () => Promise<unknown>,
): Promise<void> {
  const look = async () => {
    const counts = await Promise.all(stores.map(({ row }) => countOurs(engine.db, row.id)));
    const parts = stores.map(({ row }, index) => `${row.name} ${counts[index]?.orders ?? 0}`);
    cli.output.progress(`orders read: ${parts.join(", ")}`);
  };
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look).catch(() => {});
  }, PROGRESS_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await looking;
    cli.output.progressEnd();
  }
}

async function countAll(engine: Engine, stores: readonly DemoStore[]): Promise<StoreCounts[]> {
  return Promise.all(
    stores.map(async ({ row, fake }) => {
      const ours = await countOurs(engine.db, row.id);
      const platform = await countPlatforms(fake.baseUrl);
      const pairs = COUNTED.map((name): [Counted, Pair] => [name, { ours: ours[name], platform: platform[name] }]);
      return { name: row.name, platform: row.platform, ...(Object.fromEntries(pairs) as Record<Counted, Pair>) };
    }),
  );
}

async function report(cli: Cli, engine: Engine, stores: readonly StoreCounts[]): Promise<void> {
  const differences = stores.flatMap((store) =>
    COUNTED.filter((name) => store[name].ours !== store[name].platform).map(
      (name) => `${store.name}: ${store[name].ours} ${name} here, ${store[name].platform} on the platform`,
    ),
  );
  const [waiting] = await engine.db.query<{ n: string }>("select count(*) as n from offers where dirty");
  if (Number(waiting?.n) > 0) differences.push(`${waiting?.n} quantities or prices have not gone out`);
  for (const difference of differences) cli.output.note(difference);
  if (differences.length > 0) cli.exitCode = 1;
  cli.output.result({ stores }, () => JSON.stringify({ stores }));
}
