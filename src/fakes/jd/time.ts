/** The platform's clock: whole seconds inside; `yyyy-MM-dd HH:mm:ss` of Beijing or epoch milliseconds on the wire. */

const OFFSET = 8 * 3600;
/** The two texts for a time that has not come. */
export const EMPTY_TIMES = ["0001-01-01 00:00:00", "1970-01-01 00:00:00"] as const;

/** The same second of the next month; the month's last day where that has no such day. */
export function monthLater(seconds: number): number {
  const date = new Date((seconds + OFFSET) * 1000);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + 1);
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return date.getTime() / 1000 - OFFSET;
}
