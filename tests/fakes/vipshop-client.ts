/** A caller of the fake's gateway, which signs as the platform's page says, and compares answers with the vendor's structs. */
import { createHmac } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { createManualClock } from "../../src/fakes/fake.ts";
import { createVipshopFake, type VipshopFakeOptions } from "../../src/fakes/vipshop/index.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
export type Body = any;
export type Fields = Record<string, unknown>;

export const START = new Date("2026-03-01T08:00:00Z");
export const DAY = 86_400;
/** Seconds. */
export const NOW = Number(START) / 1000;

export const JIT = "vipapis.delivery.JitDeliveryService";
export const JITX = "vipapis.jitx.JitXService";
export const DVD = "vipapis.delivery.DvdDeliveryService";
export const MARKET = "vipapis.marketplace.delivery.SovDeliveryService";
export const STOCK = "vipapis.inventory.InventoryService";
export const PRICE = "vipapis.price.JitPriceService";
export const FAST = "vipapis.finance.FastService";
export const BILL = "vipapis.fcs.ap.service.VspVendorBillAndDiscountService";
export const SCHEDULE = "vipapis.schedule.ScheduleService";

const VERSIONS: Record<string, string> = { [SCHEDULE]: "1.0.1", [BILL]: "1.1.0" };
const SIGNED = ["accessToken", "appKey", "format", "language", "method", "service", "timestamp", "version"];

export const beijing = (seconds: number): string =>
  new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 19).replace("T", " ");

/** HMAC-MD5 over sorted system parameters and the body. */
export function sign(secret: string, values: Record<string, string>, body: string): string {
  const text = SIGNED.map((name) => (values[name] ? name + values[name] : "")).join("");
  return createHmac("md5", secret)
    .update(text + body)
    .digest("hex")
    .toUpperCase();
}

/** Whole numbers of 16 digits and more as text. */
export const parseBig = (text: string): Body =>
  JSON.parse(text.replace(/("(?:[^"\\]|\\.)*")|(-?\d{16,})/g, (_, quoted, digits) => quoted ?? `"${digits}"`));

interface Declared {
  name: string;
  type: string;
  optional: boolean;
}
interface Specification {
  services: Record<string, { methods: Record<string, { result: string | null }> }>;
  structs: Record<string, Declared[]>;
}
const FILE = join(process.env.TALLYPORT_SPECS ?? "", "vipshop/vop-interfaces.json");
const hasFile = process.env.TALLYPORT_SPECS !== undefined && existsSync(FILE);
const specification: Specification | null = hasFile ? JSON.parse(readFileSync(FILE, "utf8")) : null;
if (!hasFile) console.log("answers of Vipshop's fake: not compared, TALLYPORT_SPECS names no folder with the structs");

/** What in an answer the vendor's struct does not have, or has of another type. */
function problemsOf(value: Body, type: string, where: string): string[] {
  if (specification === null || value === null || value === undefined) return [];
  const inner = /^(?:list|set)<(.*?)>?$/.exec(type)?.[1];
  if (inner !== undefined)
    return Array.isArray(value)
      ? value.flatMap((one, index) => problemsOf(one, inner, `${where}[${index}]`))
      : [`${where} is no ${type}`];
  const struct = specification.structs[type];
  if (struct !== undefined) {
    const names = new Map(struct.map((field) => [field.name, field]));
    return [
      ...Object.keys(value).flatMap((name) => (names.has(name) ? [] : [`${where} has no ${name}`])),
      ...struct.flatMap((field) =>
        value[field.name] === undefined
          ? field.optional
            ? []
            : [`${where} lacks ${field.name}`]
          : problemsOf(value[field.name], field.type, `${where}.${field.name}`),
      ),
    ];
  }
  const kind = type.startsWith("enum ") || type === "string" ? "string" : type === "bool" ? "boolean" : "number";
  const isBig = type === "i64" && /^-?\d{16,}$/.test(String(value));
  return type.startsWith("map<") || isBig || typeof value === kind ? [] : [`${where} is no ${type}: ${value}`];
}

export function given(options: VipshopFakeOptions = {}) {
  const clock = createManualClock(START);
  const fake = createVipshopFake({ clock, name: "test", seed: 5, ...options });
  const send = async (
    service: string,
    method: string,
    fields: Fields | string = {},
    system: Record<string, string> = {},
  ): Promise<Body> => {
    const body = typeof fields === "string" ? fields : JSON.stringify(fields);
    const values: Record<string, string> = {
      service,
      method,
      version: VERSIONS[service] ?? "1.0.0",
      timestamp: String(Math.floor(Number(clock.now()) / 1000)),
      format: "json",
      appKey: fake.app.key,
      accessToken: fake.credentials.access_token,
      ...system,
    };
    values.sign ??= sign(fake.app.secret, values, body);
    const kept = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
    const request = new Request(`https://vop.example/?${new URLSearchParams(kept)}`, { method: "POST", body });
    const response = await fake.fetch(request);
    expect(response.status).toBe(200);
    return parseBig(await response.text());
  };
  return {
    fake,
    clock,
    send,
    vendor: fake.vendorId,
    /** The result of a call that is answered well, in the vendor's form. */
    async ok(service: string, method: string, fields: Fields | string = {}): Promise<Body> {
      const { returnCode, returnMessage, result } = await send(service, method, fields);
      if (returnCode !== "0") throw new Error(`${method}: ${returnCode} ${returnMessage}`);
      const type = specification?.services[service]?.methods[method]?.result ?? null;
      if (type !== null) expect(problemsOf(result, type, method)).toEqual([]);
      return result;
    },
    /** The text of a refusal. */
    async refusal(
      service: string,
      method: string,
      fields: Fields | string = {},
      system: Record<string, string> = {},
    ): Promise<string | undefined> {
      return (await send(service, method, fields, system)).returnMessage;
    },
  };
}

export type Given = ReturnType<typeof given>;
