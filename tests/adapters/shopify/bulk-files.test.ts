/** Bulk runs that end badly, and files that are not as they should be: no order is left out. */
import { describe, expect, it } from "vitest";
import {
  byName,
  errorOf,
  gid,
  givenAdapter,
  givenLine,
  givenOrder,
  givenStore,
  inputOf,
  page,
  type Sent,
  SIGNAL,
  type Whole,
} from "./stub.ts";

const RUN = gid("BulkOperation", 1);
const { lineItems: _lines, shippingLines: _shipping, ...HEAD } = givenOrder();
const line = (value: object) => `${JSON.stringify(value)}\n`;
const head = (id: number, more: object = {}) => line({ ...HEAD, id: gid("Order", id), ...more });
const child = (id: number, of: number) => line({ ...givenLine(id), __parentId: gid("Order", of) });

/** The file by ranges, as its host gives them. */
const ranges =
  (file: string) =>
  ({ headers }: Sent): Whole => {
    const bytes = new TextEncoder().encode(file);
    const [, from = 0, to = 0] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? "") ?? [];
    const part = bytes.slice(Number(from), Number(to) + 1);
    return { status: 206, text: "", bytes: part, headers: { "content-range": `bytes ${from}-${to}/${bytes.length}` } };
  };
const givenRun = (file: string | ((call: Sent) => Whole), more: object = {}) =>
  givenAdapter(
    byName({
      BulkPoll: {
        bulkOperation: {
          id: RUN,
          status: "COMPLETED",
          errorCode: null,
          objectCount: "2",
          rootObjectCount: "1",
          url: "https://files.example.test/run",
          ...more,
        },
      },
      OrdersPage: { orders: page([givenOrder()]) },
      "": typeof file === "string" ? ranges(file) : file,
    }),
  );
const readFrom = (from = 0, limit = 50) =>
  inputOf("changed", 30 * 1440, { cursor: JSON.stringify({ run: RUN, from }), limit });

describe("runs", () => {
  it("that may not tell a field are left for pages, which tell what is not hidden", async () => {
    const { adapter, sent } = givenRun("", { status: "FAILED", errorCode: "ACCESS_DENIED", url: null });
    const store = givenStore();
    const first = await adapter.orders.list(store, readFrom(), SIGNAL);
    expect(first).toMatchObject({ documents: [], warnings: [{ code: "bulk_denied" }] });
    const second = await adapter.orders.list(store, { ...readFrom(), cursor: first.next }, SIGNAL);
    expect(second.documents).toHaveLength(1);
    expect(sent.at(-1)).toMatchObject({ name: "OrdersPage", variables: { after: null } });
  });

  it("whose rows have no file any more are begun again, and those without rows are done", async () => {
    for (const count of ["7", null])
      await expect(
        givenRun("", { url: null, objectCount: count }).adapter.orders.list(givenStore(), readFrom(), SIGNAL),
      ).rejects.toMatchObject({ category: "invalid_request" });
    const none = await givenRun("", { url: null, objectCount: "0" }).adapter.orders.list(
      givenStore(),
      readFrom(),
      SIGNAL,
    );
    expect(none).toMatchObject({ documents: [], next: null });
  });

  it("that broke off are not read in part, though there is a file of what came", async () => {
    const { adapter, sent } = givenRun(head(1), {
      status: "FAILED",
      errorCode: "INTERNAL_SERVER_ERROR",
      url: null,
      partialDataUrl: "https://files.example.test/part",
    });
    expect(await adapter.orders.list(givenStore(), readFrom(), SIGNAL)).toMatchObject({ documents: [], tooMany: true });
    expect(sent.filter(({ name }) => name === "")).toEqual([]);
  });
});

describe("files", () => {
  it.each([400, 403, 404, 410])(
    "that answer %i have lapsed: the run is made again, and nobody is blamed",
    async (status) => {
      const { adapter } = givenRun(() => ({ status, text: "<Error><Code>ExpiredToken</Code></Error>" }));
      await expect(adapter.orders.list(givenStore(), readFrom(), SIGNAL)).rejects.toMatchObject({
        category: "invalid_request",
      });
    },
  );

  it("whose children stand apart from their order are left for pages", async () => {
    const { adapter } = givenRun(head(1) + head(2) + child(1, 1));
    const read = await adapter.orders.list(givenStore(), readFrom(), SIGNAL);
    expect(read).toMatchObject({ documents: [], references: [], warnings: [{ code: "bulk_unordered" }] });
    expect(JSON.parse(read.next ?? "null")).toMatchObject({ after: null, read: 0 });
  });

  it("of an order longer than a part are read by a longer part", async () => {
    const many = Array.from({ length: 4000 }, (_, index) => child(index, 1)).join("");
    expect(many.length).toBeGreaterThan(1_048_576);
    const { adapter } = givenRun(head(1) + many + head(2) + child(1, 2));
    const first = await adapter.orders.list(givenStore(), readFrom(0, 1), SIGNAL);
    expect(first.documents.map(({ externalId }) => externalId)).toEqual([gid("Order", 1)]);
    const second = await adapter.orders.list(givenStore(), { ...readFrom(), cursor: first.next }, SIGNAL);
    expect(second.documents.map(({ externalId }) => externalId)).toEqual([gid("Order", 2)]);
  });

  it("are cut anywhere, inside of a letter too, and each order comes once and whole", async () => {
    const note = "请放在门口☕".repeat(40_000);
    const file = Array.from({ length: 6 }, (_, id) => head(id, { note }) + child(id, id)).join("");
    const { adapter } = givenRun(file);
    const notes: unknown[] = [];
    let cursor: string | null = readFrom().cursor;
    while (cursor !== null) {
      const read = await adapter.orders.list(givenStore(), { ...readFrom(), cursor }, SIGNAL);
      notes.push(...read.documents.map(({ payload }) => (payload as { note: string }).note === note));
      cursor = read.next;
    }
    expect(notes).toEqual([true, true, true, true, true, true]);
  });

  it.each([
    ["in the middle of a line", (head(1) + child(1, 1)).slice(0, -40)],
    ["before the last order", head(1) + child(1, 1)],
  ])("that end %s are not taken for whole", async (_, file) => {
    const { adapter } = givenRun(file, { rootObjectCount: "2" });
    await expect(adapter.orders.list(givenStore(), readFrom(), SIGNAL)).rejects.toMatchObject({
      category: "invalid_request",
    });
  });
});

it("tells that a run is under way as what it is, and a token that has lapsed too", async () => {
  const { adapter } = givenAdapter(() => errorOf("THROTTLED", "Throttled"));
  await expect(adapter.orders.list(givenStore(), readFrom(), SIGNAL)).rejects.toMatchObject({ category: "throttled" });
});
