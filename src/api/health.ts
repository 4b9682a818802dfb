/** Whether the process lives, whether it can work, and its figures. */
import { z } from "zod";
import { define, json } from "./define.ts";
import { problem } from "./errors.ts";
import { refuseLimited } from "./keys.ts";
import { text } from "./schemas/common.ts";
import type { Api } from "./types.ts";

/** A database that hangs must not make the question hang. */
const PATIENCE_MS = 3_000;

export function defineHealth(api: Api): void {
  const { engine, config } = api;
  const alive = z.object({ status: z.literal("ok"), version: text });
  define(
    api,
    "GET /healthz",
    { summary: "The process is alive", description: "Asks nothing of the database.", answer: alive },
    ({ c }) => json(c, { status: "ok", version: config.version }),
  );
  define(
    api,
    "GET /readyz",
    { summary: "The process can work", description: "Asks the database. 503 while it cannot.", answer: alive },
    async ({ c }) => {
      const database = await Promise.race([
        engine.db.query("select 1 as ok").then(
          () => true,
          () => false,
        ),
        new Promise<false>((resolve) => setTimeout(resolve, PATIENCE_MS, false).unref?.()),
      ]);
      if (database && (api.readiness?.() ?? true)) return json(c, { status: "ok", version: config.version });
      return problem(c, {
        status: 503,
        code: "not_ready",
        detail: database ? "The process is starting or stopping." : "The database does not answer.",
      });
    },
  );
  define(
    api,
    "GET /metrics",
    {
      summary: "Figures in the Prometheus text format",
      description: "They speak of all stores: a key that is limited to some has none.",
      answerType: "text/plain",
    },
    async ({ c, who }) => {
      refuseLimited(who);
      if (!api.metrics)
        return problem(c, { status: 404, code: "no_metrics", detail: "This process does not keep figures." });
      const { contentType, text } = await api.metrics.render(engine.db, engine.clock.now());
      return c.body(text, 200, { "content-type": contentType });
    },
  );
}
