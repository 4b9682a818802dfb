/** Our registrations with platforms, and the consent of a shop's owner to one of them. */
import { z } from "zod";
import { type AppRow, deleteApp, insertApp, listApps } from "../core/db/apps.ts";
import { appendAudit } from "../core/db/audit.ts";
import { InputError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import { beginConsent, finishConsent, type Wanted } from "../sync/consent.ts";
import { define, json } from "./define.ts";
import { notFound } from "./errors.ts";
import { appInput, appSchema, appsSchema, consentInput, consentSchema } from "./schemas/apps.ts";
import { idParams } from "./schemas/common.ts";
import { visibleStore } from "./store-access.ts";
import type { Api, Principal } from "./types.ts";

export function defineApps(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/apps",
    { summary: "Our registrations with platforms", answer: appsSchema },
    async ({ c, who }) => {
      refuseLimited(who);
      return json(c, { data: (await listApps(engine.db)).map(renderApp), next: null });
    },
  );
  define(
    api,
    "POST /v1/apps",
    {
      summary: "Notes a registration with a platform",
      description:
        "Its key and secret sign the calls of all stores that are connected through it; its quotas are shared.",
      body: appInput,
      answer: appSchema,
      status: 201,
    },
    async ({ c, who, body }) => {
      refuseLimited(who);
      if (!api.adapters.has(body.platform))
        throw new InputError("unknown_platform", `There is no platform "${body.platform}".`, { status: 422 });
      const at = engine.clock.now();
      const row = { id: newId(at), ...body, createdAt: at };
      await engine.db.transaction(async (tx) => {
        await insertApp(tx, engine.keyring, row);
        await appendAudit(tx, [audited(who, "apps.add", row.id)], at);
      });
      return json(c, renderApp(row), 201);
    },
  );
  define(
    api,
    "DELETE /v1/apps/{id}",
    { summary: "Forgets a registration that no store uses", params: idParams, status: 204 },
    async ({ c, who, params }) => {
      refuseLimited(who);
      const used = await engine.db.transaction(async (tx) => {
        const stores = await deleteApp(tx, params.id);
        if (stores === 0) await appendAudit(tx, [audited(who, "apps.remove", params.id)], engine.clock.now());
        return stores;
      });
      if (used === null) throw notFound("app");
      if (used > 0)
        throw new InputError("app_in_use", `${used} stores are connected through this app: disconnect them first.`, {
          status: 409,
        });
      return c.body(null, 204);
    },
  );
  defineConsent(api);
}

function defineConsent(api: Api): void {
  const { engine } = api;
  define(
    api,
    "POST /v1/apps/{id}/consent",
    {
      summary: "Where a shop's owner consents to being connected",
      description:
        "Open `url` in a browser within a quarter of an hour. The platform leads back to `redirect_url`, and the store is " +
        "connected in observe mode, or has new credentials. PUBLIC_URL must be the address of this server.",
      params: idParams,
      body: consentInput,
      answer: consentSchema,
      status: 201,
    },
    async ({ c, who, params, body }) => {
      const wanted = await wantedOf(api, who, body);
      if (wanted.kind === "connect") refuseLimited(who);
      const app = (await listApps(engine.db)).find((row) => row.id === params.id);
      if (!app) throw notFound("app");
      const redirectUrl = callbackUrl(api, app.platform);
      const begun = await beginConsent(engine, { appId: app.id, redirectUrl, wanted });
      return json(c, { url: begun.url, expires_at: begun.expiresAt, redirect_url: redirectUrl }, 201);
    },
  );
}

/** To be defined before keys are asked for: a browser brings none, and the state is good once. */
export function defineConsentReturn(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/oauth/{platform}/callback",
    {
      summary: "Where a platform leads a shop's owner back to",
      params: z.object({ platform: z.string().regex(/^[a-z0-9_-]{1,40}$/) }),
      answerType: "text/plain",
    },
    async ({ c, params }) => {
      const input = { platform: params.platform, query: c.req.query() };
      const { name, isNew } = await finishConsent(engine, input, c.req.raw.signal);
      const text = isNew
        ? `"${name}" is connected. It is read from now on; nothing is sent to it until you switch it to live. You may close this page.`
        : `"${name}" has new credentials; what waited goes on. You may close this page.`;
      return c.text(text, 200, { "cache-control": "no-store", "referrer-policy": "no-referrer" });
    },
  );
}

function callbackUrl(api: Api, platform: string): string {
  const { publicUrl } = api.config;
  if (publicUrl === null)
    throw new InputError("public_url_missing", "Set PUBLIC_URL to the address at which this server is reached.", {
      status: 409,
    });
  return `${publicUrl.replace(/\/$/, "")}/v1/oauth/${platform}/callback`;
}

async function wantedOf(api: Api, who: Principal, body: z.output<typeof consentInput>): Promise<Wanted> {
  const { actor } = who;
  if (body.store_id !== undefined) {
    await visibleStore(api.engine, who, body.store_id);
    return { kind: "reconnect", storeId: body.store_id, actor };
  }
  if (body.name === undefined)
    throw new InputError(
      "name_missing",
      "Say what the new store is called here (`name`), or name a store (`store_id`).",
      {
        status: 422,
      },
    );
  const { name, settings, base_url: baseUrl, since, adopt_skus: adoptSkus } = body;
  return { kind: "connect", name, settings, baseUrl, since, adoptSkus, actor };
}

/** Apps open all stores that are connected through them. */
function refuseLimited(who: Principal): void {
  if (who.stores === null) return;
  throw new InputError("key_limited", "A key of some stores manages no apps and connects no stores.", { status: 403 });
}

const audited = (who: Principal, act: string, id: string) => ({
  actor: who.actor,
  act,
  storeId: null,
  subject: "app",
  subjectId: id,
  cause: null,
  detail: null,
  outcome: "done",
});

function renderApp(row: Omit<AppRow, "secret">) {
  return {
    id: row.id,
    platform: row.platform,
    name: row.name,
    key: row.key,
    settings: row.settings,
    created_at: row.createdAt,
  };
}
