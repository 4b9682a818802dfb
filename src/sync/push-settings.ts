/** What may be set of a store's pushes, whatever its platform. */
import { z } from "zod";

export const PUSH_SETTINGS = z.object({
  /** No quantity above zero goes to the store when its orders were read longer ago than this. */
  stock_max_age_seconds: z.int().positive().optional(),
  /** What to do where the platform shows another quantity than it confirmed, and nothing explains it. */
  stock_drift: z.enum(["push", "adopt"]).optional(),
  /** A feed that the platform has not worked off after this time hangs: what is dangerous goes another way. */
  feed_patience_seconds: z.int().positive().optional(),
  /** What goes another way where a feed hangs: zeroes alone, or every decrease. */
  feed_overdue: z.enum(["zeroes", "decreases"]).optional(),
});

export interface PushSettings {
  maxAgeSeconds: number | null;
  drift: "push" | "adopt";
  feedPatienceMs: number;
  /** The greatest urgency that goes another way. */
  overdueUrgency: 0 | 1;
}

const FEED_PATIENCE_SECONDS = 15 * 60;

/** The settings with their defaults. What was stored before a setting had rules is read as not set. */
export function pushSettings(settings: Readonly<Record<string, unknown>>): PushSettings {
  const own = Object.keys(PUSH_SETTINGS.shape);
  const parsed = PUSH_SETTINGS.safeParse(Object.fromEntries(own.map((name) => [name, settings[name]])));
  const set = parsed.success ? parsed.data : {};
  return {
    maxAgeSeconds: set.stock_max_age_seconds ?? null,
    drift: set.stock_drift ?? "push",
    feedPatienceMs: (set.feed_patience_seconds ?? FEED_PATIENCE_SECONDS) * 1000,
    overdueUrgency: set.feed_overdue === "decreases" ? 1 : 0,
  };
}
