/** A store that is given files of statements through the door for imports. */
import type { Adapter } from "../../../src/core/adapter.ts";
import { type GivenApi, givenApi } from "../../api/given-api.ts";

/** What a store holds that was never given anything. */
export const NOTHING = { settlements: 0, entries: 0, waiting: 0, documents: 0, sum: null };

export interface GivenStatements {
  api: GivenApi;
  admin: string;
  give(bytes: Uint8Array): Promise<{ status: number; body: GivenAnswer }>;
  held(): Promise<Held | undefined>;
}

type GivenAnswer = Awaited<ReturnType<GivenApi["send"]>>["body"];
type Held = Record<"settlements" | "entries" | "waiting" | "documents" | "sum", number | string | null>;

const HELD = `select (select count(*)::int from settlements) as settlements, (select count(*)::int from ledger_entries) as entries,
  (select count(*)::int from open_entries) as waiting, (select count(*)::int from raw_documents) as documents,
  (select trim_scale(sum(amount))::text from ledger_entries) as sum`;

/** A new database with a store of the platform. */
export async function givenStatements(
  adapters: ReadonlyMap<string, Adapter>,
  platform: string,
  settings: object,
): Promise<GivenStatements> {
  const api = await givenApi({ start: "2026-03-20T08:00:00Z", adapters });
  api.engine.adapterOf = (id) => adapters.get(id);
  const admin = await api.key("admin");
  const { id } = await api.store({ platform });
  await api.db.query("update stores set settings = $2::text::jsonb where id = $1::uuid", [
    id,
    JSON.stringify(settings),
  ]);
  return {
    api,
    admin,
    give: async (bytes) => {
      const answer = await api.send(admin, `POST /v1/stores/${id}/import?resource=settlements`, { body: bytes });
      return { status: answer.status, body: answer.body };
    },
    held: async () => (await api.db.query<Held>(HELD))[0],
  };
}
