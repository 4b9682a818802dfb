/** Lists: the parameters they share, one page of rows, and the headers that go with it. */

import { apiRoot } from "./order-view.ts";
import { enumFault, isBefore, numberOf, type ParamSpec, readParams, textOf, type Values } from "./params.ts";
import type { Answer, Call } from "./routing.ts";
import { invalidParams } from "./wp-error.ts";

/** Parameters of every list of orders, products, variations and refunds. */
export const LIST_PARAMS: Readonly<Record<string, ParamSpec>> = {
  page: { type: "integer", min: 1 },
  per_page: { type: "integer", min: 1, max: 100 },
  offset: { type: "integer" },
  search: { type: "text" },
  include: { type: "idList" },
  exclude: { type: "idList" },
  order: { type: "enum", values: ["asc", "desc"] },
  after: { type: "time" },
  before: { type: "time" },
  modified_after: { type: "time" },
  modified_before: { type: "time" },
  dates_are_gmt: { type: "boolean" },
  dp: { type: "integer" },
};

export interface Page<T> {
  rows: T[];
  total: number;
}

/** Reads a list's parameters, with the orderings it knows; old stores know no `modified`. */
export function listParams(
  call: Call,
  orderings: readonly string[],
  more: Readonly<Record<string, ParamSpec>> = {},
): Values {
  const known = isBefore(call.store.version, 5, 8) ? orderings.filter((name) => name !== "modified") : orderings;
  const values = readParams(call.query, { ...LIST_PARAMS, ...more });
  const orderby = call.query.get("orderby");
  if (orderby !== undefined && (Array.isArray(orderby) || !known.includes(orderby))) {
    throw invalidParams([enumFault("orderby", known)]);
  }
  return values;
}

/** Cuts one page out of rows in ascending order; `matches` is null when all of them count. */
export function cutPage<T>(
  rows: readonly T[],
  range: { start: number; end: number },
  values: Values,
  matches: ((row: T) => boolean) | null,
): Page<T> {
  const perPage = numberOf(values, "per_page", 10);
  const skip = numberOf(values, "offset", (numberOf(values, "page", 1) - 1) * perPage);
  const isDescending = (textOf(values, "order") ?? "desc") === "desc";
  const { start, end } = range;
  if (matches === null) {
    const total = end - start;
    if (!isDescending) return { rows: rows.slice(start + skip, Math.min(end, start + skip + perPage)), total };
    const last = end - skip;
    return { rows: rows.slice(Math.max(start, last - perPage), Math.max(start, last)).reverse(), total };
  }
  const page: T[] = [];
  let total = 0;
  for (let step = 0; step < end - start; step += 1) {
    const row = rows[isDescending ? end - 1 - step : start + step];
    if (row === undefined || !matches(row)) continue;
    if (total >= skip && page.length < perPage) page.push(row);
    total += 1;
  }
  return { rows: page, total };
}

/** The answer of a list: totals, and links to the pages beside it. A page past the end has a total of 0. */
export function listAnswer<T>(
  call: Call,
  values: Values,
  page: Page<T>,
  view: (row: T) => unknown,
  defaults: ReadonlyArray<readonly [string, string]> = [],
): Answer {
  const number = numberOf(values, "page", 1);
  const isPastEnd = page.rows.length === 0 && number > 1;
  const total = isPastEnd ? 0 : page.total;
  const pages = Math.ceil(total / numberOf(values, "per_page", 10));
  const link = (target: number, rel: string): string => {
    const search = pageQuery(call, target, page.rows.length > 0 ? defaults : defaults.slice(0, 1));
    const address = `${apiRoot(call.store)}${call.route.slice(1)}`;
    return `<${address}${address.includes("?") ? "&" : "?"}${search}>; rel="${rel}"`;
  };
  const around: string[] = [];
  if (number > 1) around.push(link(Math.min(number - 1, pages), "prev"));
  if (number < pages) around.push(link(number + 1, "next"));
  return {
    status: 200,
    body: page.rows.map(view),
    headers: {
      "x-wp-total": String(total),
      "x-wp-totalpages": String(pages),
      ...(around.length > 0 ? { link: around.join(", ") } : {}),
    },
  };
}

function pageQuery(call: Call, page: number, defaults: ReadonlyArray<readonly [string, string]>): string {
  const parts: string[] = [];
  const statuses: string[] = [];
  let hasPage = false;
  for (const [name, value] of call.query) {
    if (/^(consumer_|oauth_|rest_route$)/.test(name)) continue;
    if (name === "page") hasPage = true;
    if (name === "page") parts.push(`page=${page}`);
    else if (Array.isArray(value)) parts.push(...value.map((item, index) => pair(`${name}[${index}]`, item)));
    else if (name === "status") statuses.push(...value.split(",").map((item, index) => pair(`status[${index}]`, item)));
    else parts.push(pair(name, name === "dates_are_gmt" && value === "true" ? "1" : value));
  }
  parts.push(...statuses);
  for (const [name, value] of defaults) {
    if (!call.query.has(name.replace(/\[.*$/, ""))) parts.push(pair(name, value));
  }
  if (!hasPage) parts.push(`page=${page}`);
  return parts.join("&");
}

function pair(name: string, value: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}
