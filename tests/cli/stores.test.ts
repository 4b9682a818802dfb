/** One embedded folder from the first store to the last backup: the commands as a person types them. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonLines, ROOT, type Running, runCli, runProcess, SLOW_MS, startCli } from "./run-cli.ts";

const ORDERS = 12;
const YEN_ORDER = join(ROOT, "tests/fixtures/woocommerce/orders/yen.json");

const folder = mkdtempSync(join(tmpdir(), "tallyport-cli-"));
const data = join(folder, "data");
const env = { TALLYPORT_DATA: data };
const credentials = join(folder, "fake.json");
let fake: Running;

const run = (...args: string[]) => runCli(args, { env });
const json = async (...args: string[]) => {
  const result = await runCli([...args, "--json"], { env });
  return { ...result, value: JSON.parse(result.stdout) };
};

beforeAll(async () => {
  fake = await startCli(["fake", "woocommerce", "--orders", String(ORDERS), "--seed", "5", "--name", "Kiosk"]);
  writeFileSync(credentials, JSON.stringify(fake.first));
}, SLOW_MS);

afterAll(async () => {
  await fake.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("a fake prints its address and what opens it, in one line", () => {
  expect(fake.first).toMatchObject({
    platform: "woocommerce",
    name: "Kiosk",
    base_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    credentials: { consumer_key: expect.stringMatching(/^ck_/), consumer_secret: expect.stringMatching(/^cs_/) },
  });
});

describe("beside a running server", { timeout: SLOW_MS }, () => {
  let server: Running;

  beforeAll(async () => {
    server = await startCli(["serve", "--port", "0", "--json"], { env });
    expect(server.first).toMatchObject({ url: expect.stringMatching(/^http/), role: "all" });
  }, SLOW_MS);

  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  }, SLOW_MS);

  it("a store is refused with the platform's answer where credentials or address are wrong", async () => {
    const add = (value: unknown, ...more: string[]) =>
      runCli(["stores", "add", "woocommerce", "--name", "Kiosk", "--credentials", "-", ...more], {
        env,
        input: JSON.stringify(value),
      });
    const address = ["--base-url", String(fake.first.base_url)];
    const refused = await add({ consumer_key: "ck_wrong", consumer_secret: "cs_wrong" }, ...address);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("auth_expired");
    expect(refused.stderr).not.toContain("cs_wrong");
    const unreachable = await add(fake.first.credentials, "--base-url", "http://127.0.0.1:1");
    expect(unreachable).toMatchObject({ code: 1, stdout: "" });
    expect(unreachable.stderr).toContain("can be reached from here");
    expect((await add({ consumer_key: "ck_1" }, ...address)).stderr).toContain("consumer_secret");
    expect((await add(fake.first, "--settings", '{"colour": "red"}')).stderr).toContain('no setting "colour"');
    expect((await json("stores", "list")).value).toEqual([]);
  });

  it("a store is connected in observe mode, and its id printed", async () => {
    const settings = '{"quotas": {"rest": {"capacity": 50, "concurrency": 4}}}';
    const named = ["--name", "Kiosk", "--credentials", credentials];
    const added = await run("stores", "add", "woocommerce", ...named, "--adopt-skus", "--settings", settings);
    expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
    const { value } = await json("stores", "list");
    expect(value).toMatchObject([{ id: added.stdout.trim(), name: "Kiosk", mode: "observe", state: "ok" }]);
    const other = await run("sync", "Kiosque");
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('There is no store "Kiosque". Connected: "Kiosk".');
  });

  it("sync ends when nothing is left to read", async () => {
    const { code, value } = await json("sync", "kiosk");
    expect([code, value.failures]).toEqual([0, []]);
    expect(jsonLines((await run("export", "orders")).stdout)).toHaveLength(ORDERS);
    const again = await json("sync", "kiosk", "--resource", "orders", "--since", "2020-01-01");
    expect(again.value.resources).toEqual([{ resource: "orders", read: expect.any(Number), changed: 0, rejected: 0 }]);
    expect(again.value.resources[0].read).toBeGreaterThanOrEqual(ORDERS);
  });

  it("files of documents are taken in, and what does not map is set aside", async () => {
    const good = JSON.parse(readFileSync(YEN_ORDER, "utf8")) as Record<string, unknown>;
    const mixed = join(folder, "mixed.json");
    writeFileSync(
      mixed,
      JSON.stringify([
        { ...good, id: 90_001 },
        { ...good, id: 90_002, total: "a lot" },
      ]),
    );
    const { code, value } = await json("import", "kiosk", "orders", mixed);
    expect(code).toBe(3);
    expect(value).toMatchObject({ created: 1, rejected: [{ external_id: "90002", reason: expect.any(String) }] });
    expect(await run("replay", "--all")).toMatchObject({ code: 1, stdout: expect.stringContaining("0 of 1 map now.") });
    const corrupt = join(folder, "corrupt.json");
    writeFileSync(corrupt, "{");
    expect(await run("import", "kiosk", "orders", corrupt)).toMatchObject({ code: 1, stdout: "" });
    // A name typed wrongly leaves nothing half done.
    expect((await run("import", "kiosk", "orders", mixed, join(folder, "absent.json"))).code).toBe(1);
    expect((await run("export", "orders", "--format", "csv")).stdout.trim().split("\n")).toHaveLength(1 + ORDERS + 1);
    expect((await run("export", "order-lines")).stdout).toMatch(/^order_id,.*\bto_ship\b/);
  });

  it("lines of a file are taken in one by one, and each file speaks for itself", async () => {
    const good = JSON.parse(readFileSync(YEN_ORDER, "utf8")) as Record<string, unknown>;
    const line = (id: unknown) => JSON.stringify({ ...good, id });
    const file = (name: string, content: string | Buffer) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const lines = file("lines.ndjson", [line(91_001), "{broken", line(null), line(91_002)].join("\n"));
    const latin = file("latin.json", Buffer.from(JSON.stringify({ ...good, id: 91_003, number: "Café" }), "latin1"));
    const cut = file("cut.json", `[${line(91_004)},${line(91_005).slice(0, -20)}`);
    const last = file("last.json", `[${line(91_006)}]`);
    const { code, value, stderr } = await json("import", "kiosk", "orders", lines, latin, cut, last);
    expect(code).toBe(3);
    expect(value).toMatchObject({
      read: 5,
      created: 3,
      rejected: [
        { file: lines, external_id: "line:2", reason: "line 2 is not JSON" },
        { file: lines, external_id: expect.stringMatching(/^row:/), reason: "line 3 is no order: it has no id" },
      ],
      failed: [
        { file: latin, reason: expect.stringContaining("not UTF-8") },
        { file: cut, reason: expect.stringContaining("JSON ends too early") },
      ],
    });
    expect(stderr).toContain(latin);
    const spoken = await run("import", "kiosk", "orders", lines, latin);
    expect(spoken).toMatchObject({
      code: 3,
      stdout: expect.stringContaining("new 0, changed 0, unchanged 2, set aside 2, files left out 1"),
    });
    expect(spoken.stderr).toContain(`${lines}: orders line:2 set aside: line 2 is not JSON`);
    expect(spoken.stderr).toContain(`${latin}: The file cannot be read: the file is not UTF-8`);
    expect(await run("import", "kiosk", "orders", latin, cut)).toMatchObject({ code: 1, stdout: "" });
  });

  it("pushes wait for the store's mode and for the brake", async () => {
    expect((await json("push", "kiosk")).value[0].held_back).toContain("observe");
    expect(await run("stores", "live", "kiosk")).toMatchObject({ code: 0, stdout: '"Kiosk" is in live mode.\n' });
    expect(await json("push", "kiosk")).toMatchObject({ code: 0, value: [{ held_back: null }, { held_back: null }] });
    expect((await run("push", "stop", "--reason", "wrong counts")).stdout).toContain("nothing more goes out");
    expect((await json("push", "kiosk")).value[0].held_back).toContain("stopped");
    expect((await run("push", "start", "kiosk")).code).toBe(0);
  });

  it("files of SKUs, counts and rules go in, bad rows are told, and what a store shows is explained in sentences", async () => {
    const file = (name: string, ...lines: string[]) => {
      writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
      return join(folder, name);
    };
    const [{ code: sku }] = (await json("skus")).value;
    expect(await run("skus", file("skus.csv", "code,title", "NEW-1,New"))).toMatchObject({
      code: 0,
      stdout: "1 done\n",
    });
    const counts = file("counts.csv", "sku,quantity", `${sku},50`, "NEW-1,-1", "NONE,3");
    const counted = await run("stock", "count", counts, "--basis", "physical");
    expect(counted).toMatchObject({ code: 3, stdout: "1 done, 2 rejected\n" });
    expect(counted.stderr).toMatch(/Line 3: quantity: .*\nLine 4: There is no SKU "NONE"\./);
    expect(await json("stock", "count", file("none.csv", "sku,quantity,basis", "NONE,3,physical"))).toMatchObject({
      code: 1,
      value: { rejected: 1 },
    });
    expect(await run("stock", "count", file("wrong.csv", "item,count", "A,1"))).toMatchObject({ code: 1, stdout: "" });
    expect((await run("stock", "count", counts, "--absent", "perhaps")).code).toBe(2);
    const rules = file("rules.json", JSON.stringify({ rules: [{ kind: "buffer", quantity: 4, sku }] }));
    expect((await run("stock", "rules", rules)).stdout).toBe("1 done\n");
    const { value, stdout } = await json("explain", sku);
    const [offer] = value.offers;
    expect(JSON.parse(stdout).parts[0].sku).toBe(sku);
    const told = (await run("stock", "explain", offer.variant_id)).stdout;
    expect(told).toContain(`${sku}: 50 on hand at main, `);
    expect(told).toContain("Kiosk, listing ");
    expect(told).toContain(`4 are kept back: ${offer.shows} left.`);
    expect(told).toContain(`${offer.desired} to be shown since 20`);
    expect((await run("explain", "NONE")).code).toBe(1);
    expect((await run("campaigns")).stdout).toBe("There is no campaign.\n");
    expect((await json("apps")).value).toEqual([]);
  });

  it("bare lists of JSON go in, and costs, rates and prices with their reasons come out in sentences", async () => {
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const [{ code: sku }] = (await json("skus")).value;
    const list = (rows: object[]) => JSON.stringify(rows);
    const counts = list([{ sku, quantity: 49, basis: "physical" }]);
    expect((await run("stock", "count", file("list.json", `\uFEFF\n ${counts}`))).stdout).toBe("1 done\n");
    const base = list([
      { sku, currency: "CNY", amount: "80.00" },
      { sku: "NONE", currency: "CNY", amount: "1" },
    ]);
    expect(await run("prices", file("base.json", base))).toMatchObject({
      code: 3,
      stdout: "1 done, 1 rejected\n",
      stderr: expect.stringContaining('Row 2: There is no SKU "NONE".'),
    });
    const costs = `sku,currency,amount,valid_from\n${sku},CNY,40,2026-01-01\n${sku},EUX,40,2026-01-01\n`;
    expect(await run("prices", "costs", file("costs.csv", costs))).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("Line 3: currency: "),
    });
    const rates = "base,quote,valid_on,rate\nCNY,EUR,2026-03-01,0.1268\n";
    expect((await run("prices", "rates", file("rates.csv", rates))).stdout).toBe("1 done\n");
    expect((await json("prices", "rates")).value).toMatchObject([{ base: "CNY", rate: "0.1268" }]);
    const { value } = await json("explain", sku);
    const told = (await run("explain", value.offers[0].variant_id)).stdout;
    expect(told).toContain(`${sku}: 49 on hand at main, `);
    expect(told).toMatch(/no price of ours is set here|is to be shown|is what the platform took/);
    expect((await run("prices", "explain", value.offers[0].variant_id)).code).toBe(0);
    expect((await run("prices", "approve", value.offers[0].variant_id, "1", "EUR")).code).toBe(1);
    expect((await run("prices", "history")).code).toBe(0);
  });

  it("apps and endpoints are made, changed and forgotten", async () => {
    const registration = join(folder, "app.json");
    writeFileSync(registration, JSON.stringify({ key: "fa4eappkey", secret: "fa4eappsecret" }));
    const added = await run("apps", "add", "shopify", "--name", "Ours", "--credentials", registration);
    expect(added).toMatchObject({ code: 0 });
    const id = added.stdout.trim();
    expect((await json("apps")).value).toMatchObject([{ id, name: "Ours" }]);
    expect((await run("apps")).stdout).not.toContain("fa4eappsecret");
    expect((await run("apps", "add", "nowhere", "--name", "X", "--credentials", registration)).code).toBe(1);
    expect((await run("apps", "remove", id)).code).toBe(0);
    expect((await json("apps")).value).toEqual([]);

    const made = await json(
      "webhooks",
      "add",
      "http://127.0.0.1:9/hook",
      "--entities",
      "order,listing",
      "--stores",
      "kiosk",
    );
    expect(made.value).toMatchObject({ entities: ["order", "listing"], enabled: true, include_buyer: false });
    expect(made.value.secret).toMatch(/^whsec_/);
    const endpoint = made.value.id;
    const changed = await json("webhooks", "change", endpoint, "--off", "--stores", "all", "--description", "WMS");
    expect(changed.value).toMatchObject({ enabled: false, stores: null, description: "WMS" });
    expect((await run("webhooks", "change", endpoint)).code).toBe(2);
    expect((await json("webhooks", "rotate", endpoint)).value.secret).not.toBe(made.value.secret);
    expect((await run("webhooks", "test", endpoint)).code).toBe(1);
    expect((await json("webhooks", "deliveries", endpoint)).value).toHaveLength(1);
    expect((await run("webhooks", "replay", endpoint, "--after", "0")).code).toBe(0);
    expect((await run("webhooks", "replay", endpoint)).code).toBe(1);
    expect((await run("webhooks", "remove", endpoint)).code).toBe(0);
    expect((await run("webhooks")).stdout).toBe("Nobody is told yet.\n");
  });

  it("a statement's entries are matched, by a pass or by a person, and months are closed", async () => {
    const done = await run("reconcile");
    expect(done.stdout).toMatch(/^Entries matched 0, tried and left 0; statements added up 0\.\nstore .*\nKiosk /);
    expect((await json("reconcile")).value).toMatchObject({ left: 0, stores: [{ store: "Kiosk", waiting: [] }] });
    expect((await run("reconcile", "entries", "kiosk")).stdout).toBe("No entry waits.\n");
    const because = ["--reason", "read by hand"];
    const nobody = "00000000-0000-8000-8000-00000000000e";
    expect((await run("reconcile", "match", nobody, ...because)).stderr).toContain("There is no such entry");
    expect((await run("reconcile", "unmatch", nobody, ...because)).code).toBe(1);
    expect((await run("reconcile", "close", "kiosk", "2026-13", ...because)).code).toBe(2);
    expect((await run("reconcile", "close", "kiosk", "2025-12", ...because)).stdout).toBe(
      '"Kiosk": months before 2026-01-01 are closed.\n',
    );
    expect((await run("reconcile", "close", "kiosk", "--open", ...because)).stdout).toContain("are open");
  });

  it("keys are shown once and can be ended", async () => {
    const { value: key } = await json("keys", "create", "till", "--role", "warehouse");
    expect(key).toMatchObject({ name: "till", role: "warehouse", key: expect.stringMatching(/^tp_/) });
    expect((await run("keys", "list")).stdout).not.toContain(key.key);
    expect((await run("keys", "revoke", key.id)).code).toBe(0);
    expect((await json("keys", "list")).value).toMatchObject([{ revoked_at: expect.any(String) }]);
  });

  it("doctor checks line by line", async () => {
    const { code, value } = await json("doctor");
    expect(code).toBe(0);
    const levels = Object.fromEntries(
      value.findings.map((finding: { check: string; level: string }) => [finding.check, finding.level]),
    );
    for (const check of ["node", "settings", "database", "credentials", "clock", "lag"])
      expect([check, levels[check]]).toEqual([check, "ok"]);
    expect(levels.records).toBe("warn");
  });

  it("no second process opens the folder", async () => {
    for (const args of [
      ["serve", "--port", "0"],
      ["backup", join(folder, "other.gz")],
    ]) {
      const second = await runProcess(args, { env });
      expect(second).toMatchObject({ code: 1, stdout: "" });
      expect(second.stderr).toContain("is in use by process");
    }
  });
});

describe("without a server", { timeout: SLOW_MS }, () => {
  it("commands do the work themselves", async () => {
    const args = ["sync", "kiosk", "--resource", "orders", "--since", "2020-01-01", "--json"];
    const { code, stdout } = await runProcess(args, { env });
    const value = JSON.parse(stdout);
    expect([code, value.failures]).toEqual([0, []]);
    expect(value.resources[0].read).toBeGreaterThanOrEqual(ORDERS);
  });

  it("a backup is whole, and not written over by half of another", async () => {
    const file = join(folder, "backup.gz");
    const made = await json("backup", file);
    expect(made.value).toMatchObject({ file, rows: expect.any(Number) });
    expect(made.stderr).toContain(`the file "secret" in ${data}`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(`${file}.partial`, "");
    expect((await run("backup", file)).stderr).toContain("is there already");
  });

  it("a store is disconnected and stays in the list", async () => {
    expect((await run("stores", "remove", "kiosk")).code).toBe(0);
    expect((await json("stores", "list")).value).toMatchObject([{ name: "Kiosk", mode: "disconnected" }]);
  });

  it("a server that is announced and does not answer is said to be so", async () => {
    const announced = join(data, "server.json");
    writeFileSync(announced, JSON.stringify({ url: "http://127.0.0.1:1", key: "tp_x", pid: process.pid }));
    const result = await run("stores", "list");
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("does not answer at http://127.0.0.1:1");
    rmSync(announced);
  });

  it("a folder that lost its master key is not given a new one", async () => {
    const secret = join(data, "secret");
    const kept = readFileSync(secret, "utf8");
    rmSync(secret);
    const lost = await run("stores", "list");
    expect(lost).toMatchObject({ code: 1, stdout: "" });
    expect(lost.stderr).toContain("The master key of");
    writeFileSync(secret, "a passphrase that is another one\n");
    expect((await run("stores", "list")).stderr).toContain("TALLYPORT_SECRET does not hold");
    writeFileSync(secret, kept);
  });

  it("a folder that cannot be opened is said to be so, with what to do", async () => {
    writeFileSync(join(data, "database/PG_VERSION"), "nonsense");
    const broken = await run("stores", "list");
    expect(broken).toMatchObject({ code: 1, stdout: "" });
    expect(broken.stderr).toContain("cannot be opened");
    expect(broken.stderr).toContain("restore a backup");
  });
});
