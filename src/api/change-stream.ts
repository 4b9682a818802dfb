/** The change feed as server-sent events. */
import { streamSSE } from "hono/streaming";
import { type FeedReader, waitForChanges } from "./feed-reader.ts";
import type { ApiContext } from "./types.ts";

/** A sign of life, so that proxies keep the connection. */
const BEAT_MS = 15_000;
/** The stream ends after this time and the client comes again: its key is looked at anew. */
const LIFE_MS = 600_000;

export function streamChanges(c: ApiContext, reader: FeedReader, after: number): Response {
  return streamSSE(c, async (stream) => {
    const ended = new AbortController();
    stream.onAbort(() => ended.abort());
    const until = Date.now() + LIFE_MS;
    let position = after;
    while (!ended.signal.aborted && Date.now() < until) {
      const page = await waitForChanges(reader, position, BEAT_MS, ended.signal).catch((error: unknown) => {
        if (error instanceof Error && "code" in error) return { problem: { code: error.code, detail: error.message } };
        throw error;
      });
      if ("problem" in page) {
        await stream.writeSSE({ event: "problem", data: JSON.stringify(page.problem) });
        return;
      }
      position = page.next;
      for (const change of page.data)
        await stream.writeSSE({
          event: "change",
          id: String((change as { position: number }).position),
          data: JSON.stringify(change),
        });
      if (page.data.length === 0) await stream.writeSSE({ event: "beat", id: String(position), data: "" });
    }
  }) as Response;
}
