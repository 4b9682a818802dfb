/** Feeds, reports, and their documents. */

import type { Row } from "../bare-json.ts";
import { DAY } from "../beijing-time.ts";
import { nowOf } from "../living.ts";
import * as ask from "./call.ts";
import { LISTINGS_FEED, startFeed } from "./feeds.ts";
import { newInput, uploadAddress, viewFile } from "./files.ts";
import { endJob, isPeriod, runSchedule, startReport } from "./report-jobs.ts";
import { MAKERS } from "./report-texts.ts";
import { newNumber } from "./store.ts";
import type { Feed, Job, Report, Schedule } from "./types.ts";
import { invalid, notFound, time } from "./wire.ts";

const STATUSES = ["CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE"];
const FEEDS = "/feeds/2021-06-30";
const REPORTS = "/reports/2021-06-30";

const found = <T>(rows: ReadonlyMap<string, T>, id: string | undefined): T => {
  const row = rows.get(id ?? "");
  if (row === undefined) throw notFound("The resource is not found.");
  return row;
};

const optional = (at: number | null): string | undefined => (at === null ? undefined : time(at));

function viewJob(job: Job, kind: "feed" | "report"): Row {
  return {
    [`${kind}Id`]: job.id,
    [`${kind}Type`]: job.type,
    marketplaceIds: job.marketplaces,
    createdTime: time(job.created),
    processingStatus: job.status,
    processingStartTime: optional(job.started),
    processingEndTime: optional(job.ended),
    [kind === "feed" ? "resultFeedDocumentId" : "reportDocumentId"]: job.document ?? undefined,
  };
}

const viewFeed = (feed: Feed): Row => viewJob(feed, "feed");
const viewReport = (report: Report): Row => ({
  ...viewJob(report, "report"),
  dataStartTime: optional(report.from),
  dataEndTime: optional(report.to),
  reportScheduleId: report.schedule ?? undefined,
});

/** The newest first; a page's token comes alone. */
function list<T extends Job>(call: ask.Call, rows: Iterable<T>, kind: "feed" | "report", view: (row: T) => Row): Row {
  const { query, store } = call;
  const token = ask.readToken(call, "nextToken", true);
  if (token !== null) {
    if ([...query.keys()].some((name) => name !== "nextToken")) throw invalid("'nextToken' comes alone.");
    for (const [name, value] of new URLSearchParams(token.more.query)) query.append(name, value);
  } else if (!query.has(`${kind}Types`)) throw invalid(`'${kind}Types' or 'nextToken' is required.`);
  const oldest = nowOf(store) - 90 * DAY;
  const since = ask.timeOf(call, "createdSince") ?? oldest;
  if (since < oldest - 60) throw invalid("'createdSince' is more than 90 days back.");
  const until = ask.timeOf(call, "createdUntil") ?? nowOf(store);
  const types = ask.listOf(call, `${kind}Types`, undefined, 10);
  const statuses = ask.listOf(call, "processingStatuses", STATUSES);
  const marketplaces = ask.listOf(call, "marketplaceIds", undefined, 10);
  const size = ask.numberOf(call, "pageSize", 10, 1, 100);
  const matching = [...rows]
    .filter(({ created }) => created >= since && created <= until)
    .filter(({ type }) => types?.includes(type) !== false)
    .filter(({ status }) => statuses?.includes(status) !== false)
    .filter((row) => marketplaces === null || row.marketplaces.some((id) => marketplaces.includes(id)))
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .filter(({ id }) => token === null || id < token.after);
  const page = matching.slice(0, size);
  const last = page.at(-1);
  const filters = new URLSearchParams([...query].filter(([name]) => name !== "nextToken")).toString();
  const isMore = matching.length > page.length && last !== undefined;
  return {
    [`${kind}s`]: page.map(view),
    nextToken: isMore ? ask.makeToken(call, last.id, DAY, { query: filters }) : undefined,
  };
}

function idsOf(call: ask.Call, body: Record<string, unknown>): string[] {
  const ids = body.marketplaceIds;
  if (!Array.isArray(ids) || ids.length < 1 || ids.length > 25) throw invalid("'marketplaceIds' takes 1 to 25 values.");
  return ids.map((id: unknown) => ask.marketplaceIn(call.store, id).id);
}

function createFeed(call: ask.Call): ask.Reply {
  const body = ask.recordOf(call.body, "body");
  const marketplaces = idsOf(call, body);
  const type = ask.textOf(body, "feedType");
  if (type !== LISTINGS_FEED) throw invalid(`The feed type ${type} is not supported.`);
  const file = call.store.files.get(ask.textOf(body, "inputFeedDocumentId"));
  if (file === undefined || !file.isInput) throw invalid("The document is not known.");
  if (file.body === null) throw invalid("Nothing was put into the document.");
  return new ask.Reply(202, { feedId: startFeed(call.store, type, marketplaces, file.id).id });
}

function cancelJob(call: ask.Call, job: Job): ask.Reply {
  if (job.status !== "IN_QUEUE") throw invalid("Only what waits in the queue can be cancelled.");
  endJob(call.store, job, "CANCELLED");
  return new ask.Reply(200);
}

/** Returns are told of so many days at most. */
const MOST_DAYS = 60;

function typeOf(body: Record<string, unknown>): string {
  const type = ask.textOf(body, "reportType");
  if (MAKERS[type] === undefined) throw invalid(`The report type ${type} cannot be requested.`);
  return type;
}

