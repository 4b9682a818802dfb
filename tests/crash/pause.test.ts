/** A worker that is stopped for longer than its leases last, and goes on beside the one that has taken over. */
import type { ChildProcess } from "node:child_process";
import { expect, it } from "vitest";
import { createRandom } from "../../src/fakes/random.ts";
import { compareBooks, engine, fakes, seed, settle, startWorkerProcess, wait } from "./world.ts";

const PAUSES = 5;

it("S80 a worker that is stopped beyond its leases and wakes beside its successor doubles nothing", async () => {
  const random = createRandom(seed + 1);
  const { db } = engine();
  const end = async (worker: ChildProcess) => {
    const gone = new Promise((resolve) => worker.once("exit", resolve));
    worker.kill("SIGKILL");
    await gone;
  };
  let held = 0;
  for (let round = 0; round < PAUSES; round++) {
    const [paused, successor] = await Promise.all([startWorkerProcess(), startWorkerProcess()]);
    for (const worker of [paused, successor]) worker.removeAllListeners("exit");
    for (const { fake } of fakes) for (let i = 0; i < 4; i++) fake.tick();
    await db.query("update checkpoints set due_at = now() where state <> 'done'");
    paused.stdin?.write("work\n");
    for (let look = 0; look < 400; look++) {
      await wait(5 + Math.floor(random.next() * 20));
      paused.kill("SIGSTOP");
      const [row] = await db.query<{ n: string }>("select count(*) as n from checkpoints where lease_until > now()");
      if (Number(row?.n) > 0) break;
      paused.kill("SIGCONT");
      if (look % 50 === 49) await db.query("update checkpoints set due_at = now() where state <> 'done'");
    }
    // Its time is over: the streams that it holds are free, and somebody else takes them.
    const taken = await db.query(
      "update checkpoints set lease_until = null, due_at = now() where lease_until > now() returning 1",
    );
    held += taken.length;
    await db.query("update leases set until = now() - interval '1 second'");
    successor.stdin?.write("work\n");
    await wait(1_500);
    paused.kill("SIGCONT");
    await wait(1_500);
    await end(paused);
    await end(successor);
    await db.query("update checkpoints set lease_until = null");
    await db.query("update leases set until = now() - interval '1 second'");
  }
  process.stdout.write(`${held} streams were held by a worker that was stopped\n`);
  expect(held).toBeGreaterThan(0);
  await wait(3_000);
  await settle();
  await compareBooks();
}, 300_000);
