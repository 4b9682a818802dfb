/** Files behind signed addresses of another host: good for five minutes, and not for tokens of the API. */

import { createHmac } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Row } from "../bare-json.ts";
import { DAY, MINUTE } from "../beijing-time.ts";
import { later, nowOf } from "../living.ts";
import { newUuid, type Store } from "./store.ts";
import type { StoredFile } from "./types.ts";

/** Seconds that an address is good for. */
const ADDRESS_LIFE = 5 * MINUTE;
const FEED_LIFE = 28 * DAY;
const REPORT_LIFE = 90 * DAY;

function newFile(
  store: Store,
  kind: StoredFile["kind"],
  more: Pick<StoredFile, "contentType" | "isInput">,
): StoredFile {
  const id = `amzn1.tortuga.4.${store.region}.${newUuid(store)}.FA4E${store.random.hex(8).toUpperCase()}`;
  const file: StoredFile = { id, kind, body: null, isGzip: false, ...more };
  store.files.set(id, file);
  later(store, nowOf(store) + (kind === "feed" ? FEED_LIFE : REPORT_LIFE), () => void store.files.delete(id));
  return file;
}

/** A file that waits for what a caller puts into it. */
export function newInput(store: Store, contentType: string): StoredFile {
  return newFile(store, "feed", { contentType, isInput: true });
}

/** A file of the platform's; every second one is compressed, unless told otherwise. */
export function newResult(store: Store, kind: StoredFile["kind"], contentType: string, body: Uint8Array): StoredFile {
  const file = newFile(store, kind, { contentType, isInput: false });
  const { gzip } = store.options;
  file.isGzip = gzip === "all" || (gzip === undefined && store.files.size % 2 === 0);
  file.body = file.isGzip ? new Uint8Array(gzipSync(body)) : body;
  return file;
}

/** The text that a caller has put into a file; null while there is none. */
export function inputText({ body, isInput }: StoredFile): string | null {
  return body === null || !isInput ? null : new TextDecoder().decode(body);
}

function sign(store: Store, id: string, until: number, method: string): string {
  const text = createHmac("sha256", store.app.secret).update(`${id} ${until} ${method}`).digest("hex");
  return `fa4e${text.slice(4)}`;
}

function addressOf(store: Store, { id }: StoredFile, method: "GET" | "PUT", more: Record<string, string>): string {
  const until = nowOf(store) + ADDRESS_LIFE;
  const query = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Expires": String(ADDRESS_LIFE),
    until: String(until),
    ...more,
    "X-Amz-Signature": sign(store, id, until, method),
  });
  return `${store.fileHome}/documents/${encodeURIComponent(id)}?${query}`;
}

/** Where to put an input. */
export function uploadAddress(store: Store, file: StoredFile): string {
  return addressOf(store, file, "PUT", {});
}

/** What the API tells of a file; an HTTP client decompresses by itself where it is asked to. */
export function viewFile(store: Store, file: StoredFile, idName: string, isEncodingTold: boolean): Row {
  const more: Record<string, string> = file.isGzip && isEncodingTold ? { "response-content-encoding": "gzip" } : {};
  const url = addressOf(store, file, "GET", more);
  return { [idName]: file.id, url, ...(file.isGzip && !isEncodingTold ? { compressionAlgorithm: "GZIP" } : {}) };
}

function refuse(code: string, message: string, status = 403): Response {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return new Response(text, { status, headers: { "content-type": "application/xml" } });
}

/** `GET` or `PUT` of a signed address. */
export async function answerFile(store: Store, request: Request, id: string): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const until = Number(searchParams.get("until"));
  if (request.headers.has("x-amz-access-token") || request.headers.has("authorization"))
    return refuse("InvalidArgument", "Only one auth mechanism allowed", 400);
  if (searchParams.get("X-Amz-Signature") !== sign(store, id, until, request.method))
    return refuse("SignatureDoesNotMatch", "The request signature we calculated does not match");
  if (until < nowOf(store)) return refuse("AccessDenied", "Request has expired");
  const file = store.files.get(id);
  if (file === undefined) return refuse("NoSuchKey", "The specified key does not exist.", 404);
  if (request.method === "PUT") {
    if (request.headers.get("content-type") !== file.contentType)
      return refuse("SignatureDoesNotMatch", "The content type is not the one that was signed");
    const body = new Uint8Array(await request.arrayBuffer());
    file.body = request.headers.get("content-encoding") === "gzip" ? new Uint8Array(gunzipSync(body)) : body;
    return new Response(null, { status: 200 });
  }
  const encoding = searchParams.get("response-content-encoding");
  return new Response(new Uint8Array(file.body ?? []), {
    headers: { "content-type": file.contentType, ...(encoding === null ? {} : { "content-encoding": encoding }) },
  });
}
