/** The API's doors for volume: messages of platforms that come in, and whole lists that go out. */
import { measureExport } from "./api-export.ts";
import { measureWebhooks } from "./api-webhooks.ts";
import type { Benchmark } from "./harness.ts";

export const api: Benchmark = {
  figures: {
    webhook_accept: { unit: "messages/s", goal: "ratio >= 0.8" },
    webhook_accept_p99: { unit: "ms", goal: null },
    export_ndjson: { unit: "orders/s", goal: "ratio >= 0.9" },
    export_memory: { unit: "MB", goal: "ours < 80" },
  },
  run: async (bench) => {
    await measureWebhooks(bench);
    await measureExport(bench);
  },
};
