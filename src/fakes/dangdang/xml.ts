/** XML in GBK, both ways. */

import { XMLParser, XMLValidator } from "fast-xml-parser";
import { encodeGbk } from "../gbk.ts";

/** `null` is an element marked as nil; what is undefined is left out; a list repeats its element. */
export type Xml = string | number | null | undefined | Xml[] | { [name: string]: Xml };
export type Row = { [name: string]: Xml };

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function element(name: string, value: Xml): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join("");
  if (value === null) return `<${name} xsi:nil="true"/>`;
  const inner =
    typeof value === "object" ? members(value) : String(value).replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);
  return inner === "" ? `<${name}/>` : `<${name}>${inner}</${name}>`;
}

function members(row: Row): string {
  return Object.entries(row)
    .map(([name, value]) => element(name, value))
    .join("");
}

/** An answer; HTTP 200 unless a script says otherwise. */
export function respondXml(row: Row, status = 200): Response {
  const text =
    '<?xml version="1.0" encoding="GBK"?>\n' +
    `<response xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${members(row)}</response>`;
  return new Response(encodeGbk(text), { status, headers: { "content-type": "text/xml;charset=GBK" } });
}

/** An element of a request: its members by name, each a list. */
export interface Node {
  text: string;
  children: Map<string, Node[]>;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreDeclaration: true,
  ignoreAttributes: true,
  parseTagValue: false,
});

/** The root `request` of an uploaded file; null for what is no XML in GBK. */
export function parseRequest(bytes: Uint8Array): Node | null {
  let text: string;
  try {
    text = new TextDecoder("gbk", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
  if (!/^<\?xml [^>]*encoding=["']GBK["'][^>]*\?>/i.test(text) || XMLValidator.validate(text) !== true) return null;
  return nodeOf(parser.parse(text)).children.get("request")?.[0] ?? null;
}

function nodeOf(parts: unknown): Node {
  const node: Node = { text: "", children: new Map() };
  if (!Array.isArray(parts)) return node;
  for (const part of parts as Record<string, unknown>[]) {
    for (const [name, value] of Object.entries(part)) {
      if (name === "#text") node.text += String(value);
      else node.children.set(name, [...(node.children.get(name) ?? []), nodeOf(value)]);
    }
  }
  return node;
}

/** The first child's text; empty where there is none. */
export function textOf(node: Node, name: string): string {
  return node.children.get(name)?.[0]?.text.trim() ?? "";
}

/** The elements at the end of a path. */
export function allOf(node: Node, ...path: string[]): Node[] {
  return path.reduce<Node[]>((nodes, name) => nodes.flatMap(({ children }) => children.get(name) ?? []), [node]);
}
