/** Reports and feeds as jobs: they wait, run, and end. */

import { DAY } from "../beijing-time.ts";
import { later, nowOf } from "../living.ts";
import { newResult } from "./files.ts";
import { type Marketplace, marketplaceOf } from "./marketplaces.ts";
import { announceReport } from "./notify.ts";
import { MAKERS, textFile } from "./report-texts.ts";
import { newNumber, type Store } from "./store.ts";
import type { Job, JobStatus, Report, Schedule } from "./types.ts";

type End = "FATAL" | "CANCELLED" | "hang" | undefined;

const HOW_LONG = { queue: 20, run: 40 };

/** Moves a job on by the clock; `work` ends it, unless it was told to hang, or was cancelled meanwhile. */
export function runJob(store: Store, job: Job, end: End, work: () => void): void {
  const { queue, run } = store.options.jobSeconds ?? HOW_LONG;
  later(store, nowOf(store) + queue, () => {
    if (job.status !== "IN_QUEUE") return;
    job.status = "IN_PROGRESS";
    job.started = nowOf(store);
    if (end === "hang") return;
    later(store, nowOf(store) + run, () => {
      if (job.status === "IN_PROGRESS") work();
    });
  });
}

export function endJob(store: Store, job: Job, status: JobStatus, document: string | null = null): void {
  job.status = status;
  job.document = document;
  job.started ??= nowOf(store);
  job.ended = nowOf(store);
}

/** A job that begins now. */
export function newJob(store: Store, type: string, marketplaces: string[]): Job {
  const id = String(50_000_000_000 + newNumber(store));
  const created = nowOf(store);
  return { id, type, marketplaces, created, status: "IN_QUEUE", started: null, ended: null, document: null };
}

export interface Wanted {
  type: string;
  marketplaces: string[];
  from: number | null;
  to: number | null;
  options: Record<string, string>;
  schedule?: string;
}

/** A report that a caller, or a schedule, has asked for. */
export function startReport(store: Store, wanted: Wanted): Report {
  const { from, to, options, schedule = null } = wanted;
  const report: Report = { ...newJob(store, wanted.type, wanted.marketplaces), from, to, schedule, options };
  store.reports.set(report.id, report);
  const end = store.nextReports.shift();
  runJob(store, report, end, () => {
    const [home = ""] = report.marketplaces;
    const file = end === undefined ? (MAKERS[report.type]?.(store, report, marketplaceOf(home)) ?? null) : null;
    if (file === null) endJob(store, report, end === "FATAL" ? "FATAL" : "CANCELLED");
    else endJob(store, report, "DONE", newResult(store, "report", file.contentType, file.body).id);
    announceReport(store, report);
  });
  return report;
}

/** A report that the platform makes of itself. */
export function addReport(
  store: Store,
  type: string,
  marketplace: Marketplace,
  text: string,
  span: [number, number],
): Report {
  const [from, to] = span;
  const report: Report = { ...newJob(store, type, [marketplace.id]), from, to, schedule: null, options: {} };
  const { contentType, body } = textFile(marketplace, text);
  endJob(store, report, "DONE", newResult(store, "report", contentType, body).id);
  store.reports.set(report.id, report);
  announceReport(store, report);
  return report;
}

const PERIODS: Readonly<Record<string, number>> = {
  PT5M: 300,
  PT15M: 900,
  PT30M: 1800,
  PT1H: 3600,
  PT2H: 7200,
  PT4H: 14_400,
  PT8H: 28_800,
  PT12H: 43_200,
  P1D: DAY,
  P2D: 2 * DAY,
  P3D: 3 * DAY,
  PT84H: 84 * 3600,
  P7D: 7 * DAY,
  P14D: 14 * DAY,
  P15D: 15 * DAY,
  P18D: 18 * DAY,
  P30D: 30 * DAY,
  P1M: 30 * DAY,
};

export function isPeriod(period: string): boolean {
  return period in PERIODS;
}

/** Asks for a report again and again, until the schedule is gone. */
export function runSchedule(store: Store, schedule: Schedule): void {
  later(store, schedule.next, () => {
    if (!store.schedules.has(schedule.id)) return;
    const { type, marketplaces, options, id } = schedule;
    const span = PERIODS[schedule.period] ?? DAY;
    const to = nowOf(store);
    startReport(store, { type, marketplaces, options, from: to - span, to, schedule: id });
    schedule.next = to + span;
    runSchedule(store, schedule);
  });
}
