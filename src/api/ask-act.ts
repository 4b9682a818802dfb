/** Asks for an act at a platform, on behalf of whoever sent the request. */
import { requestAct } from "../sync/actions.ts";
import { json } from "./define.ts";
import type { Api, ApiContext, Principal } from "./types.ts";

/** Once per `Idempotency-Key`. Throws `InputError` where the platform has no such act, or its input is not right. */
export async function askForAct(
  api: Api,
  c: ApiContext,
  who: Principal,
  on: { storeId: string; subject: "order" | "dispute"; subjectId: string },
  act: { kind: string; input: unknown },
) {
  const key = c.req.header("idempotency-key");
  const { id, repeated } = await requestAct(api.engine, {
    ...on,
    ...act,
    actor: who.actor,
    ...(key === undefined ? {} : { idempotencyKey: `${who.keyId}:${act.kind}:${on.subjectId}:${key}` }),
  });
  return { id, kind: act.kind, status: "pending", repeated };
}

/** 202, and where it is told what became of it. */
export const accepted = (c: ApiContext, action: { id: string }) =>
  json(c, action, 202, { location: `/v1/actions/${action.id}` });
