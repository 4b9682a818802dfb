/** Signatures by the vectors of the vendor's SDK, and consent with its tokens. */
import { describe, expect, it } from "vitest";
import { signCall } from "../../../src/adapters/vipshop/client/index.ts";
import { Envelope, givenAdapter, givenStore, NOW, refused, type Sent, SIGNAL } from "./stub.ts";
import { SECRET, TOKEN, VECTORS } from "./vectors.ts";

describe("signature", () => {
  it.each(VECTORS)("$example", ({ of, body, theirs }) => {
    expect(signCall(SECRET, of, body)).toBe(theirs);
    expect(
      signCall(SECRET, { ...of, accessToken: of.accessToken ?? "", sign: "X" }, body),
      "empty ones take no part",
    ).toBe(theirs);
  });

  it("is over what is sent: system parameters in the query, the body byte by byte", async () => {
    const { adapter, sent } = givenAdapter(() => []);
    await adapter.auth.probe(givenStore(), SIGNAL);
    const [call] = sent as [Sent];
    const { sign, ...rest } = call.query;
    expect(rest).toEqual({
      service: "vipapis.marketplace.delivery.SovDeliveryService",
      method: "getCarriers",
      version: "1.0.0",
      timestamp: String(Date.parse(NOW) / 1000),
      format: "json",
      appKey: "a1b2c3d4",
      ...TOKEN,
    });
    expect(sign).toBe(signCall(SECRET, rest, call.body));
  });

  it("bills have a version of their own", async () => {
    const { adapter, sent } = givenAdapter(() => ({ count: 0, billDetails: [] }));
    const window = { since: new Date(NOW), until: new Date(NOW), cursor: null, limit: 10 };
    await adapter.settlements.list(givenStore(), { ...window, stream: "bills" }, SIGNAL);
    expect(sent[0]?.query.version).toBe("1.1.0");
  });

  it("an app of the supplier alone calls without a token", async () => {
    const { adapter, sent } = givenAdapter(() => []);
    const values = { app_key: "k", app_secret: "s" };
    expect(adapter.auth.credentials.safeParse(values).success).toBe(true);
    expect(adapter.auth.credentials.safeParse({ app_key: "k" }).success).toBe(false);
    const credentials = async () => ({ purpose: "api" as const, values, version: 1, expiresAt: null });
    await adapter.auth.probe(givenStore({ app: null, credentials }), SIGNAL);
    expect(sent[0]?.query).not.toHaveProperty("accessToken");
    expect(sent[0]?.query.appKey).toBe("k");
  });
});

describe("consent", () => {
  const app = { id: "a", platform: "vipshop", key: "k", secret: "s", settings: {} };

  it("takes the tokens that the call back brings", async () => {
    const { adapter, sent } = givenAdapter();
    const query = { access_token: "T", refresh_token: "R", expires_in: "7776000", refresh_expires_time: "1800000000" };
    expect(await adapter.auth.exchange?.(app, { query, redirectUrl: "https://x" }, SIGNAL)).toEqual({
      values: { access_token: "T", refresh_token: "R" },
      expiresAt: new Date(Date.parse(NOW) + 7_776_000_000),
      authorisedUntil: new Date(1_800_000_000_000),
    });
    expect(sent).toEqual([]);
  });

  it("exchanges a code, and tells a refusal as one of the grant", async () => {
    const { adapter, sent } = givenAdapter(() => new Envelope('{"access_token":"T"}'));
    const input = { query: { code: "c0de" }, redirectUrl: "https://x" };
    expect(await adapter.auth.exchange?.(app, input, SIGNAL)).toMatchObject({ values: { access_token: "T" } });
    expect(sent[0]).toMatchObject({ url: "https://auth.vip.com/oauth2/token", args: { code: "c0de", client_id: "k" } });
    const other = givenAdapter(() => new Envelope('{"error":"invalid_grant"}'));
    await expect(other.adapter.auth.exchange?.(app, input, SIGNAL)).rejects.toMatchObject({ category: "auth_expired" });
  });

  it("renews by the gateway, without the token that is replaced", async () => {
    const answer = {
      access_token: "T2",
      refresh_token: "R2",
      expires_time: 1776000000,
      refresh_expires_time: 1800000000000,
    };
    const { adapter, sent } = givenAdapter(() => answer);
    const store = givenStore();
    expect(await adapter.auth.refresh?.(store, await store.credentials(), SIGNAL)).toEqual({
      values: { access_token: "T2", refresh_token: "R2" },
      expiresAt: new Date(1_776_000_000_000),
      authorisedUntil: new Date(1_800_000_000_000),
    });
    expect(sent[0]?.query).not.toHaveProperty("accessToken");
    expect(sent[0]?.args.request).toMatchObject({
      refresh_token: "FFEEDDCCBBAA99887766554433221100",
      client_id: "a1b2c3d4",
    });
  });

  it("a renewal that is refused ends the grant", async () => {
    const store = givenStore();
    const { adapter } = givenAdapter(() => refused("refresh 已失效"));
    await expect(adapter.auth.refresh?.(store, await store.credentials(), SIGNAL)).rejects.toMatchObject({
      category: "auth_expired",
    });
  });
});
