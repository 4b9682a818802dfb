/** The API over an example platform that has statements: its book `main` is trusted more than `second`; others count nowhere. */
import type { Adapter, ReadCapability } from "../../src/core/adapter.ts";
import { mapExample } from "../support/example.ts";
import { createExampleAdapter } from "./example-adapter.ts";
import { type GivenApi, givenApi } from "./given-api.ts";

const reading: ReadCapability = {
  streams: [],
  getBatch: 1,
  list: () => Promise.reject(new Error("nothing is read")),
  getMany: () => Promise.reject(new Error("nothing is read")),
  toUnified: mapExample,
  parseFile: () => [],
};

export async function givenFinance(start: string): Promise<GivenApi & { finance: string }> {
  const { adapter } = createExampleAdapter();
  const withStatements: Adapter = { ...adapter, settlements: { ...reading, books: [["main"], ["second"]] } };
  const api = await givenApi({ start, adapters: new Map([["example", withStatements]]) });
  return { ...api, finance: await api.key("finance") };
}
