/** What a store of this platform is connected with, and the settings that a person may change. */
import { z } from "zod";
import type { Store } from "../../core/adapter.ts";

export const DEFAULT_ROOT = "https://api.platform.example";

export const CREDENTIALS = z.object({
  access_token: z.string().trim().min(1),
  refresh_token: z.string().trim().min(1),
});

export const SETTINGS = z.object({
  /** Name of the place whose stock a new listing draws on. */
  default_place: z.string().min(1).default("MAIN"),
  /** How quantities go out: by calls, or by feeds that the platform works off by itself. */
  stock_by: z.enum(["call", "feed"]).default("call"),
});
export type Settings = z.infer<typeof SETTINGS>;

const DEFAULTS: Settings = SETTINGS.parse({});

/** Settings with defaults; what does not parse counts as absent, so that mapping stays total. */
export function settingsOf(settings: Readonly<Record<string, unknown>>): Settings {
  const known = SETTINGS.safeParse(settings);
  return known.success ? known.data : DEFAULTS;
}

/** Root of the addresses: a relay or a fake where the store names one. */
export function rootOf(store: Pick<Store, "baseUrl">): string {
  return (store.baseUrl ?? DEFAULT_ROOT).replace(/\/+$/, "");
}
