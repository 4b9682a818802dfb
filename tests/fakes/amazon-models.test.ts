/** What the fake answers on the routes that the adapter does not call is valid by the platform's own models; the rest is held in conformance. */
import { expect, it } from "vitest";
import { createAmazonFake } from "../../src/fakes/amazon/index.ts";
import { createManualClock } from "../../src/fakes/fake.ts";
import { checkAnswer, checkRequest, hasModels } from "../adapters/amazon/models.ts";

const HOST = "https://sellingpartnerapi-eu.amazon.com";
const MINUTE = 60_000;

function given() {
  const clock = createManualClock("2026-03-01T08:00:00Z");
  const fake = createAmazonFake({ clock, name: "models", seed: 5, usage: false });
  const answered = new Set<string>();
  const post = (url: string, body: object) =>
    fake.fetch(
      new Request(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  const grantless = async (): Promise<string> => {
    const app = { client_id: fake.app.key, client_secret: fake.app.secret };
    const scope = "sellingpartnerapi::notifications";
    const answer = await post("https://api.amazon.com/auth/o2/token", {
      grant_type: "client_credentials",
      scope,
      ...app,
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  const ask = async (method: string, path: string, body?: object, token = fake.credentials.access_token) => {
    const url = `${HOST}${path}`;
    checkRequest(method, url, body);
    const response = await fake.fetch(
      new Request(url, {
        method,
        headers: { "x-amz-access-token": token, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    const value = text === "" ? undefined : JSON.parse(text);
    checkAnswer(method, url, response.status, value);
    expect(response.status, `${method} ${path}: ${text}`).toBeLessThan(300);
    answered.add(fake.requests.at(-1)?.operation ?? "");
    return value;
  };
  return { fake, clock, ask, grantless, answered };
}

it.runIf(hasModels)("answers feeds, reports, schedules, listings and notifications as the models say", async () => {
  const { fake, clock, ask, grantless, answered } = given();
  for (let minute = 0; minute < 30; minute += 1) {
    clock.advance(MINUTE);
    fake.tick(MINUTE);
  }
  const marketplace = fake.settings.marketplaces[0] ?? "";
  const token = await freshToken(fake);
  const call = (method: string, path: string, body?: object) => ask(method, path, body, token);
  const [sku = ""] = [...fake.listings.keys()];
  const item = `/listings/2021-08-01/items/${fake.settings.seller_id}/${encodeURIComponent(sku)}?marketplaceIds=${marketplace}`;
  await call("GET", `${item}&includedData=summaries,attributes,issues,offers,fulfillmentAvailability,relationships`);
  const attributes = { item_name: [{ value: "Bag", marketplace_id: marketplace }] };
  await call("PUT", item.replace(encodeURIComponent(sku), "NEW-1"), { productType: "BAG", attributes });
  await call("DELETE", item);

  const feeds = "/feeds/2021-06-30";
  const { feedDocumentId, url } = await call("POST", `${feeds}/documents`, { contentType: "application/json" });
  const put = { method: "PUT", headers: { "content-type": "application/json" }, body: "{}" };
  await fake.fetch(new Request(url, put));
  const feed = { feedType: "JSON_LISTINGS_FEED", marketplaceIds: [marketplace], inputFeedDocumentId: feedDocumentId };
  const { feedId } = await call("POST", `${feeds}/feeds`, feed);
  await call("DELETE", `${feeds}/feeds/${feedId}`);
  await call("GET", `${feeds}/feeds/${feedId}`);
  await call("GET", `${feeds}/feeds?feedTypes=JSON_LISTINGS_FEED`);

  const reports = "/reports/2021-06-30";
  const wanted = { reportType: "GET_MERCHANT_LISTINGS_ALL_DATA", marketplaceIds: [marketplace] };
  const { reportId } = await call("POST", `${reports}/reports`, wanted);
  await call("DELETE", `${reports}/reports/${reportId}`);
  await call("GET", `${reports}/reports?reportTypes=${wanted.reportType}`);
  const { reportScheduleId } = await call("POST", `${reports}/schedules`, { ...wanted, period: "P1D" });
  await call("GET", `${reports}/schedules?reportTypes=${wanted.reportType}`);
  await call("GET", `${reports}/schedules/${reportScheduleId}`);
  await call("DELETE", `${reports}/schedules/${reportScheduleId}`);

  const [base, alone] = ["/notifications/v1", await grantless()];
  const sqs = { arn: "arn:aws:sqs:eu-west-1:123456789012:q" };
  const made = await ask("POST", `${base}/destinations`, { name: "q", resourceSpecification: { sqs } }, alone);
  const { destinationId } = made.payload;
  await ask("GET", `${base}/destinations`, undefined, alone);
  await ask("GET", `${base}/destinations/${destinationId}`, undefined, alone);
  const subscription = { payloadVersion: "1.0", destinationId };
  const { payload } = await call("POST", `${base}/subscriptions/REPORT_PROCESSING_FINISHED`, subscription);
  const own = `${base}/subscriptions/REPORT_PROCESSING_FINISHED`;
  await call("GET", own);
  await ask("GET", `${own}/${payload.subscriptionId}`, undefined, alone);
  await ask("DELETE", `${own}/${payload.subscriptionId}`, undefined, alone);
  await ask("DELETE", `${base}/destinations/${destinationId}`, undefined, alone);
  expect(answered.size).toBe(23);
});

async function freshToken(fake: ReturnType<typeof createAmazonFake>): Promise<string> {
  const grant = {
    grant_type: "refresh_token",
    refresh_token: fake.credentials.refresh_token,
    client_id: fake.app.key,
    client_secret: fake.app.secret,
  };
  const answer = await fake.fetch(
    new Request("https://api.amazon.com/auth/o2/token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(grant),
    }),
  );
  return ((await answer.json()) as { access_token: string }).access_token;
}
