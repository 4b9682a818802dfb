/** Calls of Medusa's fake with its own headers, as a test sends them. */

import { createManualClock } from "../../src/fakes/fake.ts";
import { createMedusaFake, type MedusaFakeOptions } from "../../src/fakes/medusa/index.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
export type Body = any;

export const START = new Date("2026-03-01T08:00:00Z");

export interface Answer {
  status: number;
  body: Body;
}

export function givenMedusa(options: MedusaFakeOptions = {}) {
  const clock = createManualClock(START);
  const fake = createMedusaFake({ clock, name: "test", seed: 5, ...options });
  const basic = `Basic ${Buffer.from(`${fake.credentials.api_key}:`).toString("base64")}`;
  const call = async (method: string, path: string, body?: unknown, authorization = basic): Promise<Answer> => {
    const headers = { authorization, "content-type": "application/json" };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fake.fetch(new Request(`http://shop.example.test${path}`, init));
    const text = await response.text();
    return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
  };
  const get = async (path: string, query: Record<string, string> = {}): Promise<Body> => {
    const { status, body } = await call("GET", `${path}?${new URLSearchParams(query)}`);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  return { fake, clock, call, get, post: (path: string, body: unknown = {}) => call("POST", path, body) };
}

export type GivenMedusa = ReturnType<typeof givenMedusa>;
