/** The platform of the push benchmark: answers each batch after a fixed time with what it was given, and counts. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serveHelper } from "./harness.ts";
import { ANSWER_MS } from "./push-plan.ts";

export type PlatformQuestion = { ask: "open" } | { ask: "counts" };

export interface PlatformAnswer {
  port: number;
  calls: number;
  offers: number;
}

const counts: PlatformAnswer = { port: 0, calls: 0, offers: 0 };

if (process.send) serveHelper<PlatformQuestion, PlatformAnswer>(answer);

async function answer(question: PlatformQuestion): Promise<PlatformAnswer> {
  if (question.ask === "counts") {
    const { port, calls, offers } = counts;
    Object.assign(counts, { calls: 0, offers: 0 });
    return { port, calls, offers };
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { update } = JSON.parse(Buffer.concat(parts).toString()) as { update: unknown[] };
      counts.calls += 1;
      counts.offers += update.length;
      setTimeout(() => {
        response.setHeader("content-type", "application/json; charset=UTF-8");
        response.end(JSON.stringify({ update }));
      }, ANSWER_MS);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  counts.port = (server.address() as AddressInfo).port;
  return counts;
}
