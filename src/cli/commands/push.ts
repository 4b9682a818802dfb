/** `push`: sends what differs now; `push stop` and `push start`: the emergency brake. */
import { withBackend } from "../backend.ts";
import type { Cli, Define } from "../cli.ts";
import { table } from "../output.ts";
import { findStore } from "../store-reference.ts";
import type { PushView, StoreView } from "../views.ts";

export const define: Define = (program, cli) => {
  const push = program
    .command("push")
    .description("send what differs now; `push stop` and `push start` are the emergency brake")
    .argument("[store]", "id or name (default: every store)")
    .action((reference: string | undefined) => drain(cli, reference));
  push
    .command("stop")
    .description("let nothing more go out")
    .argument("[store]", "id or name (default: every store)")
    .option("--reason <why>", "kept in the audit log")
    .action((reference: string | undefined, { reason }: { reason?: string }) => brake(cli, reference, true, reason));
  push
    .command("start")
    .description("let what differs go out again")
    .argument("[store]", "id or name (default: every store)")
    .action((reference: string | undefined) => brake(cli, reference, false));
};

async function drain(cli: Cli, reference: string | undefined): Promise<void> {
  await withBackend(cli, async (backend) => {
    const store = reference === undefined ? null : await findStore(backend, reference);
    const views = await backend.push(store?.id ?? null);
    cli.output.result(views, () => textOf(views));
    const isTrouble = (view: PushView) => view.rejected + view.unknown > 0;
    // What a store's mode or the brake holds back was not asked to go out.
    if (views.some(isTrouble)) cli.exitCode = views.some((view) => view.accepted > 0) ? 3 : 1;
  });
}

function textOf(views: readonly PushView[]): string {
  if (views.length === 0) return "No store is connected yet: tallyport stores add --help";
  const rows = views.map((view) => [
    view.store,
    view.aspect,
    view.sent,
    view.accepted,
    view.rejected,
    view.unknown,
    view.held_back,
  ]);
  return table(["store", "what", "sent", "accepted", "rejected", "unknown", "held back"], rows);
}

async function brake(cli: Cli, reference: string | undefined, stopped: boolean, reason?: string): Promise<void> {
  await withBackend(cli, async (backend) => {
    const store = reference === undefined ? null : await findStore(backend, reference);
    const changed = await backend.setPushStopped(store?.id ?? null, stopped, reason);
    const state = stopped ? "nothing more goes out" : "what differs goes out again";
    const lineOf = (view: StoreView) => `"${view.name}": ${state}.`;
    cli.output.result(changed, () => changed.map(lineOf).join("\n") || "No store is connected yet.");
  });
}
