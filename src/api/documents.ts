/** Single documents: their version as ETag, `If-None-Match` and `If-Match`. */
import { jsonText } from "./define.ts";
import { problem } from "./errors.ts";
import type { ApiContext } from "./types.ts";

const WEAK = /^W\//;

/** Answers with a document; 304 where the reader has this version. */
export function answerDocument(c: ApiContext, text: string, version: string | number, status = 200): Response {
  const etag = `"${version}"`;
  const known = c.req.header("if-none-match");
  if (c.req.method === "GET" && known !== undefined && names(known, etag)) return c.body(null, 304, { etag });
  return jsonText(c, text, status, { etag });
}

/** Null where `If-Match` is absent or names this version; else the refusal. */
export function checkMatch(c: ApiContext, version: string | number): Response | null {
  const wanted = c.req.header("if-match");
  if (wanted === undefined || wanted.trim() === "*" || names(wanted, `"${version}"`)) return null;
  return problem(c, {
    status: 412,
    code: "version_changed",
    detail: "It was changed since you read it. Read it again, decide again.",
    extra: { version: String(version) },
    headers: { etag: `"${version}"` },
  });
}

/** The two forms of an order differ by who reads it. */
export const orderEtag = (version: number, clear: boolean) => (clear ? `${version}-clear` : String(version));

function names(header: string, etag: string): boolean {
  return header.split(",").some((part) => part.trim().replace(WEAK, "") === etag || part.trim() === "*");
}
