/** What the API takes and answers, as far as commands use it. */
import type { Resource } from "../core/model/vocabulary.ts";

export interface StoreView {
  id: string;
  platform: string;
  name: string;
  /** observe, live, disconnected. */
  mode: string;
  /** ok, auth_expired, refused, paused. */
  state: string;
  state_reason: string | null;
  push_stopped: boolean;
  currency: string;
  time_zone: string;
  base_url: string | null;
  external_id: string | null;
  settings: Readonly<Record<string, unknown>>;
  facts: Readonly<Record<string, string | number | boolean>>;
  clock_skew_ms: number | null;
  webhook_checked_at: string | null;
}

export interface NewStore {
  platform: string;
  name: string;
  credentials: Record<string, unknown>;
  settings: Record<string, unknown>;
  base_url: string | null;
  currency?: string | undefined;
  time_zone?: string | undefined;
  since?: Date | undefined;
  adopt_skus: boolean;
}

export interface PullRequest {
  storeId: string;
  resource: Resource | null;
  /** A past window that is read beside the present. */
  since?: Date | undefined;
  until?: Date | undefined;
  /** What is due anyway, and nothing before its time. */
  onlyDue: boolean;
}

/** Where a stream stands, with its counters since it was made. */
export interface StreamView {
  resource: string;
  stream: string;
  state: string;
  feeds_stock: boolean;
  watermark: string | null;
  lag_seconds: number | null;
  due_at: string;
  attempts: number;
  error: { category: string; text: string | null; at: string | null } | null;
  read_count: number;
  changed_count: number;
  rejected_count: number;
}

export interface StoreHealth {
  store_id: string;
  state: string;
  state_reason: string | null;
  push_blocked: string | null;
  lag_seconds: number | null;
  worst_stream: string | null;
  streams: StreamView[];
  offers: { dirty: number; oldest_dirty_at: string | null; rejected: number; unknown: number };
  unmapped_variants: number;
  inbox: { pending: number; failed: number };
  last_webhook_at: string | null;
  actions: { open: number; dead: number };
  rejected_records: number;
  open_alerts: number;
}

export interface PushView {
  store_id: string;
  store: string;
  aspect: "stock" | "price";
  sent: number;
  accepted: number;
  rejected: number;
  unknown: number;
  held_back: string | null;
}

export interface ImportView {
  read: number;
  created: number;
  changed: number;
  unchanged: number;
  rejected: { external_id: string | null; reason: string }[];
}

export interface KeyView {
  id: string;
  name: string;
  prefix: string;
  role: string | null;
  scopes: string[];
  stores: string[] | null;
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
}

export interface NewKey {
  name: string;
  role?: string | undefined;
  scopes?: string[] | undefined;
  stores?: string[] | undefined;
  expires_at?: Date | undefined;
}

export interface RejectedView {
  id: string;
  store_id: string;
  resource: string;
  external_id: string;
  reason: string;
}

export interface ReplayView {
  id: string;
  /** stored, rejected. */
  outcome: string;
  reason: string | null;
}
