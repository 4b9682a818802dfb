/** Locations: where stock is kept. */
import { toDate } from "../core/db/database.ts";
import { type LocationView, listLocations } from "../core/db/location-list.ts";
import { changeLocation, createLocation } from "../core/stock/locations.ts";
import { isConfirmed } from "./approvals.ts";
import { define, json } from "./define.ts";
import { notFound } from "./errors.ts";
import { refuseLimited } from "./keys.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { confirmQuery } from "./schemas/allocation.ts";
import { idParams, listQuery, page } from "./schemas/common.ts";
import { locationInput, locationPatch, locationSchema } from "./schemas/locations.ts";
import type { Api } from "./types.ts";

const LIST: CursorForm = { list: "locations", kinds: ["text"] };

export function defineLocations(api: Api): void {
  const { engine } = api;
  const show = async (id: string) => {
    const { rows } = await listLocations(engine.db, { stores: null, id }, { limit: 1, after: null });
    const [row] = rows;
    if (!row) throw notFound("location");
    return renderLocation(row);
  };
  define(
    api,
    "GET /v1/locations",
    {
      summary: "Locations, your own and the warehouses of platforms",
      description:
        "A platform's warehouse is shown as the platform tells it; its goods are sold by that platform alone.",
      query: listQuery({}),
      answer: page(locationSchema),
    },
    async ({ c, who, query }) =>
      answerPage(c, LIST, await listLocations(engine.db, { stores: who.stores }, pageOf(LIST, query)), renderLocation),
  );
  define(
    api,
    "POST /v1/locations",
    { summary: "Makes a location of yours", body: locationInput, answer: locationSchema, status: 201 },
    async ({ c, who, body }) => {
      refuseLimited(who);
      const id = await createLocation(engine.db, { ...body, actor: who.actor }, engine.clock.now());
      return json(c, await show(id), 201, { location: `/v1/locations/${id}` });
    },
  );
  define(
    api,
    "PATCH /v1/locations/{id}",
    {
      summary: "Renames a location of yours, or says whether its goods are for sale",
      description:
        "Offers follow at once. Where too many live offers would go to zero it is refused (409 `too_many_zeroes`) unless " +
        "`confirm=true`.",
      params: idParams,
      query: confirmQuery,
      body: locationPatch,
      answer: locationSchema,
    },
    async ({ c, who, params, query, body }) => {
      refuseLimited(who);
      const input = { id: params.id, ...body, actor: who.actor, confirmed: isConfirmed(who, query.confirm) };
      if (!(await changeLocation(engine.db, input, engine.clock.now()))) throw notFound("location");
      engine.wake();
      return json(c, await show(params.id));
    },
  );
}

function renderLocation(row: LocationView) {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    kind: row.kind,
    store_id: row.store_id,
    sellable: row.sellable,
    skus: Number(row.skus),
    on_hand: Number(row.on_hand),
    reserved: Number(row.reserved),
    created_at: toDate(row.created_at),
  };
}
