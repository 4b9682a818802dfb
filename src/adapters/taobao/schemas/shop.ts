/** Who the seller is, and the answer of the token address. */
import { z } from "zod";
import { id, textOrNull } from "../../../core/wire.ts";
import { isFields } from "../client/envelope.ts";
import { intOrNull } from "./helpers.ts";

export const SELLER = z.looseObject({
  user: z.looseObject({ user_id: id(), nick: textOrNull(), type: textOrNull(), status: textOrNull() }),
});

const FIELDS = {
  access_token: id(),
  refresh_token: textOrNull(),
  expires_in: intOrNull(),
  re_expires_in: intOrNull(),
  r1_expires_in: intOrNull(),
  r2_expires_in: intOrNull(),
  w1_expires_in: intOrNull(),
  w2_expires_in: intOrNull(),
  taobao_user_id: textOrNull(),
  taobao_user_nick: textOrNull(),
  sub_taobao_user_id: textOrNull(),
  sub_taobao_user_nick: textOrNull(),
};

/** The gateway's twin of the token address answers the same fields as JSON text in `token_result`. */
export const TOKEN = z.preprocess((value) => {
  if (!isFields(value) || typeof value.token_result !== "string") return value;
  try {
    return JSON.parse(value.token_result) as unknown;
  } catch {
    return value;
  }
}, z.looseObject(FIELDS));
export type Token = z.infer<typeof TOKEN>;
