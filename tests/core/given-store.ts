import type { Credentials, Store } from "../../src/core/adapter.ts";

/** Credentials as tests need them; the token is unmistakable, so that a leak can be found. */
export function givenCredentials(version = 1): Credentials {
  return { purpose: "api", values: { token: `Secretoken${version}` }, version, expiresAt: null };
}

export function givenStore(overrides: Partial<Store> = {}): Store {
  return {
    id: "store-1",
    platform: "example",
    name: "Example shop",
    externalId: null,
    baseUrl: null,
    settings: {},
    marketplaces: [],
    currency: "EUR",
    timeZone: "UTC",
    app: null,
    priority: "normal",
    prepaid: null,
    facts: {},
    credentials: async () => givenCredentials(),
    refresh: async (stale) => givenCredentials(stale.version + 1),
    ...overrides,
  };
}