function createReport(call: ask.Call): ask.Reply {
  const { store } = call;
  const body = ask.recordOf(call.body, "body");
  const type = typeOf(body);
  const marketplaces = idsOf(call, body);
  const at = (name: string): number | null => (body[name] === undefined ? null : ask.parseTime(body[name], name));
  const [from, to] = [at("dataStartTime"), at("dataEndTime")];
  if (from !== null && to !== null && to < from) throw invalid("'dataEndTime' is before 'dataStartTime'.");
  const isReturns = type === "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE";
  if (isReturns && (to ?? nowOf(store)) - (from ?? nowOf(store) - 30 * DAY) > MOST_DAYS * DAY)
    throw invalid(`A report holds ${MOST_DAYS} days at most.`);
  const options = ask.textsOf(body.reportOptions, "reportOptions");
  return new ask.Reply(202, { reportId: startReport(store, { type, marketplaces, from, to, options }).id });
}

const viewSchedule = (one: Schedule): Row => ({
  reportScheduleId: one.id,
  reportType: one.type,
  marketplaceIds: one.marketplaces,
  period: one.period,
  nextReportCreationTime: time(one.next),
});

function createSchedule(call: ask.Call): ask.Reply {
  const { store } = call;
  const body = ask.recordOf(call.body, "body");
  const period = ask.textOf(body, "period");
  if (!isPeriod(period)) throw invalid("The period is not known.");
  const next = body.nextReportCreationTime;
  const schedule: Schedule = {
    id: String(newNumber(store)),
    type: typeOf(body),
    marketplaces: idsOf(call, body),
    period,
    next: next === undefined ? nowOf(store) : Math.floor(ask.parseTime(next, "nextReportCreationTime")),
    options: ask.textsOf(body.reportOptions, "reportOptions"),
  };
  store.schedules.set(schedule.id, schedule);
  runSchedule(store, schedule);
  return new ask.Reply(201, { reportScheduleId: schedule.id });
}

function document(call: ask.Call, kind: "feed" | "report"): Row {
  const file = found(call.store.files, call.params.id);
  if (file.kind !== kind || file.isInput) throw notFound("The document is not found.");
  const isTold = call.query.get("enableContentEncodingUrlHeader") === "true";
  return viewFile(call.store, file, `${kind}DocumentId`, isTold);
}

export const JOB_ROUTES: readonly ask.Route[] = [
  {
    operation: "createFeedDocument",
    method: "POST",
    path: `${FEEDS}/documents`,
    run({ store, body }) {
      const file = newInput(store, ask.textOf(ask.recordOf(body, "body"), "contentType"));
      return new ask.Reply(201, { feedDocumentId: file.id, url: uploadAddress(store, file) });
    },
  },
  { operation: "getFeedDocument", method: "GET", path: `${FEEDS}/documents/{id}`, run: (c) => document(c, "feed") },
  { operation: "createFeed", method: "POST", path: `${FEEDS}/feeds`, run: createFeed },
  {
    operation: "getFeeds",
    method: "GET",
    path: `${FEEDS}/feeds`,
    run: (call) => list(call, call.store.feeds.values(), "feed", viewFeed),
  },
  {
    operation: "getFeed",
    method: "GET",
    path: `${FEEDS}/feeds/{id}`,
    run: ({ store, params }) => viewFeed(found(store.feeds, params.id)),
  },
  {
    operation: "cancelFeed",
    method: "DELETE",
    path: `${FEEDS}/feeds/{id}`,
    run: (call) => cancelJob(call, found(call.store.feeds, call.params.id)),
  },
  { operation: "createReport", method: "POST", path: `${REPORTS}/reports`, run: createReport },
  {
    operation: "getReports",
    method: "GET",
    path: `${REPORTS}/reports`,
    run: (call) => list(call, call.store.reports.values(), "report", viewReport),
  },
  {
    operation: "getReport",
    method: "GET",
    path: `${REPORTS}/reports/{id}`,
    run: ({ store, params }) => viewReport(found(store.reports, params.id)),
  },
  {
    operation: "cancelReport",
    method: "DELETE",
    path: `${REPORTS}/reports/{id}`,
    run: (call) => cancelJob(call, found(call.store.reports, call.params.id)),
  },
  {
    operation: "getReportDocument",
    method: "GET",
    path: `${REPORTS}/documents/{id}`,
    run: (c) => document(c, "report"),
  },
  { operation: "createReportSchedule", method: "POST", path: `${REPORTS}/schedules`, run: createSchedule },
  {
    operation: "getReportSchedules",
    method: "GET",
    path: `${REPORTS}/schedules`,
    run(call) {
      const types = ask.listOf(call, "reportTypes", undefined, 10);
      if (types === null) throw invalid("'reportTypes' is required.");
      const rows = [...call.store.schedules.values()].filter(({ type }) => types.includes(type));
      return { reportSchedules: rows.map(viewSchedule) };
    },
  },
  {
    operation: "getReportSchedule",
    method: "GET",
    path: `${REPORTS}/schedules/{id}`,
    run: ({ store, params }) => viewSchedule(found(store.schedules, params.id)),
  },
  {
    operation: "cancelReportSchedule",
    method: "DELETE",
    path: `${REPORTS}/schedules/{id}`,
    run({ store, params }) {
      store.schedules.delete(found(store.schedules, params.id).id);
      return new ask.Reply(200);
    },
  },
];
