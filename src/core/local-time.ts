/**
 * Local times of IANA zones, by `Intl` alone. A time that a clock shows TWICE (the night it is put back) means the
 * first of the two; a time that it never shows (the night it is put forward) means as much later as the clock jumped,
 * as if it had not been put forward yet. Both are the rule of ISO 8601 libraries called "compatible".
 */
import { InputError } from "./errors.ts";

const DAY_MS = 86_400_000;
const LOCAL =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/** Offsets per zone and UTC day at whose start they were asked; a pure table, filled as it is asked. */
const ZONES = new Map<string, { format: Intl.DateTimeFormat; offsets: Map<number, number> }>();
const MAX_CACHED_DAYS = 20_000;

/**
 * The instant of `YYYY-MM-DD[T ]HH:MM[:SS[.fff]]` (or a date alone: its midnight), which is local time of `zone` unless
 * it carries `Z` or an offset. Null for anything else, for dates that do not exist included. Digits beyond milliseconds
 * are cut. Throws `InputError` for a zone that is not known.
 */
export function localToInstant(text: string, zone: string): Date | null {
  const match = LOCAL.exec(text);
  if (!match) return null;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", offset] = match;
  const ms = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), ms);
  const parsed = new Date(wall);
  const exists =
    parsed.getUTCMonth() === Number(month) - 1 &&
    parsed.getUTCDate() === Number(day) &&
    parsed.getUTCFullYear() === Number(year) &&
    Number(minute) < 60 &&
    Number(second) < 60;
  // Date.UTC reads the years 0 to 99 as 1900 to 1999: refused by the comparison above, and no shop is that old.
  if (!exists || Number(hour) > 23) return null;
  if (offset !== undefined) return new Date(wall - fixedOffset(offset));
  return new Date(wall - offsetOfWall(wall, zone));
}

/** Local time of `zone` as `YYYY-MM-DDTHH:MM:SS`, without an offset; fractions of a second are cut. */
export function instantToLocal(instant: Date, zone: string): string {
  return new Date(instant.getTime() + zoneOffset(instant.getTime(), zone)).toISOString().slice(0, 19);
}

/** An instant as `YYYY-MM-DD HH:MM:SS` of `zone`, as many platforms write it. */
export const toWallClock = (instant: Date, zone: string): string => instantToLocal(instant, zone).replace("T", " ");

/** A window in whole seconds of the wall clock, the end moved outwards. */
export const wallWindow = ({ since, until }: { since: Date; until: Date }, zone: string): [string, string] => [
  toWallClock(since, zone),
  toWallClock(new Date(until.getTime() + 1000), zone),
];

/** The calendar day of an instant in `zone`, as `YYYY-MM-DD`. */
export function localDay(instant: Date, zone: string): string {
  return instantToLocal(instant, zone).slice(0, 10);
}

function fixedOffset(text: string): number {
  if (text.toUpperCase() === "Z") return 0;
  const digits = text.slice(1).replace(":", "");
  const ms = (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4) || "0")) * 60_000;
  return text.startsWith("-") ? -ms : ms;
}

/** Offset (local minus UTC, ms) that applies to a wall-clock time. */
function offsetOfWall(wall: number, zone: string): number {
  if (zone === "UTC") return 0;
  // Zones keep within -12 to +14 hours, so the instant lies between the starts of these two UTC days; no zone changes
  // its clock twice within three days.
  const day = Math.floor(wall / DAY_MS);
  const before = offsetAtDay(day - 1, zone);
  const after = offsetAtDay(day + 2, zone);
  if (before === after) return before;
  // The earlier reading first: it wins where both hold (double hour) and where neither does (gap).
  if (zoneOffset(wall - before, zone) === before) return before;
  return zoneOffset(wall - after, zone) === after ? after : before;
}

function offsetAtDay(day: number, zone: string): number {
  const { offsets } = zoneEntry(zone);
  let offset = offsets.get(day);
  if (offset === undefined) {
    offset = askOffset(day * DAY_MS, zone);
    if (offsets.size >= MAX_CACHED_DAYS) offsets.clear();
    offsets.set(day, offset);
  }
  return offset;
}

/** Offset (local minus UTC, ms) in force at an instant. */
function zoneOffset(at: number, zone: string): number {
  if (zone === "UTC") return 0;
  const day = Math.floor(at / DAY_MS);
  const before = offsetAtDay(day, zone);
  // Nearly always the day has one offset; only the day of a change is asked for the instant.
  return before === offsetAtDay(day + 1, zone) ? before : askOffset(at, zone);
}

/** As `Intl` tells it, which is hundreds of times slower than a table. */
function askOffset(at: number, zone: string): number {
  const whole = Math.floor(at / 1000) * 1000;
  const parts: Record<string, string> = {};
  for (const part of zoneEntry(zone).format.formatToParts(whole)) parts[part.type] = part.value;
  const { year, month, day, hour, minute, second } = parts;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - whole;
}

function zoneEntry(zone: string) {
  let entry = ZONES.get(zone);
  if (!entry) {
    entry = { format: zoneFormat(zone), offsets: new Map() };
    ZONES.set(zone, entry);
  }
  return entry;
}

function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  } catch (cause) {
    throw new InputError(
      "unknown_time_zone",
      `"${timeZone}" is no IANA time zone; write one such as "Asia/Shanghai" or "UTC"`,
      { cause },
    );
  }
}
