/** What one sees of the demo: orders as they arrive above, how the stores stand below. Plain lines where it is piped. */
import type { Engine } from "../../sync/engine.ts";
import type { Cli } from "../cli.ts";
import { table } from "../output.ts";
import { type Arrival, followArrivals } from "./arrivals.ts";
import { type Board, readBoard } from "./board.ts";
import type { DemoStore } from "./connect.ts";

const LOOK_MS = 500;
/** Where nobody sees it change, the board is written this often. */
const PLAIN_BOARD_MS = 15_000;

export function startView(
  cli: Cli,
  engine: Engine,
  stores: readonly DemoStore[],
  where: { url: string; key: string },
): { stop(): Promise<void> } {
  const screen = createScreen(cli);
  let next: (() => Promise<Arrival[]>) | null = null;
  let hasGreeted = false;
  let lastBoardAt = 0;
  let isStopped = false;
  const look = async () => {
    const board = await readBoard(engine, stores);
    if (board.isSynced && !hasGreeted) {
      hasGreeted = true;
      next = await followArrivals(engine.db);
      screen.event({ event: "synced", url: where.url }, whereToLook(where));
    }
    for (const arrival of (await next?.()) ?? []) screen.event({ event: "order", ...arrival }, lineOf(arrival));
    if (screen.isLive) screen.board(textOf(board));
    else if (Date.now() - lastBoardAt >= PLAIN_BOARD_MS) {
      lastBoardAt = Date.now();
      screen.event({ event: "board", ...board }, textOf(board));
    }
  };
  let looking: Promise<void> = Promise.resolve();
  const again = () => {
    if (isStopped) return;
    looking = look()
      .catch((error: unknown) => {
        if (!isStopped) engine.log.error("the view of the demo failed", { err: error });
      })
      .finally(() => setTimeout(again, LOOK_MS).unref());
  };
  again();
  return {
    stop: async () => {
      isStopped = true;
      await looking;
      screen.end();
    },
  };
}

function lineOf({ order, skus, told, confirmedMs }: Arrival): string {
  const [first, ...more] = skus;
  const lines = `${order.lineCount} ${order.lineCount === 1 ? "line" : "lines"}`;
  const stock = first
    ? ` → SKU ${first.code} ${first.before} → ${first.after}${more.length > 0 ? ` and ${more.length} more` : ""}`
    : "";
  const stores = `${told} ${told === 1 ? "store" : "stores"}`;
  const answer = confirmedMs === null ? "not confirmed yet" : `confirmed in ${(confirmedMs / 1000).toFixed(1)} s`;
  return `${order.store} #${order.number} ${order.total} · ${lines}${stock}${told > 0 ? `; told to ${stores}, ${answer}` : ""}`;
}

function textOf(board: Board): string {
  const stores = table(
    ["store", "orders here", "on the platform", "listings", "to send", "lag"],
    board.stores.map((store) => [
      store.name,
      store.orders.ours,
      store.orders.platform,
      store.listings,
      store.to_send,
      store.lag_seconds === null ? "reading…" : `${store.lag_seconds} s`,
    ]),
  );
  const skus = table(
    ["SKU", "available", ...board.stores.map((store) => store.name)],
    board.skus.map((sku) => [sku.code, sku.available, ...sku.shown]),
  );
  return `\n${stores}\n\n${skus}\n`;
}

function whereToLook({ url, key }: { url: string; key: string }): string {
  return [
    "",
    `All stores are read. New orders follow; Ctrl-C ends it. Look around meanwhile:`,
    `  ${url}/docs`,
    `  curl -H 'authorization: Bearer ${key}' '${url}/v1/orders?limit=3'`,
    `  npx tallyport stores list`,
    "",
  ].join("\n");
}

/** Lines above a board that is drawn anew, on a terminal; lines alone elsewhere. */
function createScreen(cli: Cli) {
  const { stdout } = process;
  const isLive = stdout.isTTY === true && !cli.output.json;
  let drawn = 0;
  const erase = () => {
    if (drawn > 0) stdout.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  let shown = "";
  const draw = (text: string) => {
    shown = text;
    // A line that wraps would take two rows, and the next one be drawn too low.
    const lines = text.split("\n").map((line) => line.slice(0, stdout.columns ?? 80));
    stdout.write(`${lines.join("\n")}\n`);
    drawn = lines.length;
  };
  return {
    isLive,
    event: (value: Record<string, unknown>, text: string) => {
      if (cli.output.json) {
        cli.output.record(value);
        return;
      }
      erase();
      stdout.write(`${text}\n`);
      if (isLive && shown !== "") draw(shown);
    },
    board: (text: string) => {
      erase();
      draw(text);
    },
    end: () => {
      drawn = 0;
    },
  };
}
