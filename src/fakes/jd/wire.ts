/** The envelope of answers: one root named after the method, with the vendor's spelling `_responce`. */

import { yuan } from "./money.ts";

/** A JSON number with its digits as they are written: `184.00` is no 184. */
export class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Value =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | Digits
  | Value[]
  | { [name: string]: Value };
export type Row = { [name: string]: Value };

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

/** JSON whose bigints are bare numbers; absent members are left out. */
export function json(value: Value): string {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(json).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${json(member)}`).join(",")}}`;
}

function respond(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "application/json;charset=UTF-8" } });
}
