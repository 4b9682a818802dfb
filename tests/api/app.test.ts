import { describe, expect, it } from "vitest";
import { createMetrics } from "../../src/api/metrics.ts";
import { ROUTES } from "../../src/api/routes.ts";
import { givenApi } from "./given-api.ts";

describe("the app", () => {
  it("is alive whatever its state, and ready only when process and database are", async () => {
    let ready = false;
    const api = await givenApi({ readiness: () => ready });
    expect(await api.send(null, "GET /healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await api.send(null, "GET /readyz")).toMatchObject({ status: 503, body: { code: "not_ready" } });
    ready = true;
    expect(await api.send(null, "GET /readyz")).toMatchObject({ status: 200, body: { version: "0.0.0-test" } });
  });

  it("is not ready when the database does not answer", async () => {
    const api = await givenApi();
    const broken = { ...api.engine.db, query: () => Promise.reject(new Error("gone")) };
    const other = await givenApi({ engine: { ...api.engine, db: broken } });
    expect(await other.send(null, "GET /readyz")).toMatchObject({ status: 503, body: { code: "not_ready" } });
    expect((await other.send(null, "GET /healthz")).status).toBe(200);
  });

  it("answers what is not there with a problem document that names the request", async () => {
    const api = await givenApi();
    const answer = await api.send(await api.key("admin"), "GET /v1/nothing", {
      headers: { "x-request-id": "my-request-1" },
    });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.headers.get("x-request-id")).toBe("my-request-1");
    expect(answer.body).toEqual({
      type: "urn:tallyport:problem:not_found",
      title: "Not found",
      status: 404,
      code: "not_found",
      detail: "There is nothing at this address. See /docs.",
      request_id: "my-request-1",
    });
  });

  it("does not repeat a request id that could break a log or a header", async () => {
    const api = await givenApi();
    const answer = await api.send(null, "GET /healthz", { headers: { "x-request-id": "a b<script>" } });
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("names what is wrong with a query or a body, with its place", async () => {
    const api = await givenApi();
    const key = await api.key("admin");
    expect(await api.send(key, "GET /v1/orders?stor=x")).toMatchObject({
      status: 400,
      body: { code: "invalid_parameter", errors: [{ message: expect.stringContaining("stor") }] },
    });
    expect(await api.send(key, "GET /v1/orders?limit=201")).toMatchObject({
      status: 400,
      body: { errors: [{ path: "limit" }] },
    });
    expect(await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "" }] } })).toMatchObject({
      status: 422,
      body: { code: "invalid_body", errors: [{ path: "skus.0.code" }] },
    });
    const malformed = await api.send(key, "PUT /v1/skus", {
      body: "{not json",
      headers: { "content-type": "application/json" },
    });
    expect(malformed).toMatchObject({ status: 400, body: { code: "malformed_body" } });
  });

  it("treats an id that is none as one that names nothing", async () => {
    const api = await givenApi();
    expect(await api.send(await api.key("admin"), "GET /v1/orders/17")).toMatchObject({
      status: 404,
      body: { code: "not_found" },
    });
  });

  it("refuses bodies that are too large", async () => {
    const api = await givenApi();
    const body = { skus: [{ code: "A", title: "x".repeat(1_100_000) }] };
    expect(await api.send(await api.key("admin"), "PUT /v1/skus", { body })).toMatchObject({
      status: 413,
      body: { code: "body_too_large" },
    });
  });

  it("tells nobody what went wrong inside, and the log under the request's id", async () => {
    const api = await givenApi();
    const key = await api.key("admin");
    const lines: { message: string; fields: unknown }[] = [];
    const log = { ...api.engine.log, error: (message: string, fields: unknown) => lines.push({ message, fields }) };
    const db = {
      ...api.engine.db,
      query: (text: string, params?: readonly never[]) =>
        text.includes("from offers")
          ? Promise.reject(new Error("relation offers at 10.0.0.1 is broken"))
          : api.engine.db.query(text, params),
    };
    const other = await givenApi({ engine: { ...api.engine, db: db as never, log: log as never } });
    const answer = await other.send(key, "GET /v1/offers");
    expect(answer).toMatchObject({ status: 500, body: { code: "internal_error" } });
    expect(answer.text).not.toContain("10.0.0.1");
    expect(lines).toMatchObject([
      { message: "request failed", fields: { requestId: answer.body.request_id, err: { message: /broken/ } } },
    ]);
  });

  it("refuses characters that the database cannot hold instead of failing", async () => {
    const api = await givenApi();
    const body = { skus: [{ code: "A\u0000B" }] };
    expect(await api.send(await api.key("admin"), "PUT /v1/skus", { body })).toMatchObject({ status: 422 });
  });
});

describe("the description", () => {
  it("documents every route of the scope table with its scope", async () => {
    const api = await givenApi();
    const { body } = await api.send(null, "GET /openapi.json");
    expect(body.openapi).toBe("3.1.0");
    for (const [id, scope] of Object.entries(ROUTES)) {
      const [method = "", path = ""] = id.split(" ");
      const operation = body.paths[path]?.[method.toLowerCase()];
      expect(operation, id).toBeDefined();
      expect(operation.description, id).toContain(
        scope === "open" ? "No key" : scope === "key" ? "Any valid key" : scope,
      );
      expect(operation.security === undefined, id).toBe(scope === "open");
    }
  });

  it("names no record as nullable that is not", async () => {
    const api = await givenApi();
    const { body } = await api.send(null, "GET /openapi.json");
    for (const [name, schema] of Object.entries<{ type?: unknown }>(body.components.schemas))
      expect(schema.type, name).toBe("object");
  });

  it("serves the reference page from its own files, and a plain one without them", async () => {
    const plain = await givenApi();
    expect((await plain.send(null, "GET /docs")).text).toContain("/openapi.json");
    const asset = (name: string) =>
      name === "swagger-ui-bundle.js" ? { body: new TextEncoder().encode("ui()"), type: "text/javascript" } : null;
    const api = await givenApi({ asset });
    const page = (await api.send(null, "GET /docs")).text;
    expect(page).toContain("/docs/swagger-ui-bundle.js");
    expect(page).not.toMatch(/https?:\/\//);
    expect(await api.send(null, "GET /docs/swagger-ui-bundle.js")).toMatchObject({ status: 200, text: "ui()" });
    expect((await api.send(null, "GET /docs/other.js")).status).toBe(404);
  });
});

describe("the figures", () => {
  it("count calls by outcome and what waits in the database", async () => {
    const metrics = createMetrics();
    const api = await givenApi({ metrics });
    const facts = { storeId: "s", operation: "orders.list", httpStatus: 200, durationMs: 120, waitedMs: 1000 };
    metrics.onCall({ ...facts, platform: "example", outcome: "ok" });
    metrics.onCall({ ...facts, platform: "example", outcome: "throttled" });
    const at = new Date(api.clock.now().getTime() - 90_000);
    const store = await api.store();
    await api.db.query(
      `insert into checkpoints (store_id, resource, stream, watermark, every_seconds, due_at) values ($1::uuid, 'orders', 'changed', $2::timestamptz, 60, now())`,
      [store.id, at.toISOString()],
    );
    const { status, text } = await api.send(await api.key(["metrics:read"]), "GET /metrics");
    expect(status).toBe(200);
    expect(text).toContain('tallyport_calls_total{platform="example",operation="orders.list",outcome="throttled"} 1');
    expect(text).toMatch(/tallyport_lag_seconds\{.*stream="changed"\} 90/);
    expect(text).toContain("tallyport_changes_pending 0");
  });
});
