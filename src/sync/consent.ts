/**
 * Consent at a platform: a person is sent to its page, and comes back with a code that is exchanged for credentials. What
 * was asked for waits under a random state, sealed, which is good once and for a quarter of an hour.
 */
import type { App, Grant } from "../core/adapter.ts";
import { fromBase64, randomBytes, toBase64, toBase64Url } from "../core/crypto.ts";
import { InputError } from "../core/errors.ts";
import { noteSecrets } from "../core/mask.ts";
import { openText, sealText } from "../core/secrets.ts";
import { checkGrant } from "./check-grant.ts";
import { type ConnectInput, connectWithGrant, reconnectWithGrant } from "./connect-store.ts";
import type { Engine } from "./engine.ts";
import { openApp } from "./store-handle.ts";
import { checkSettings } from "./store-settings.ts";

const GOOD_MS = 15 * 60_000;

/** What the person wants: a new store, or new credentials for one. */
export type Wanted =
  | ({ kind: "connect" } & Omit<ConnectInput, "platform" | "credentials" | "appId">)
  | { kind: "reconnect"; storeId: string; actor: string };

interface Pending {
  appId: string;
  redirectUrl: string;
  wanted: Wanted;
}

/** Where the person goes. Throws `InputError` where the platform has no consent, or the app is not there. */
export async function beginConsent(engine: Engine, input: Pending): Promise<{ url: string; expiresAt: Date }> {
  const { app, auth, adapter } = await openConsent(engine, input.appId);
  if (input.wanted.kind === "connect") checkSettings(adapter, input.wanted.settings);
  const state = toBase64Url(randomBytes(24));
  const expiresAt = new Date(engine.clock.now().getTime() + GOOD_MS);
  await clearConsents(engine);
  const sealed = sealText(engine.keyring, sealedAt(state), JSON.stringify(input));
  await engine.db.query(
    `insert into settings (name, value, updated_at) values ($1, jsonb_build_object('sealed', $2::text, 'until', $3::text), $4::timestamptz)`,
    [nameOf(state), toBase64(sealed), expiresAt.toISOString(), engine.clock.now().toISOString()],
  );
  const settings = input.wanted.kind === "connect" ? input.wanted.settings : {};
  return { url: auth.authoriseUrl(app, { state, redirectUrl: input.redirectUrl, settings }), expiresAt };
}

/** The person is back: credentials for the code, then what was wanted. Answers the store. */
export async function finishConsent(
  engine: Engine,
  input: { platform: string; query: Record<string, string> },
  signal: AbortSignal,
): Promise<{ storeId: string; name: string; isNew: boolean }> {
  const code = input.query[engine.adapterOf(input.platform)?.auth.codeParameter ?? "code"];
  noteSecrets([code]);
  const { appId, redirectUrl, wanted } = await takePending(engine, input.query.state ?? "");
  const { app, auth } = await openConsent(engine, appId);
  if (app.platform !== input.platform) throw unknownState();
  const refused = input.query.error ?? null;
  if (refused !== null || !code)
    throw new InputError(
      "consent_refused",
      `The platform gave no consent${refused ? `: ${input.query.error_description ?? refused}` : ""}. Ask for it once more.`,
      { status: 422 },
    );
  const grant: Grant = await checkGrant(() => auth.exchange(app, { query: input.query, redirectUrl }, signal));
  if (wanted.kind === "reconnect") {
    const row = await reconnectWithGrant(engine, wanted.storeId, { grant, actor: wanted.actor }, signal);
    return { storeId: row.id, name: row.name, isNew: false };
  }
  const since = wanted.since ? new Date(wanted.since) : undefined;
  const row = await connectWithGrant(engine, { ...wanted, since, platform: app.platform, appId }, grant, signal);
  return { storeId: row.id, name: row.name, isNew: true };
}

async function openConsent(engine: Engine, appId: string) {
  const app = await openApp(engine, appId);
  if (!app) throw new InputError("app_not_found", `There is no app ${appId}.`, { status: 404 });
  const adapter = engine.adapterOf(app.platform);
  if (!adapter) throw new InputError("unknown_platform", `There is no platform "${app.platform}".`, { status: 422 });
  const { authoriseUrl, exchange } = adapter.auth;
  if (!authoriseUrl || !exchange)
    throw new InputError("no_consent", `${adapter.label} has no consent: connect its stores with typed credentials.`, {
      status: 422,
    });
  const auth = {
    authoriseUrl: (own: App, options: Parameters<typeof authoriseUrl>[1]) =>
      adapter.auth.authoriseUrl?.(own, options) ?? "",
    exchange: (own: App, options: Parameters<typeof exchange>[1], signal: AbortSignal) =>
      exchange.call(adapter.auth, own, options, signal),
  };
  return { app, adapter, auth };
}

/** Good once: it is gone with the first who brings it. */
async function takePending(engine: Engine, state: string): Promise<Pending> {
  if (!/^[A-Za-z0-9_-]{32}$/.test(state)) throw unknownState();
  const [row] = await engine.db.query<{ sealed: string; until: string }>(
    "delete from settings where name = $1 returning value ->> 'sealed' as sealed, value ->> 'until' as until",
    [nameOf(state)],
  );
  if (!row || new Date(row.until) <= engine.clock.now()) throw unknownState();
  return JSON.parse(openText(engine.keyring, sealedAt(state), fromBase64(row.sealed))) as Pending;
}

/** Consents that nobody came back from. */
async function clearConsents(engine: Engine): Promise<void> {
  await engine.db.query(
    "delete from settings where name like 'consent/%' and (value ->> 'until')::timestamptz < $1::timestamptz",
    [engine.clock.now().toISOString()],
  );
}

const nameOf = (state: string) => `consent/${state}`;
const sealedAt = (state: string) => ({ table: "settings", store: null, id: nameOf(state) });

const unknownState = () =>
  new InputError(
    "unknown_state",
    "This consent was asked for too long ago, was used already, or is not ours. Ask for it once more.",
    {
      status: 422,
    },
  );
