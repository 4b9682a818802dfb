import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/core/errors.ts";
import { instantToLocal, localDay, localToInstant } from "../../src/core/local-time.ts";

const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "Asia/Shanghai",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "Pacific/Apia",
];

function utc(text: string, zone: string): string | null {
  return localToInstant(text, zone)?.toISOString() ?? null;
}

describe("localToInstant", () => {
  it("reads zones with and without daylight saving", () => {
    expect(utc("2026-07-01T12:00:00", "Asia/Shanghai")).toBe("2026-07-01T04:00:00.000Z");
    expect(utc("2026-07-01 12:00", "Europe/Berlin")).toBe("2026-07-01T10:00:00.000Z");
    expect(utc("2026-01-01 12:00:00.5", "Europe/Berlin")).toBe("2026-01-01T11:00:00.500Z");
    expect(utc("2026-01-01", "America/Los_Angeles")).toBe("2026-01-01T08:00:00.000Z");
    expect(utc("2026-01-01T00:00:00", "Asia/Kolkata")).toBe("2025-12-31T18:30:00.000Z");
    expect(utc("2026-06-01T00:00:00", "UTC")).toBe("2026-06-01T00:00:00.000Z");
  });

  it("takes the first of the two when the clock is put back", () => {
    expect(utc("2026-10-25T02:30:00", "Europe/Berlin")).toBe("2026-10-25T00:30:00.000Z");
    expect(utc("2026-11-01T01:30:00", "America/New_York")).toBe("2026-11-01T05:30:00.000Z");
  });

  it("moves a time that no clock showed as far as the clock was put forward", () => {
    expect(utc("2026-03-29T02:30:00", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
    expect(utc("2026-03-08T02:30:00", "America/New_York")).toBe("2026-03-08T07:30:00.000Z");
  });

  it("is right in the minutes around a change", () => {
    expect(utc("2026-03-29T01:59:59", "Europe/Berlin")).toBe("2026-03-29T00:59:59.000Z");
    expect(utc("2026-03-29T03:00:00", "Europe/Berlin")).toBe("2026-03-29T01:00:00.000Z");
    expect(utc("2026-10-25T01:59:59", "Europe/Berlin")).toBe("2026-10-24T23:59:59.000Z");
    expect(utc("2026-10-25T03:00:00", "Europe/Berlin")).toBe("2026-10-25T02:00:00.000Z");
    // Half an hour of daylight saving.
    expect(utc("2026-10-04T02:15:00", "Australia/Lord_Howe")).toBe("2026-10-03T15:45:00.000Z");
  });

  it("obeys an offset that the text carries", () => {
    expect(utc("2026-01-01T00:00:00+08:00", "Europe/Berlin")).toBe("2025-12-31T16:00:00.000Z");
    expect(utc("2026-01-01T00:00:00-0330", "Europe/Berlin")).toBe("2026-01-01T03:30:00.000Z");
    expect(utc("2026-01-01T00:00:00Z", "Europe/Berlin")).toBe("2026-01-01T00:00:00.000Z");
  });

  it.each([
    "",
    "2026-02-30T00:00:00",
    "2026-13-01",
    "2026-01-01T24:00:00",
    "2026-01-01T00:60:00",
    "0001-01-01",
    "soon",
    "2026-1-1",
  ])("answers null for %j", (text) => {
    expect(localToInstant(text, "UTC")).toBeNull();
  });

  it("says which zone it does not know", () => {
    expect(() => localToInstant("2026-01-01", "Mars/Base")).toThrow(InputError);
    expect(() => localToInstant("2026-01-01", "Mars/Base")).toThrow(/Mars\/Base/);
  });

  it("undoes instantToLocal for every instant but the second of a double hour", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: Date.UTC(2005, 0) / 1000, max: Date.UTC(2035, 0) / 1000 }),
        (zone, seconds) => {
          const local = instantToLocal(new Date(seconds * 1000), zone);
          const back = localToInstant(local, zone)?.getTime() ?? Number.NaN;
          expect(back).toBeLessThanOrEqual(seconds * 1000);
          expect(instantToLocal(new Date(back), zone)).toBe(local);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("instantToLocal", () => {
  it("tells what a clock of the zone shows, also on the days that it is moved", () => {
    for (const timeZone of ZONES) {
      const clock = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
      // Years in which clocks were moved, one of them across the date line.
      const hours = [2011, 2026].flatMap((year) =>
        Array.from({ length: 365 * 24 }, (_, hour) => new Date(Date.UTC(year, 0) + hour * 3_599_000)),
      );
      expect(hours.filter((at) => instantToLocal(at, timeZone) !== clock.format(at).replace(" ", "T"))).toEqual([]);
    }
  });
});

describe("localDay", () => {
  it("is the store's day, not ours", () => {
    expect(localDay(new Date("2026-01-01T20:00:00Z"), "Asia/Shanghai")).toBe("2026-01-02");
    expect(localDay(new Date("2026-01-01T02:00:00Z"), "America/New_York")).toBe("2025-12-31");
  });
});
