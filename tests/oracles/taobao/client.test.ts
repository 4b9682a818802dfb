/** Clients of others read from the fake over real sockets: its gateway answers what they expect. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedFake, serveFake } from "../../../src/fakes/serve.ts";
import { createTaobaoFake, type TaobaoFake } from "../../../src/fakes/taobao/index.ts";
import { TopClient, TopSdk } from "./clients.ts";

let fake: TaobaoFake;
let served: ServedFake;

beforeAll(async () => {
  fake = createTaobaoFake({ name: "zz", orders: 3 });
  served = await serveFake(fake);
});
afterAll(() => served.close());

const endpoint = () => `${served.baseUrl}/router/rest`;
const paid = () => {
  const tid = fake.buyer.order();
  fake.buyer.pay(tid);
  return tid;
};
const asked = (tid: string) => ({ session: fake.credentials.session, fields: "tid,status,payment,orders", tid });

describe("topsdk", () => {
  it("reads a trade, its 19-digit id whole", async () => {
    const tid = paid();
    const { app } = fake;
    const answer = await new TopSdk(app.key, app.secret, endpoint()).execute("taobao.trade.fullinfo.get", asked(tid));
    expect(answer).toMatchObject({ trade: { tid, status: "WAIT_SELLER_SEND_GOODS" } });
  });

  it("is refused with the wrong secret, in the gateway's words", async () => {
    const call = new TopSdk(fake.app.key, "wrong", endpoint()).execute("taobao.trade.fullinfo.get", asked(paid()));
    await expect(call).rejects.toMatchObject({ name: "TOPClientError", code: 25 });
  });
});

describe("node-taobao-topclient", () => {
  const client = (secret = fake.app.secret) =>
    new TopClient({ appkey: fake.app.key, appsecret: secret, REST_URL: endpoint() });

  it("reads a trade", async () => {
    const answer = await client().request({ method: "taobao.trade.fullinfo.get", ...asked(paid()) });
    expect(answer).toMatchObject({ trade_fullinfo_get_response: { trade: { status: "WAIT_SELLER_SEND_GOODS" } } });
  });

  it("is refused with the wrong secret, in the gateway's words", async () => {
    const call = client("wrong").request({ method: "taobao.trade.fullinfo.get", ...asked(paid()) });
    await expect(call).rejects.toThrow(/Invalid Signature|Invalid signature|code 25/);
  });
});
