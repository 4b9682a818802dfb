/**
 * Promises 1 to 5 under `kill -9`: a worker is killed again and again, at seeded moments, at least a third of them inside
 * an open transaction; at the end our books equal the platform's.
 */
import { expect, it } from "vitest";
import { createRandom } from "../../src/fakes/random.ts";
import { compareBooks, engine, fakes, seed, settle, startWorkerProcess, wait } from "./world.ts";

const KILLS = Number(process.env.CRASH_KILLS ?? 50);

/** Transactions that the stopped worker's connections hold open. */
async function openTransactions(): Promise<number> {
  const [row] = await engine().db.query<{ n: string }>(
    `select count(*) as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
     and application_name = 'tallyport' and xact_start is not null and backend_xid is not null`,
  );
  return Number(row?.n);
}

it(`S07 S16 S04 loses nothing and doubles nothing over ${KILLS} kills`, async () => {
  const random = createRandom(seed);
  const { db } = engine();
  let inside = 0;
  // The next one loads while this one works.
  let spare = startWorkerProcess();
  for (let kill = 0; kill < KILLS; kill++) {
    const child = await spare;
    child.removeAllListeners("exit");
    child.stdin?.write("work\n");
    if (kill + 1 < KILLS) spare = startWorkerProcess();
    for (const { fake } of fakes) for (let i = 0; i < 3; i++) fake.tick();
    await db.query("update checkpoints set due_at = now() where state <> 'done'");
    await wait(40 + Math.floor(random.next() * 260));
    // Two kills in three wait for a moment inside a transaction; the process is stopped before we look.
    for (let look = 0; look < (kill % 3 === 2 ? 1 : 400); look++) {
      child.kill("SIGSTOP");
      await wait(2);
      const open = await openTransactions();
      if (open > 0) inside++;
      if (open > 0 || look === (kill % 3 === 2 ? 0 : 399)) break;
      child.kill("SIGCONT");
      if (look % 50 === 49) for (const { fake } of fakes) fake.tick();
      await wait(1 + Math.floor(random.next() * 4));
    }
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    child.kill("SIGCONT");
    await gone;
    // What it held is free after its time; the test does not wait for that.
    await db.query("update checkpoints set lease_until = null");
    await db.query("update leases set until = now() - interval '1 second'");
  }
  process.stdout.write(`${inside} of ${KILLS} kills inside an open transaction\n`);
  expect(inside).toBeGreaterThanOrEqual(KILLS / 3);
  await wait(3_000);
  await settle();
  await compareBooks();
}, 1_200_000);
