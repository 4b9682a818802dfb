/** The embedded database on a disk that is full: it says so, loses nothing, and goes on when there is room. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openPglite } from "../../src/entry/open-database.ts";

const disk = mkdtempSync(join(tmpdir(), "tallyport-disk-"));
const mount = (...options: string[]) => spawnSync("mount", [...options, disk]).status === 0;
const isMounted = mount("-t", "tmpfs", "-o", "size=140m", "tmpfs");
if (!isMounted) console.log("disk full: left out, since this user may not mount a small disk");

afterAll(() => {
  if (isMounted) spawnSync("umount", [disk]);
  rmSync(disk, { recursive: true, force: true });
});

// It waits for the guard to look at the room some fifty times.
const LONG_MS = 120_000;

it.runIf(isMounted)(
  "a full disk is told before anything is half-written, and work goes on when there is room",
  { timeout: LONG_MS },
  async () => {
    const { db, close } = await openPglite(join(disk, "database"), { thread: true });
    await db.exec("create table filler (id integer, text text)");
    const count = async () => Number((await db.query<{ n: string }>("select count(*) as n from filler"))[0]?.n);
    const write = () =>
      db.transaction(async (tx) => {
        await tx.query("insert into filler select g, repeat(md5(g::text), 30) from generate_series(1, 1000) g");
        await tx.query("insert into filler values (0, 'last')");
      });
    let written = 0;
    const fill = async () => {
      for (let i = 0; i < 500; i++) {
        // The room is looked at now and then, not at each statement.
        if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 250));
        await write();
        written += 1_001;
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: "disk_full", status: 503 });
    expect(written).toBeGreaterThan(0);
    expect(await count()).toBe(written);
    expect(mount("-o", "remount,size=300m")).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 250));
    await write();
    expect(await count()).toBe(written + 1_001);
    await close();
  },
);
