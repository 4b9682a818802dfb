/** The envelope of answers: wrapped JSON, lean JSON, XML; 64-bit ids are bare numbers in all of them. */

import type { TopError } from "./top-error.ts";

/** A list of the platform: `{"trades":{"trade":[…]}}` in wrapped answers, `{"trades":[…]}` in lean ones. */
export class List {
  readonly item: string;
  readonly rows: readonly Value[];

  constructor(item: string, rows: readonly Value[]) {
    this.item = item;
    this.rows = rows;
  }
}

export type Value = string | number | boolean | bigint | null | undefined | List | { [name: string]: Value };
export type Row = { [name: string]: Value };

export interface Format {
  kind: "json" | "xml";
  isLean: boolean;
}

/** An id as a bare number, whatever a reader's numbers can hold. */
export function id64(id: string): bigint {
  return BigInt(id);
}

/** The root name of a method's answer. */
export function rootOf(method: string): string {
  return `${method.replace(/^taobao\./, "").replaceAll(".", "_")}_response`;
}

/** An answer in the form that was asked for. Absent members and empty lists are left out. */
export function answerOf(method: string, row: Row, requestId: string, format: Format): Response {
  const whole = { ...row, request_id: requestId };
  if (format.kind === "xml") return xmlResponse(rootOf(method), whole);
  return jsonResponse(format.isLean ? json(whole, true) : `{${JSON.stringify(rootOf(method))}:${json(whole, false)}}`);
}

/** A refusal; HTTP 200 unless the script says otherwise. */
export function refusalOf(error: TopError, requestId: string, format: Format, status = 200): Response {
  const row: Row = { code: error.code, msg: error.msg, sub_code: error.subCode, sub_msg: error.subMsg };
  const whole = { ...row, request_id: requestId };
  if (format.kind === "xml") return xmlResponse("error_response", whole, status);
  return jsonResponse(`{"error_response":${json(whole, true)}}`, status);
}

/** JSON whose bigints are bare numbers. */
export function json(value: Value, isLean: boolean): string {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof List) {
    const rows = `[${value.rows.map((row) => json(row, isLean)).join(",")}]`;
    return isLean ? rows : `{${JSON.stringify(value.item)}:${rows}}`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, member]) => !isAbsent(member));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${json(member, isLean)}`).join(",")}}`;
}

function isAbsent(value: Value): boolean {
  return value === undefined || value === null || (value instanceof List && value.rows.length === 0);
}

function jsonResponse(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "text/javascript;charset=UTF-8" } });
}

function xmlResponse(root: string, row: Row, status = 200): Response {
  const text = `<?xml version="1.0" encoding="utf-8" ?>${element(root, row)}`;
  return new Response(text, { status, headers: { "content-type": "text/xml;charset=UTF-8" } });
}

function element(name: string, value: Value): string {
  if (isAbsent(value)) return "";
  if (value instanceof List)
    return `<${name} list="true">${value.rows.map((row) => element(value.item, row)).join("")}</${name}>`;
  if (typeof value !== "object" || value === null) return `<${name}>${escapeXml(String(value))}</${name}>`;
  return `<${name}>${Object.entries(value)
    .map(([member, inner]) => element(member, inner))
    .join("")}</${name}>`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
