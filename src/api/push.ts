/** What would go out to a store, and the emergency brake. */

import { pushBlock } from "../sync/push.ts";
import { setPushStopped } from "../sync/push-brake.ts";
import { type Forecast, forecastPush } from "../sync/push-forecast.ts";
import { define, json } from "./define.ts";
import { notFound } from "./errors.ts";
import { idParams } from "./schemas/common.ts";
import { brakeInput, brakeSchema, forecastSchema } from "./schemas/push.ts";
import { maySee, visibleStore } from "./store-access.ts";
import type { Api } from "./types.ts";

export function definePush(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/stores/{id}/push",
    {
      summary: "What would go out to a store",
      description:
        "Counted, also where the store is only observed; `GET /v1/offers?store=…&differs=true` lists it. Nothing is sent.",
      params: idParams,
      answer: forecastSchema,
    },
    async ({ c, who, params }) => {
      const row = await visibleStore(engine, who, params.id);
      const stock = render(await forecastPush(engine, row.id, "stock"));
      const prices = render(await forecastPush(engine, row.id, "price"));
      return json(c, { store_id: row.id, blocked: pushBlock(row), stock, prices });
    },
  );
  define(
    api,
    "PUT /v1/push-brake",
    {
      summary: "The emergency brake: stops or starts what goes out",
      description: "Of some stores, or of every store that the key may see. Calls under way end; no other is begun.",
      body: brakeInput,
      answer: brakeSchema,
    },
    async ({ c, who, body }) => {
      if (body.stores?.some((id) => !maySee(who, id))) throw notFound("store");
      const stores = body.stores ?? who.stores;
      const input = { stopped: body.stopped, stores, reason: body.reason ?? null, actor: who.actor };
      const rows = await setPushStopped(engine, input);
      if (body.stores && rows.length < new Set(body.stores).size) throw notFound("store");
      const data = rows.map(({ id, changed }) => ({ store_id: id, push_stopped: body.stopped, changed }));
      return json(c, { data });
    },
  );
}

const render = (forecast: Forecast | null) =>
  forecast && {
    differing: forecast.differing,
    to_zero: forecast.toZero,
    less: forecast.less,
    more: forecast.more,
    same: forecast.same,
    waiting: forecast.waiting,
    calls: forecast.calls,
    expected_end_at: forecast.expectedEndAt,
  };
