import { expect, it } from "vitest";
import { createTestClock } from "./clock.ts";
import { createLogCapture } from "./log-capture.ts";

it("gives what was logged, line by line", () => {
  const capture = createLogCapture();
  capture.destination.write('{"level":"info","msg":"started"}\n{"level":"warn","msg":"unknown code","code":"X"}\n');
  expect(capture.lines().map((line) => line.msg)).toEqual(["started", "unknown code"]);
  expect(capture.withMessage("unknown code")).toEqual([{ level: "warn", msg: "unknown code", code: "X" }]);
});

it("captures the project's own log, each level", () => {
  const { log, lines } = createLogCapture({ clock: createTestClock("2026-03-01T08:00:00Z") });
  log.child({ storeId: "s" }).debug("call", { httpStatus: 200 });
  expect(lines()).toMatchObject([
    { level: "debug", msg: "call", ts: "2026-03-01T08:00:00.000Z", storeId: "s", httpStatus: 200 },
  ]);
});

it("fails for a line with a string that must not be logged, escaped or not", () => {
  const capture = createLogCapture();
  capture.destination.write(
    `${JSON.stringify({ level: "info", msg: "call", url: 'https://example.org/?k="se\\cret"' })}\n`,
  );
  capture.assertNone(["absent", "also absent"]);
  expect(() => capture.assertNone(["absent", '"se\\cret"'])).toThrow("must not contain");
});
