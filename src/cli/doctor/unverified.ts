/** Facts that nobody could verify, as far as a store depends on them. */
import { type Adapter, isAbsent, type Store, type Unverified } from "../../core/adapter.ts";
import type { StoreView } from "../views.ts";

/** What a store that only observes does not do; acts are a person's own decision and go all the same. */
const PUSHED = new Set(["stock", "prices"]);

/**
 * The facts of an adapter that matter to a store. One is left out where its capability (or the act or setting that stands
 * after the point) is absent, is taken away by the store's kind or settings, or is not used in the store's mode.
 */
export function unverifiedOf(adapter: Adapter, store: StoreView): Unverified[] {
  const lacking = adapter.unavailable?.(handleOf(store)) ?? {};
  return adapter.unverified.filter(({ capability }) => {
    const [name = "", part = ""] = capability.split(".");
    if (Object.hasOwn(lacking, name) || Object.hasOwn(lacking, capability)) return false;
    if (store.mode === "observe" && PUSHED.has(name)) return false;
    const value = Object.hasOwn(adapter, name) ? (adapter[name as keyof Adapter] as object) : null;
    if (value === null) return true;
    if (isAbsent(value)) return false;
    const acts = "acts" in value ? (value.acts as Readonly<Record<string, object>>) : {};
    const act = Object.hasOwn(acts, part) ? acts[part] : undefined;
    return act === undefined || !isAbsent(act);
  });
}

/** The store as far as it is shown: what it lacks follows from its settings and from what the first look found. */
function handleOf(store: StoreView): Store {
  const none = () => Promise.reject(new Error("doctor asks adapters for no credentials"));
  return {
    id: store.id,
    platform: store.platform,
    name: store.name,
    externalId: store.external_id,
    baseUrl: store.base_url,
    settings: store.settings,
    marketplaces: [],
    currency: store.currency,
    timeZone: store.time_zone,
    app: null,
    priority: "interactive",
    prepaid: null,
    facts: store.facts,
    credentials: none,
    refresh: none,
  };
}
