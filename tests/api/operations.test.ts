import { describe, expect, it } from "vitest";
import { actionSchema, alertSchema, rejectedSchema } from "../../src/api/schemas/operations.ts";
import { raiseAlert } from "../../src/core/db/alerts.ts";
import { drainActions } from "../../src/sync/actions.ts";
import { exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { type GivenApi, givenApi } from "./given-api.ts";

const raise = (api: GivenApi, storeId: string | null, code: string, severity: "info" | "critical" = "critical") =>
  raiseAlert(
    api.db,
    {
      code,
      severity,
      storeId,
      subject: "store",
      subjectId: storeId ?? "-",
      message: `${code} happened`,
      remedy: "mend it",
    },
    api.clock.now(),
  );

describe("alerts", () => {
  it("are listed while open, newest first, and closed by hand once", async () => {
    const api = await givenApi();
    const store = await api.store();
    const key = await api.key("operator");
    await raise(api, store.id, "first");
    api.clock.advance(1000);
    await raise(api, store.id, "second", "info");
    const list = async (query = "") => (await api.send(key, `GET /v1/alerts${query}`)).body.data;
    for (const alert of await list()) alertSchema.parse(alert);
    expect((await list()).map((alert: { code: string }) => alert.code)).toEqual(["second", "first"]);
    expect(await list("?severity=critical")).toMatchObject([{ code: "first", remedy: "mend it" }]);
    const [{ id }] = await list("?code=first");
    const closed = await api.send(key, `POST /v1/alerts/${id}/resolve`, { body: { reason: "done by phone" } });
    expect(closed.body).toMatchObject({ resolved_by: expect.stringContaining("test key") });
    api.clock.advance(1000);
    const again = await api.send(key, `POST /v1/alerts/${id}/resolve`, { body: {} });
    expect(again.body.resolved_at).toBe(closed.body.resolved_at);
    expect(await list()).toMatchObject([{ code: "second" }]);
    expect(await list("?state=resolved")).toMatchObject([{ code: "first" }]);
    expect(await list("?state=all")).toHaveLength(2);
    await raise(api, store.id, "first");
    expect(await list()).toHaveLength(2);
  });

  it("that speak of no store are for keys of all stores", async () => {
    const api = await givenApi();
    const store = await api.store();
    await raise(api, null, "everywhere");
    await raise(api, store.id, "here");
    const codes = async (stores?: string[]) =>
      (await api.send(await api.key("operator", stores), "GET /v1/alerts")).body.data.map(
        (alert: { code: string }) => alert.code,
      );
    expect((await codes()).sort()).toEqual(["everywhere", "here"]);
    expect(await codes([store.id])).toEqual(["here"]);
  });
});

describe("actions", () => {
  async function givenAction() {
    const api = await givenApi();
    const store = await api.store();
    await ingestExamples(api.engine, store, "orders", [orderDocument(exampleOrder())]);
    const key = await api.key("operator");
    const [{ id }] = (await api.send(key, "GET /v1/orders")).body.data;
    const action = (await api.send(key, `POST /v1/orders/${id}/cancel`, { body: {} })).body;
    return { api, store, key, action, orderId: id };
  }

  it("that were set aside are tried again on request, and have their effect", async () => {
    const { api, store, key, action } = await givenAction();
    await api.db.query(
      "update actions set status = 'dead', attempts = 8, error_category = 'transient', error_text = 'x', finished_at = now()",
    );
    await raiseAlert(
      api.db,
      {
        code: "act_refused",
        severity: "warning",
        storeId: store.id,
        subject: "action",
        subjectId: action.id,
        message: "m",
        remedy: "r",
      },
      api.clock.now(),
    );
    const retried = await api.send(key, `POST /v1/actions/${action.id}/retry`);
    actionSchema.parse(retried.body);
    expect(retried.body).toMatchObject({ status: "pending", attempts: 0, error: null, finished_at: null });
    expect((await api.send(key, "GET /v1/alerts")).body.data).toEqual([]);
    await drainActions(api.engine, store.id, AbortSignal.timeout(10_000));
    expect(api.platform.acts).toHaveLength(1);
    expect(await api.send(key, `POST /v1/actions/${action.id}/retry`)).toMatchObject({
      status: 409,
      body: { code: "action_state" },
    });
  });

  it("that have not gone out are given up, and never go out", async () => {
    const { api, store, key, action } = await givenAction();
    expect((await api.send(key, `POST /v1/actions/${action.id}/cancel`)).body.status).toBe("cancelled");
    await drainActions(api.engine, store.id, AbortSignal.timeout(10_000));
    expect(api.platform.acts).toEqual([]);
    await api.db.query("update actions set status = 'running'");
    expect((await api.send(key, `POST /v1/actions/${action.id}/cancel`)).status).toBe(409);
  });

  it("are listed by status and subject, without what they hold", async () => {
    const { api, key, action, orderId } = await givenAction();
    const list = async (query: string) => (await api.send(key, `GET /v1/actions?${query}`)).body.data;
    expect(await list(`subject=${orderId}`)).toMatchObject([
      { id: action.id, kind: "orders.cancel", store_id: expect.any(String) },
    ]);
    expect(await list("status=done")).toEqual([]);
    expect(Object.keys((await list("status=pending"))[0])).not.toContain("input");
  });
});

describe("rejected records", () => {
  async function givenRejected() {
    const api = await givenApi();
    const store = await api.store();
    await ingestExamples(api.engine, store, "orders", [{ externalId: "9", says: "poison" }]);
    const key = await api.key("operator");
    const list = async (query = "") => (await api.send(key, `GET /v1/rejected${query}`)).body.data;
    return { api, store, key, list };
  }

  it("are listed with their reason and without their content", async () => {
    const { list } = await givenRejected();
    const [row] = await list();
    rejectedSchema.parse(row);
    expect(row).toMatchObject({ external_id: "9", resource: "orders", reason: "the total is no number", attempts: 1 });
  });

  it("S09 are stored once they map", async () => {
    const { api, key, list } = await givenRejected();
    const [{ id }] = await list();
    const orders = api.engine.adapterOf("example")!.orders as unknown as { toUnified: unknown };
    const original = orders.toUnified;
    expect((await api.send(key, `POST /v1/rejected/${id}/replay`)).body).toEqual({
      outcome: "rejected",
      reason: "the total is no number",
    });
    expect((await list())[0].attempts).toBe(2);
    // The adapter learns the form.
    orders.toUnified = (raw: { payload: unknown }) => {
      expect(raw.payload).toBe("poison");
      return {
        ...(original as (raw: unknown) => object)({ ...raw, payload: { orders: [exampleOrder({ externalId: "9" })] } }),
      };
    };
    expect((await api.send(key, `POST /v1/rejected/${id}/replay`)).body).toEqual({ outcome: "stored", reason: null });
    expect(await list()).toEqual([]);
    expect(await list("?resolved=true")).toHaveLength(1);
    expect((await api.send(key, "GET /v1/orders")).body.data).toMatchObject([{ external_id: "9" }]);
  });

  it("are closed where a newer reading of the record was stored meanwhile", async () => {
    const { api, store, key, list } = await givenRejected();
    const [{ id }] = await list();
    await ingestExamples(api.engine, store, "orders", [orderDocument(exampleOrder({ externalId: "9" }))]);
    await api.db.query("update rejected_records set resolved_at = null");
    expect((await api.send(key, `POST /v1/rejected/${id}/replay`)).body.outcome).toBe("stored");
    expect(await list()).toEqual([]);
  });
});
