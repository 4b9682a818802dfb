/** Figures of this process and of its database, in the Prometheus text format. For Node: Workers are measured outside. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Database } from "../core/db/database.ts";
import { countWork } from "../core/db/figures.ts";
import type { CallFacts } from "../core/http.ts";
import type { Metrics } from "./types.ts";

export interface ProcessMetrics extends Metrics {
  /** Counts a call to a platform; handed to the HTTP client. */
  onCall(facts: CallFacts): void;
}

/** Makes the figures of one process. */
export function createMetrics(): ProcessMetrics {
  const registry = new Registry();
  const registers = [registry];
  const calls = new Counter({
    name: "tallyport_calls_total",
    help: "Calls to platforms by outcome",
    labelNames: ["platform", "operation", "outcome"],
    registers,
  });
  const seconds = new Histogram({
    name: "tallyport_call_seconds",
    help: "How long calls to platforms took",
    labelNames: ["platform"],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const waited = new Counter({
    name: "tallyport_call_wait_seconds_total",
    help: "How long calls waited for their slot of the budget",
    labelNames: ["platform"],
    registers,
  });
  const show = createGauges(registers);
  return {
    onCall: ({ platform, operation, outcome, durationMs, waitedMs }) => {
      calls.inc({ platform, operation, outcome });
      seconds.observe({ platform }, durationMs / 1000);
      waited.inc({ platform }, waitedMs / 1000);
    },
    render: async (db, now) => {
      await show(db, now);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function createGauges(registers: Registry[]): (db: Database, now: Date) => Promise<void> {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `tallyport_${name}`, help, labelNames, registers });
  const lag = gauge("lag_seconds", "How far behind the store each stream is", [
    "store",
    "platform",
    "resource",
    "stream",
  ]);
  const dirty = gauge("offers_dirty", "Offers that differ from what the platform confirmed", ["store"]);
  const dirtyAge = gauge("offers_dirty_age_seconds", "Age of the oldest of them", ["store"]);
  const pending = gauge("changes_pending", "Changes that have no position in the feed yet");
  const feedLag = gauge("feed_lag_seconds", "Age of the oldest of them");
  const inbox = gauge("inbox_entries", "Messages of platforms by state", ["status"]);
  const actions = gauge("actions", "Acts that have not ended, or were set aside", ["status"]);
  const alerts = gauge("alerts_open", "Open alerts", ["severity"]);
  const rejected = gauge("rejected_records", "Platform documents that do not map");
  return async (db, now) => {
    const work = await countWork(db, now);
    for (const labelled of [lag, dirty, dirtyAge, inbox, actions, alerts]) labelled.reset();
    for (const { lagSeconds, ...labels } of work.lags) lag.set(labels, lagSeconds);
    for (const { store, count, ageSeconds } of work.dirty) {
      dirty.set({ store }, count);
      dirtyAge.set({ store }, ageSeconds);
    }
    pending.set(work.changesPending);
    feedLag.set(work.feedLagSeconds);
    for (const { status, count } of work.inbox) inbox.set({ status }, count);
    for (const { status, count } of work.actions) actions.set({ status }, count);
    for (const { status, count } of work.alerts) alerts.set({ severity: status }, count);
    rejected.set(work.rejected);
  };
}
