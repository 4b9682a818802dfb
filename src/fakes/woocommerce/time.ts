/** Times as WordPress writes and reads them: no zone in the text, the store's zone or UTC by the field's name. */

export interface StoreZone {
  readonly name: string;
  /** Seconds to add to UTC at that instant. */
  offsetAt(seconds: number): number;
  /** Seconds since the epoch of a local time; in a repeated hour the earlier one. */
  fromLocal(localSeconds: number): number;
}

const HOUR = 3600;

/** Creates the calendar of an IANA zone; offsets are remembered per quarter of an hour. */
export function createZone(name: string): StoreZone {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const known = new Map<number, number>();

  const offsetAt = (seconds: number): number => {
    const quarter = Math.floor(seconds / 900);
    const found = known.get(quarter);
    if (found !== undefined) return found;
    const parts = new Map(format.formatToParts(quarter * 900_000).map((part) => [part.type, Number(part.value)]));
    const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const local = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) / 1000;
    const offset = local - quarter * 900;
    known.set(quarter, offset);
    return offset;
  };

  return {
    name,
    offsetAt,
    fromLocal(localSeconds) {
      const early = localSeconds - offsetAt(localSeconds - 14 * HOUR);
      if (early + offsetAt(early) === localSeconds) return early;
      return localSeconds - offsetAt(localSeconds - offsetAt(localSeconds));
    },
  };
}

/** `2026-11-21T23:34:49`, in UTC. */
export function gmt(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}

/** The same instant on the store's own clock. */
export function local(seconds: number, zone: StoreZone): string {
  return gmt(seconds + zone.offsetAt(seconds));
}

export interface ParsedTime {
  /** The digits read as if they were UTC. */
  digits: number;
  /** Seconds the text's own zone is ahead of UTC; null when it has none. */
  offset: number | null;
}

const PATTERN = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(?:([Zz])|([+-])(\d{2})(?::?(\d{2}))?)?$/;

/** Reads an RFC 3339 text with or without a zone; null when it is none. */
export function parseTime(text: string): ParsedTime | null {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const digits = Date.parse(`${match[1]}T${match[2]}Z`) / 1000;
  if (Number.isNaN(digits)) return null;
  if (match[3] !== undefined) return { digits, offset: 0 };
  if (match[4] === undefined) return { digits, offset: null };
  const size = Number(match[5]) * HOUR + Number(match[6] ?? 0) * 60;
  return { digits, offset: match[4] === "-" ? -size : size };
}

/** The instant a filter or field means: its own zone when it has one, else UTC or the store's by the flag. */
export function toInstant(time: ParsedTime, zone: StoreZone, isGmt: boolean, ignoreZone = false): number {
  if (time.offset !== null && !ignoreZone) return time.digits - time.offset;
  return isGmt ? time.digits : zone.fromLocal(time.digits);
}
