/** Each store: credentials, clock, webhooks, mapping, lag, what waits and what is not verified. */
import { registry } from "../../adapters/index.ts";
import { isAbsent } from "../../core/adapter.ts";
import { InputError } from "../../core/errors.ts";
import type { Backend } from "../backend.ts";
import { offlineAdapter } from "../platforms.ts";
import type { StoreHealth, StoreView } from "../views.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import { unverifiedOf } from "./unverified.ts";

/** Signatures of most platforms fail at five minutes; half of it is worth a word. */
const SKEW_WARN_MS = 150_000;
const SKEW_FAIL_MS = 300_000;
const LAG_WARN_SECONDS = 900;
const LAG_FAIL_SECONDS = 86_400;
/** Checked daily; twice that means nobody checks. */
const WEBHOOK_CHECK_MS = 2 * 86_400_000;

export async function checkStore(backend: Backend, store: StoreView, now: Date): Promise<Finding[]> {
  if (store.mode === "disconnected") return [ok("connection", "disconnected", store.name)];
  const findings = await checkConnection(backend, store);
  const health = await backend.health(store.id);
  return [
    ...findings,
    checkWebhooks(store, now),
    ...checkStreams(store, health),
    ...checkWaiting(store, health),
    ...checkUnverified(store),
  ];
}

async function checkConnection(backend: Backend, store: StoreView): Promise<Finding[]> {
  try {
    const facts = await backend.testStore(store.id);
    return [ok("credentials", "the platform accepts them", store.name), checkClock(store, facts.clock_skew_ms)];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (error.code === "store_not_tried")
      return [warn("credentials", error.message, "Look again when the quota has room.", store.name)];
    const remedy = `Mend what the message names; new credentials: tallyport stores authorize "${store.name}" --credentials FILE`;
    return [fail("credentials", error.message, remedy, store.name)];
  }
}

function checkClock(store: StoreView, skewMs: unknown): Finding {
  if (typeof skewMs !== "number") return ok("clock", "the platform does not tell its time", store.name);
  const seconds = Math.round(skewMs / 1000);
  const message = `the platform's clock differs by ${seconds} s`;
  const remedy = "Set this machine's clock by a time server (NTP): platforms refuse signatures with a wrong time.";
  if (Math.abs(skewMs) >= SKEW_FAIL_MS) return fail("clock", message, remedy, store.name);
  if (Math.abs(skewMs) >= SKEW_WARN_MS) return warn("clock", message, remedy, store.name);
  return ok("clock", message, store.name);
}

function checkWebhooks(store: StoreView, now: Date): Finding {
  const webhooks = Object.hasOwn(registry, store.platform) ? offlineAdapter(store.platform).webhooks : null;
  if (webhooks && isAbsent(webhooks)) return ok("webhooks", `there are none: ${webhooks.absent}`, store.name);
  if (webhooks?.kind === "queue")
    return ok("webhooks", "the platform keeps its messages in a queue, which is read", store.name);
  const at = store.webhook_checked_at;
  const remedy = "Set PUBLIC_URL and let a server run: it puts them in place. Until then changes are found by reading.";
  if (at === null) return warn("webhooks", "none was put in place", remedy, store.name);
  if (now.getTime() - new Date(at).getTime() > WEBHOOK_CHECK_MS)
    return warn("webhooks", `were checked last at ${at}`, remedy, store.name);
  return ok("webhooks", `checked at ${at}`, store.name);
}

function checkStreams(store: StoreView, health: StoreHealth): Finding[] {
  const failing = health.streams.filter((stream) => stream.state === "failed");
  const findings = failing.map((stream) => {
    const name = `${stream.resource}/${stream.stream}`;
    const text = stream.error?.text ?? "unknown";
    // Our own pacing, or the platform's: nothing is broken.
    if (stream.error?.category === "throttled")
      return warn("reading", `${name} waits for the platform's quota: ${text}`, "It goes on by itself.", store.name);
    const remedy = `Mend what the message names, then: tallyport sync "${store.name}" --resource ${stream.resource}`;
    return fail("reading", `${name} fails: ${text}`, remedy, store.name);
  });
  const lag = health.lag_seconds;
  const remedy = `Is a server running (tallyport serve)? Read now: tallyport sync "${store.name}"`;
  if (lag === null) return [...findings, warn("lag", "its orders have never been read", remedy, store.name)];
  const message = `its orders were read ${lag} s ago`;
  if (lag > LAG_FAIL_SECONDS) return [...findings, fail("lag", message, remedy, store.name)];
  if (lag > LAG_WARN_SECONDS) return [...findings, warn("lag", message, remedy, store.name)];
  return [...findings, ok("lag", message, store.name)];
}

function checkWaiting(store: StoreView, health: StoreHealth): Finding[] {
  const findings: Finding[] = [];
  const check = (name: string, count: number, what: string, remedy: string) => {
    if (count > 0) findings.push(warn(name, `${count} ${what}`, remedy, store.name));
  };
  check(
    "mapping",
    health.unmapped_variants,
    "variants have no SKU: their stock is not kept",
    "Map them by hand, or give the SKU the variant's seller code: GET /v1/mapping/suggestions",
  );
  if (health.unmapped_variants === 0) findings.push(ok("mapping", "every variant has a SKU", store.name));
  check(
    "records",
    health.rejected_records,
    "documents did not map",
    "See /v1/rejected; after an update: tallyport replay --all",
  );
  check(
    "offers",
    health.offers.rejected,
    "values were refused by the platform",
    "See /v1/offers and mend the listings.",
  );
  check(
    "messages",
    health.inbox.failed,
    "messages of the platform could not be followed up",
    "See the log; the sweep finds their records.",
  );
  check("acts", health.actions.dead, "acts did not go through", "See /v1/actions: retry or cancel them.");
  if (health.push_blocked !== null && store.mode === "live")
    findings.push(warn("pushes", health.push_blocked, "Mend what it names.", store.name));
  return findings;
}

function checkUnverified(store: StoreView): Finding[] {
  if (!Object.hasOwn(registry, store.platform)) {
    const remedy = "Use the version of Tallyport that has it.";
    return [fail("platform", `this version has no platform "${store.platform}"`, remedy, store.name)];
  }
  return unverifiedOf(offlineAdapter(store.platform), store).map(({ fact, capability, ifWrong }) =>
    warn("unverified", `${capability}: ${fact}`, `If it is wrong: ${ifWrong}.`, store.name),
  );
}
