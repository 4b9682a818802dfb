import { type GivenApi, givenApi } from "./given-api.ts";

export const NEW_STORE = { platform: "example", name: "North shop", credentials: { token: "good-token" } };

/** The app with a store that was connected through it, and an administrator's key. */
export async function givenConnected(body: object = NEW_STORE) {
  const api = await givenApi();
  const key = await api.key("admin");
  const { body: store } = await api.send(key, "POST /v1/stores", { body });
  return { api, key, store };
}

/** Where each stream of the stores stands. */
export const streams = (api: GivenApi) =>
  api.db.query<{
    resource: string;
    stream: string;
    watermark: string;
    state: string;
    due_at: string;
    backfill_from: string;
    fence: string;
  }>(
    "select resource, stream, watermark, state, due_at, backfill_from, fence from checkpoints order by resource, stream",
  );
