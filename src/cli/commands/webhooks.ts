/** `webhooks`: who is told of changes. */
import type { Command } from "commander";
import { instant } from "../arguments.ts";
import { type Backend, withBackend } from "../backend.ts";
import { type Cli, type Define, UsageError } from "../cli.ts";
import { table } from "../output.ts";
import { findStore } from "../store-reference.ts";

interface EndpointView {
  id: string;
  url: string;
  description: string | null;
  enabled: boolean;
  behind: number;
}

interface FilterOptions {
  description?: string;
  entities?: string;
  stores?: string;
  buyer?: boolean;
}

interface DeliveryView {
  id: string;
  created_at: string;
  kind: string;
  status: string;
  error: string | null;
}

export const define: Define = (program, cli) => {
  const webhooks = program
    .command("webhooks")
    .description("list the endpoints that are told of changes; add, change, remove, rotate, test, replay, deliveries")
    .action(() =>
      withBackend(cli, async (backend) => {
        const rows = await backend.list<EndpointView>("/v1/webhook-endpoints");
        const shown = rows.map((row) => [
          row.id,
          row.url,
          row.description,
          row.enabled ? "on" : "off",
          String(row.behind),
        ]);
        cli.output.result(rows, () =>
          rows.length === 0 ? "Nobody is told yet." : table(["id", "address", "for", "", "behind"], shown),
        );
      }),
    );
  defineWrites(webhooks, cli);
  defineSending(webhooks, cli);
};

function defineWrites(webhooks: Command, cli: Cli): void {
  withFilter(webhooks.command("add"))
    .description("make an endpoint; its secret is shown this once")
    .argument("<url>", "where deliveries are sent by POST")
    .action((url: string, options: FilterOptions) =>
      withBackend(cli, async (backend) => {
        const body = { url, ...(await filterOf(backend, options)) };
        const made = await backend.call<EndpointView & { secret: string }>("POST", "/v1/webhook-endpoints", body);
        cli.output.result(made, () => `${made.id}\n${made.secret}`);
      }),
    );
  withFilter(webhooks.command("change"))
    .description("change an endpoint, or switch it off and on")
    .argument("<id>", "as `webhooks` shows it")
    .option("--url <url>", "where deliveries are sent by POST")
    .option("--on", "deliveries go on from where they stopped")
    .option("--off", "nothing is sent until it is switched on")
    .action((id: string, options: FilterOptions & { url?: string; on?: boolean; off?: boolean }) =>
      withBackend(cli, async (backend) => {
        if (options.on && options.off) throw new UsageError("Give either --on or --off.");
        const body = {
          ...(await filterOf(backend, options)),
          ...(options.url === undefined ? {} : { url: options.url }),
          ...(options.on || options.off ? { enabled: options.on === true } : {}),
        };
        if (Object.keys(body).length === 0) throw new UsageError("Say what is to be changed.");
        const changed = await backend.call<EndpointView>("PATCH", pathOf(id), body);
        cli.output.result(changed, () => `${changed.url} is ${changed.enabled ? "on" : "off"}.`);
      }),
    );
  webhooks
    .command("remove")
    .description("tell an endpoint nothing more, and forget its deliveries")
    .argument("<id>", "as `webhooks` shows it")
    .action((id: string) =>
      withBackend(cli, async (backend) => {
        await backend.remove(pathOf(id));
        cli.output.result({ id, removed: true }, () => "It is told nothing more.");
      }),
    );
  webhooks
    .command("rotate")
    .description("give an endpoint a new secret, shown this once; the one before signs too for a while")
    .argument("<id>", "as `webhooks` shows it")
    .action((id: string) =>
      withBackend(cli, async (backend) => {
        const rotated = await backend.post<{ secret: string }>(pathOf(id, "rotate-secret"));
        cli.output.result(rotated, () => rotated.secret);
      }),
    );
}

function defineSending(webhooks: Command, cli: Cli): void {
  webhooks
    .command("test")
    .description("send an endpoint a signed test now")
    .argument("<id>", "as `webhooks` shows it")
    .action((id: string) =>
      withBackend(cli, async (backend) => {
        const sent = await backend.post<DeliveryView>(pathOf(id, "test"));
        cli.output.result(sent, () => (sent.status === "delivered" ? "It was taken." : `${sent.error ?? sent.status}`));
        if (sent.status !== "delivered") cli.exitCode = 1;
      }),
    );
  webhooks
    .command("replay")
    .description("send an endpoint again what it was sent: one delivery, or everything after a position or a time")
    .argument("<id>", "as `webhooks` shows it")
    .option("--delivery <id>", "this one, as `webhooks deliveries` shows it")
    .option("--after <position>", "everything after this position of the feed", Number)
    .option("--since <time>", "everything since then", instant)
    .action((id: string, options: { delivery?: string; after?: number; since?: Date }) =>
      withBackend(cli, async (backend) => {
        const { delivery, after, since } = options;
        const answer = await backend.call("POST", pathOf(id, "replay"), { delivery, after, since });
        cli.output.result(answer, () => "It is sent again.");
      }),
    );
  webhooks
    .command("deliveries")
    .description("what an endpoint was sent, newest first")
    .argument("<id>", "as `webhooks` shows it")
    .action((id: string) =>
      withBackend(cli, async (backend) => {
        const { data } = await backend.get<{ data: DeliveryView[] }>(`${pathOf(id, "deliveries")}?limit=50`);
        const shown = data.map((row) => [row.id, row.created_at, row.kind, row.status, row.error]);
        cli.output.result(data, () =>
          data.length === 0 ? "Nothing was sent yet." : table(["id", "at", "kind", "status", "error"], shown),
        );
      }),
    );
}

const pathOf = (id: string, act?: string) =>
  `/v1/webhook-endpoints/${encodeURIComponent(id)}${act === undefined ? "" : `/${act}`}`;

const withFilter = (command: Command) =>
  command
    .option("--description <text>", "what people call it")
    .option("--entities <list>", "only changes of these kinds of record, separated by commas; `all`: of all")
    .option("--stores <list>", "only changes of these stores, ids or names separated by commas; `all`: of all")
    .option("--buyer", "buyer data in the clear")
    .option("--no-buyer", "buyer data masked");

async function filterOf(backend: Backend, { description, entities, stores, buyer }: FilterOptions) {
  const ids = async (text: string) =>
    Promise.all(listOf(text).map(async (reference) => (await findStore(backend, reference)).id));
  return {
    ...(description === undefined ? {} : { description }),
    ...(entities === undefined ? {} : { entities: entities === "all" ? null : listOf(entities) }),
    ...(stores === undefined ? {} : { stores: stores === "all" ? null : await ids(stores) }),
    ...(buyer === undefined ? {} : { include_buyer: buyer }),
  };
}

const listOf = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
