import { expect, it } from "vitest";
import { runCli, runProcess, SLOW_MS } from "./run-cli.ts";

it("prints help with every command, and its version", { timeout: SLOW_MS }, async () => {
  const help = await runProcess(["--help"]);
  expect(help.code).toBe(0);
  for (const name of ["demo", "serve", "migrate", "doctor", "stores", "sync", "push", "map", "import", "fake", "move"])
    expect(help.stdout).toContain(`\n  ${name}`);
  expect(await runCli(["--version"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

it("suggests what may have been meant", { timeout: SLOW_MS }, async () => {
  const command = await runProcess(["strores", "list"]);
  expect(command).toMatchObject({ code: 2, stdout: "" });
  expect(command.stderr).toContain("Did you mean stores?");
  const option = await runCli(["map", "woocommerce", "orders", "--curency", "EUR"]);
  expect(option).toMatchObject({ code: 2, stdout: "" });
  expect(option.stderr).toContain("Did you mean --currency?");
});

it.each([
  [["fake", "woocommerce", "--port", "70000"], "from 0 to 65535"],
  [
    ["fake", "atlantis"],
    'no fake of "atlantis". Known: amazon, dangdang, jd, medusa, shopify, taobao, vipshop, woocommerce',
  ],
  [["fake", "woocommerce", "--faults", '{"orders.list": 1}'], "no failure script"],
  [
    ["map", "atlantis", "orders"],
    'no platform "atlantis". Known: amazon, dangdang, jd, medusa, shopify, taobao, vipshop, woocommerce',
  ],
  [["map", "woocommerce", "parcels"], "one of orders, listings"],
  [["map", "woocommerce", "settlements"], "WooCommerce has no settlements"],
  [["sync", "x", "--since", "yesterday"], "2026-03-01T08:00:00Z"],
  [["sync", "x", "--until", "2026-03-01"], "--until needs --since"],
  [["replay"], "--all"],
  [["stores", "add", "atlantis", "--name", "x", "--credentials", "-"], 'no platform "atlantis"'],
])("refuses %j with words that help", { timeout: SLOW_MS }, async (args, words) => {
  const result = await runCli(args);
  expect(result).toMatchObject({ code: 2, stdout: "" });
  expect(result.stderr).toContain(words);
  expect(result.stderr).not.toMatch(/\n +at /);
});

it("names every setting that is wrong", { timeout: SLOW_MS }, async () => {
  const env = { TALLYPORT_DATAA: "x", PORT: "eighty", DATABASE_URL: "mysql://host/db" };
  const result = await runCli(["stores", "list"], { env });
  expect(result.code).toBe(2);
  for (const words of ["TALLYPORT_DATAA is not a setting", "PORT must be", "must begin with postgres://"])
    expect(result.stderr).toContain(words);
});

it("asks for the master key where there is a real database", { timeout: SLOW_MS }, async () => {
  const result = await runCli(["serve"], { env: { DATABASE_URL: "postgres://user:geheim@127.0.0.1:1/shop" } });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain("TALLYPORT_SECRET is not set");
});

it("says that a database does not answer, without its password, as words or as JSON", {
  timeout: SLOW_MS,
}, async () => {
  const env = { DATABASE_URL: "postgres://user:geheim@127.0.0.1:1/shop", TALLYPORT_SECRET: "a long enough passphrase" };
  const result = await runCli(["stores", "list"], { env });
  expect(result).toMatchObject({ code: 1, stdout: "" });
  expect(result.stderr).toBe(
    "tallyport: No PostgreSQL answers at 127.0.0.1:1/shop (ECONNREFUSED). Start it, or mend DATABASE_URL.\n",
  );
  const json = await runCli(["stores", "list", "--json"], { env });
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: "database_unreachable" } });
  const doctor = await runCli(["doctor", "--json"], { env });
  expect(doctor.code).toBe(1);
  expect(JSON.parse(doctor.stdout).findings).toContainEqual(
    expect.objectContaining({ level: "fail", check: "database", message: expect.stringContaining("127.0.0.1:1/shop") }),
  );
});
