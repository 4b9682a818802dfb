/** `sync`: reads a store now. */

import type { Resource } from "../../core/model/vocabulary.ts";
import { instant, resource } from "../arguments.ts";
import { type Backend, withBackend } from "../backend.ts";
import { type Cli, type Define, type ExitCode, UsageError } from "../cli.ts";
import { table } from "../output.ts";
import { findStore } from "../store-reference.ts";
import type { StoreView, StreamView } from "../views.ts";

interface Options {
  resource?: Resource;
  since?: Date;
  until?: Date;
  watch?: boolean;
}

const WATCH_MS = 10_000;

export const define: Define = (program, cli) => {
  program
    .command("sync")
    .description("read a store until nothing is left")
    .argument("<store>", "id or name")
    .option("--resource <name>", "orders, listings, shipments, disputes or settlements (default: all)", resource)
    .option("--since <time>", "read the past again from here", instant)
    .option("--until <time>", "up to here (default: now)", instant)
    .option("--watch", "go on until it is stopped")
    .action((reference: string, options: Options) => {
      if (options.until && !options.since) throw new UsageError("--until needs --since: give the beginning too.");
      return withBackend(cli, async (backend) => {
        const store = await findStore(backend, reference);
        cli.exitCode = await pullOnce(cli, backend, store, options);
        while (options.watch && !cli.signal.aborted) {
          await pause(WATCH_MS, cli.signal);
          if (!cli.signal.aborted) await pullOnce(cli, backend, store, { resource: options.resource, onlyDue: true });
        }
      });
    });
};

async function pullOnce(
  cli: Cli,
  backend: Backend,
  store: StoreView,
  options: { resource?: Resource | undefined; since?: Date; until?: Date; onlyDue?: boolean },
): Promise<ExitCode> {
  const before = new Map((await backend.health(store.id)).streams.map((stream) => [nameOf(stream), stream]));
  const { resource: name, since, until, onlyDue = false } = options;
  const request = { storeId: store.id, resource: name ?? null, since, until, onlyDue };
  const after = await backend.pull(request, (streams) =>
    cli.output.progress(progressOf(store, gained(before, streams))),
  );
  cli.output.progressEnd();
  const wanted = after.filter((stream) => name === undefined || stream.resource === name);
  const report = reportOf(store, gained(before, wanted), wanted);
  if (!onlyDue || hasRead(report)) cli.output.result(report, () => textOf(report));
  return exitCodeOf(report);
}

interface Gain {
  resource: string;
  read: number;
  changed: number;
  rejected: number;
}

/** What was read since `before`, by resource. */
function gained(before: ReadonlyMap<string, StreamView>, streams: readonly StreamView[]): Gain[] {
  const gains = new Map<string, Gain>();
  for (const stream of streams) {
    const gain = gains.get(stream.resource) ?? { resource: stream.resource, read: 0, changed: 0, rejected: 0 };
    const earlier = before.get(nameOf(stream));
    gain.read += stream.read_count - (earlier?.read_count ?? 0);
    gain.changed += stream.changed_count - (earlier?.changed_count ?? 0);
    gain.rejected += stream.rejected_count - (earlier?.rejected_count ?? 0);
    gains.set(stream.resource, gain);
  }
  return [...gains.values()];
}

interface Report {
  store: string;
  name: string;
  resources: Gain[];
  failures: { resource: string; stream: string; category: string; text: string }[];
}

function reportOf(store: StoreView, resources: Gain[], streams: readonly StreamView[]): Report {
  const failures = streams.flatMap(({ resource: name, stream, state, error }) =>
    state === "failed" && error ? [{ resource: name, stream, category: error.category, text: error.text ?? "" }] : [],
  );
  return { store: store.id, name: store.name, resources, failures };
}

function textOf(report: Report): string {
  const rows = report.resources.map((gain) => [gain.resource, gain.read, gain.changed, gain.rejected]);
  const failures = report.failures.map(
    ({ resource, stream, category, text }) =>
      `${resource}/${stream} ${category === "throttled" ? "goes on later, by itself" : "failed"}: ${text}`,
  );
  return [`${report.name}:`, table(["resource", "read", "changed", "rejected"], rows), ...failures].join("\n");
}

/** Records that were set aside, or failures beside something read, make it partly done. */
function exitCodeOf(report: Report): ExitCode {
  if (report.failures.length > 0) return hasRead(report) ? 3 : 1;
  return report.resources.some((gain) => gain.rejected > 0) ? 3 : 0;
}

const hasRead = (report: Report) => report.resources.some((gain) => gain.read > 0);

const nameOf = (stream: StreamView) => `${stream.resource}/${stream.stream}`;

const progressOf = (store: StoreView, gains: readonly Gain[]) =>
  `${store.name}: ${gains.map((gain) => `${gain.resource} ${gain.read}`).join(", ")}`;

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
