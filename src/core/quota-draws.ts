/** From an adapter's quota groups to what a call draws on: which budgets, at what cost, shared by whom. */
import type { Priority, QuotaGroup, QuotaUse, Store } from "./adapter.ts";
import type { BudgetDraw } from "./budget.ts";

const DEFAULT_BACKGROUND_SHARE = 0.8;
/** From the narrowest: who else suffers when the group pauses. */
const BREADTH: readonly QuotaGroup["scope"][] = ["listing", "endpoint", "store", "app", "host"];

/** A draw with the calls that may be in flight for it in this process. */
export interface QuotaDraw extends BudgetDraw {
  concurrency: number | null;
}

/**
 * The draws of one call. Background work draws on a second budget beside the group's own, which lets it have a share
 * only. Throws where a use names a group that the adapter does not define: a mistake of ours.
 */
export function toDraws(
  store: Store,
  groups: readonly QuotaGroup[],
  uses: readonly QuotaUse[],
  priority: Priority,
  share: number,
): QuotaDraw[] {
  return uses.flatMap((use) => {
    const group = withOverride(store, groupOf(groups, use.group));
    const draw: QuotaDraw = {
      key: budgetKey(store, group, use.key),
      cost: use.cost ?? 1,
      capacity: group.capacity,
      windowMs: group.windowMs,
      share,
      jitterMs: jitterOf(group.windowMs),
      spacingMs: group.spacingMs ?? 0,
      burst: group.burst ?? 1,
      learned: group.learned ?? false,
      daily: group.daily ?? null,
      concurrency: group.concurrency ?? null,
    };
    const backgroundShare = group.backgroundShare ?? DEFAULT_BACKGROUND_SHARE;
    if (priority !== "background" || backgroundShare >= 1) return [draw];
    const limited: QuotaDraw = { ...draw, key: `${draw.key}#background`, share: share * backgroundShare };
    return [draw, { ...limited, spacingMs: 0, daily: null, concurrency: null }];
  });
}

type QuotaOverride = Partial<Pick<QuotaGroup, "capacity" | "concurrency">> & { daily?: number };

/** A store's own host may bear more (or less) than the adapter assumes: `settings.quotas`, checked when it was set. */
function withOverride(store: Store, group: QuotaGroup): QuotaGroup {
  const overrides = store.settings.quotas as Record<string, QuotaOverride> | undefined;
  const override = overrides?.[group.name];
  if (!override) return group;
  return {
    ...group,
    capacity: override.capacity ?? group.capacity,
    ...(override.concurrency === undefined ? {} : { concurrency: override.concurrency }),
    ...(override.daily === undefined || !group.daily ? {} : { daily: { ...group.daily, limit: override.daily } }),
  };
}

/** The row that holds a group's budget: one per app, store, endpoint, listing or host. */
export function budgetKey(store: Store, group: QuotaGroup, key: string | undefined): string {
  const owner = {
    app: `app:${store.app?.id ?? store.id}`,
    store: `store:${store.id}`,
    endpoint: `store:${store.id}`,
    listing: `store:${store.id}`,
    host: `host:${hostOf(store)}`,
  }[group.scope];
  return `${store.platform}:${owner}:${group.name}${key === undefined ? "" : `:${key}`}`;
}

/** The use whose pause harms the fewest others: what is paused where the platform does not say which quota was spent. */
export function narrowest(groups: readonly QuotaGroup[], uses: readonly QuotaUse[]): QuotaUse | null {
  const breadth = (use: QuotaUse) => BREADTH.indexOf(groupOf(groups, use.group).scope);
  return uses.reduce<QuotaUse | null>((best, use) => (best && breadth(best) <= breadth(use) ? best : use), null);
}

/** The group of a use; throws where the adapter does not define it. */
export function groupOf(groups: readonly QuotaGroup[], name: string): QuotaGroup {
  const group = groups.find((candidate) => candidate.name === name);
  if (!group) throw new Error(`quota group "${name}" is not defined: add it to the adapter's limits`);
  return group;
}

/** J: 20 ms a second keeps 98 % of the budget and forgives a busy event loop of 10 ms; longer windows forgive more. */
function jitterOf(windowMs: number): number {
  return Math.min(Math.max(20, windowMs / 50), 1_000);
}

function hostOf(store: Store): string {
  return store.baseUrl !== null && URL.canParse(store.baseUrl) ? new URL(store.baseUrl).host : store.platform;
}
