/** A caller of a fake store for its tests: Basic over https unless told otherwise. */

import type { WooCommerceFake } from "../../src/fakes/woocommerce/index.ts";

export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  body: any;
}

export interface StoreClient {
  get(path: string, headers?: Record<string, string>): Promise<Answered>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  /** All pages of a list. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  all(path: string): Promise<any[]>;
}

export function basic(key: { key: string; secret: string }): string {
  return `Basic ${Buffer.from(`${key.key}:${key.secret}`).toString("base64")}`;
}

export async function call(fake: WooCommerceFake, url: string, init: RequestInit = {}): Promise<Answered> {
  const response = await fake.fetch(new Request(url, init));
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

export function clientOf(fake: WooCommerceFake): StoreClient {
  const send: StoreClient["send"] = (method, path, body, headers = {}) => {
    const content = body === undefined ? {} : { "content-type": "application/json" };
    return call(fake, `${fake.settings.storeUrl}/wp-json/wc/v3${path}`, {
      method,
      headers: { authorization: basic(fake.keys.readWrite), ...content, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  const get: StoreClient["get"] = (path, headers) => send("GET", path, undefined, headers);
  return {
    get,
    send,
    async all(path) {
      const rows = [];
      for (let page = 1; ; page += 1) {
        const answer = await get(`${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`);
        rows.push(...answer.body);
        if (page >= Number(answer.headers.get("x-wp-totalpages"))) return rows;
      }
    },
  };
}
