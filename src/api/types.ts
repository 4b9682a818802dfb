/** What the routes share: who asks, what they work on. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Adapter } from "../core/adapter.ts";
import type { Database } from "../core/db/database.ts";
import type { Engine } from "../sync/engine.ts";
import type { InboxPump } from "../sync/receive-webhook.ts";
import type { Role } from "./scopes.ts";

/** Who sent a request: the key, what it allows, and the stores it may see (null: all). */
export interface Principal {
  keyId: string;
  name: string;
  role: Role | null;
  scopes: ReadonlySet<string>;
  stores: readonly string[] | null;
  /** How the audit log names it. */
  actor: string;
}

/** Figures of this process and its database in the Prometheus text format. */
export interface Metrics {
  render(db: Database, now: Date): Promise<{ contentType: string; text: string }>;
}

export interface Asset {
  body: Uint8Array;
  type: string;
}

export interface AppOptions {
  engine: Engine;
  pump: InboxPump;
  adapters: ReadonlyMap<string, Adapter>;
  config: { publicUrl: string | null; version: string };
  auth: {
    /** A key with every right for the commands of this process's owner; never stored. */
    processKey?: string;
  };
  metrics?: Metrics;
  /** Whether this process can do its work; `/readyz` also asks the database. */
  readiness?: () => boolean;
  /** The files of the reference page; null where there is none of that name. */
  asset?: (name: string) => Asset | null;
}

export interface Env {
  Variables: { requestId: string; who: Principal };
}

export type ApiContext = Context<Env>;
export type App = OpenAPIHono<Env>;

/** What a group of routes is given. */
export interface Api extends AppOptions {
  app: App;
  forgetKey(id: string): void;
}
