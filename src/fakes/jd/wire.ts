/** The envelope of answers: one root named after the method, with the vendor's spelling `_responce`. */

import { Digits, json, type Row } from "../bare-json.ts";
import { yuan } from "../fen.ts";

export { Digits, type Row } from "../bare-json.ts";

/** A refusal by the gateway, before any method has run. */
export class GatewayError extends Error {
  readonly code: string;
  readonly zh: string;

  constructor(code: string, zh: string, en: string) {
    super(en);
    this.code = code;
    this.zh = zh;
  }
}

/** A refusal by the method itself, in the second layer of its answer. */
export class BusinessError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** An id as a bare number, whatever a reader's numbers can hold. */
export function id64(id: string): bigint {
  return BigInt(id);
}

/** Yuan as a JSON number. */
export function money(fen: number): Digits {
  return new Digits(yuan(fen));
}

export function answerOf(method: string, row: Row): Response {
  return respond(`{${JSON.stringify(`${method.replaceAll(".", "_")}_responce`)}:${json({ code: "0", ...row })}}`);
}

/** A gateway's refusal; HTTP 200 unless a script says otherwise. */
export function refusalOf(code: string, zh: string, en: string, status = 200): Response {
  return respond(json({ error_response: { code, zh_desc: zh, en_desc: en } }), status);
}

function respond(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "application/json;charset=UTF-8" } });
}
