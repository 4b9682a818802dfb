/** What every answer carries: the id under which the log knows the request. */
import type { MiddlewareHandler } from "hono";
import type { Env } from "./types.ts";

const REQUEST_ID = /^[\w.:-]{8,100}$/;

/** Takes the caller's request id where it sent a harmless one, else makes one. */
export const giveRequestId: MiddlewareHandler<Env> = async (c, next) => {
  const given = c.req.header("x-request-id");
  const id = given !== undefined && REQUEST_ID.test(given) ? given : crypto.randomUUID();
  c.set("requestId", id);
  c.header("x-request-id", id);
  await next();
};
