/** A caller of the fake shop for its tests, with a signer of its own. */

import { createHash, createHmac } from "node:crypto";
import type { TaobaoFake } from "../../src/fakes/taobao/index.ts";

export type Fields = Record<string, string | number | boolean | undefined>;
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
export type Body = any;

export interface Answer {
  status: number;
  text: string;
  body: Body;
}

/** md5 and hmac over sorted names and values. */
export function sign(secret: string, method: string, values: Record<string, string>, body = ""): string {
  const names = Object.keys(values).filter((name) => name !== "sign" && values[name]?.trim() !== "");
  const text = names.sort().reduce((all, name) => all + name + values[name], "") + body;
  if (method === "md5") return createHash("md5").update(`${secret}${text}${secret}`).digest("hex").toUpperCase();
  const digest = method === "hmac" ? "md5" : "sha256";
  return createHmac(digest, secret).update(text).digest("hex").toUpperCase();
}

/** Ids of 16 digits and more as text. */
export function parseBig(text: string): Body {
  return JSON.parse(text.replace(/("(?:[^"\\]|\\.)*")|(-?\d{16,})/g, (_, quoted, digits) => quoted ?? `"${digits}"`));
}

export function timestampOf(at: Date): string {
  return new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
}

export interface TopClient {
  /** The lean answer, an error included. */
  call(method: string, fields?: Fields, system?: Fields, files?: Record<string, File>): Promise<Answer>;
  /** The lean answer's body. Throws when it is an error. */
  ok(method: string, fields?: Fields, system?: Fields, files?: Record<string, File>): Promise<Body>;
  /** `code sub_code` of a refusal. */
  refusal(method: string, fields?: Fields, system?: Fields, files?: Record<string, File>): Promise<string>;
  /** All rows of a list, page by page. */
  all(method: string, list: string, fields: Fields): Promise<Body[]>;
}

export function clientOf(fake: TaobaoFake, now: () => Date): TopClient {
  const call: TopClient["call"] = async (method, fields = {}, system = {}, files = {}) => {
    const values: Record<string, string> = {};
    const standard: Fields = {
      method,
      app_key: fake.app.key,
      session: fake.credentials.session,
      timestamp: timestampOf(now()),
      v: "2.0",
      format: "json",
      simplify: true,
      sign_method: "hmac-sha256",
    };
    for (const [name, value] of Object.entries({ ...standard, ...fields, ...system }))
      if (value !== undefined) values[name] = String(value);
    values.sign ??= sign(fake.app.secret, values.sign_method ?? "", values);
    const form = new FormData();
    for (const [name, value] of Object.entries(values)) form.append(name, value);
    for (const [name, file] of Object.entries(files)) form.append(name, file);
    const body = Object.keys(files).length > 0 ? form : new URLSearchParams(values);
    const response = await fake.fetch(new Request("http://localhost/router/rest", { method: "POST", body }));
    const text = await response.text();
    return { status: response.status, text, body: text.startsWith("{") ? parseBig(text) : null };
  };
  const ok: TopClient["ok"] = async (...input) => {
    const { body, text } = await call(...input);
    if (body?.error_response !== undefined) throw new Error(`${input[0]}: ${text}`);
    return body;
  };
  return {
    call,
    ok,
    async refusal(...input) {
      const { body, text } = await call(...input);
      if (body?.error_response === undefined) throw new Error(`not refused: ${text.slice(0, 300)}`);
      const { code, sub_code } = body.error_response;
      return sub_code === undefined ? String(code) : `${code} ${sub_code}`;
    },
    async all(method, list, fields) {
      const rows: Body[] = [];
      for (let page = 1; ; page += 1) {
        const body = await ok(method, { ...fields, page_no: page, use_has_next: true });
        rows.push(...(body[list] ?? []));
        if (body.has_next !== true) return rows;
      }
    },
  };
}
