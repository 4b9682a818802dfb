/**
 * Requests and answers are valid by the platform's own models (Swagger 2.0). A path of a model is found by the request's; its
 * parameters and body, and the answer's body by status, are held against it.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import ajvFormats from "ajv-formats";

const FOLDER = join(process.env.TALLYPORT_SPECS ?? join(process.cwd(), "../shared/specs"), "amazon");
export const hasModels = existsSync(join(FOLDER, "orders_2026-01-01.json"));
if (!hasModels) console.log("documents for Amazon: not validated, TALLYPORT_SPECS names no folder with the models");

const MODELS = [
  "orders_2026-01-01.json",
  "ordersV0.json",
  "listingsItems_2021-08-01.json",
  "feeds_2021-06-30.json",
  "reports_2021-06-30.json",
  "finances_2024-06-19.json",
  "transfers_2024-06-01.json",
  "fbaInventory.json",
  "sellers.json",
  "externalFulfillmentReturns_2024-09-11.json",
  "tokens_2021-03-01.json",
  "notifications.json",
];

type Json = Record<string, unknown>;
interface Parameter {
  $ref?: string;
  name: string;
  in: "query" | "path" | "body" | "header";
  required?: boolean;
  type?: string;
  items?: Json;
  schema?: Json;
}
interface Operation {
  operationId: string;
  parameters?: Parameter[];
  responses: Record<string, { schema?: Json }>;
}
interface Found {
  model: string;
  operation: Operation;
  path: Record<string, string>;
}

export const readModel = (name: string): Json => JSON.parse(readFileSync(join(FOLDER, name), "utf8"));

/** Formats of Swagger that say how wide a number is, and no more. */
const ajv = new Ajv({
  strict: false,
  allErrors: true,
  unicodeRegExp: false,
  formats: { int32: true, int64: true, double: true, float: true },
});
(ajvFormats as unknown as (to: Ajv, names: string[]) => void)(ajv, ["date-time", "date", "uri"]);
const loaded = new Map<
  string,
  { paths: Record<string, Record<string, Operation>>; parameters: Record<string, Parameter> }
>();
const validators = new Map<string, ValidateFunction>();

function modelOf(name: string) {
  let model = loaded.get(name);
  if (!model) {
    const { definitions = {}, paths, parameters = {} } = readModel(name) as Json & { paths: never; parameters?: never };
    ajv.addSchema({ $id: name, definitions: definitions as Json });
    model = { paths, parameters };
    loaded.set(name, model);
  }
  return model;
}

/** Points at definitions of the model wherever the schema stands. */
const rooted = (schema: Json, model: string): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/definitions/', `"${model}#/definitions/`));

/** Problems of a value by a schema of a model; nothing where it is valid. */
export function problemsBy(model: string, schema: Json, value: unknown): string[] {
  modelOf(model);
  const key = `${model} ${JSON.stringify(schema)}`;
  let validate = validators.get(key);
  if (!validate) {
    validate = ajv.compile(rooted(schema, model));
    validators.set(key, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "(root)"} ${message}`);
}

function find(method: string, pathname: string): Found | null {
  for (const model of MODELS) {
    for (const [template, operations] of Object.entries(modelOf(model).paths)) {
      const operation = operations[method.toLowerCase()];
      const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
      const pattern = new RegExp(`^${template.replaceAll(".", "\\.").replace(/\{\w+\}/g, "([^/]+)")}$`);
      const match = operation ? pattern.exec(pathname) : null;
      if (operation && match)
        return {
          model,
          operation,
          path: Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(match[i + 1] ?? "")])),
        };
    }
  }
  return null;
}

const OF_TEXT: Record<string, (text: string) => unknown> = {
  integer: Number,
  number: Number,
  boolean: (text) => (text === "true" ? true : text === "false" ? false : text),
};

const parametersOf = ({ model, operation }: Found): Parameter[] =>
  (operation.parameters ?? []).map((parameter) => {
    const name = parameter.$ref?.split("/").at(-1);
    return name === undefined ? parameter : (modelOf(model).parameters[name] as Parameter);
  });

/** Throws where the platform's model would not take the request. Hosts without a model (files, tokens) are passed by. */
export function checkRequest(method: string, address: string, body: unknown): void {
  if (!hasModels) return;
  const { pathname, searchParams } = new URL(address);
  const found = find(method, pathname);
  if (!found) throw new Error(`no model has ${method} ${pathname}`);
  const all = parametersOf(found);
  const problems = [...searchParams.keys()]
    .filter((name) => !all.some((parameter) => parameter.in === "query" && parameter.name === name))
    .map((name) => `there is no parameter ${name}`);
  for (const { in: place, name, required, schema, ...rest } of all) {
    if (place === "header") continue;
    if (place === "body") {
      problems.push(...problemsBy(found.model, schema ?? {}, body).map((problem) => `body ${problem}`));
      continue;
    }
    const text = place === "path" ? found.path[name] : searchParams.get(name);
    if (text === null || text === undefined) {
      if (required) problems.push(`${name} is missing`);
      continue;
    }
    const one = OF_TEXT[rest.type ?? ""] ?? String;
    const many = OF_TEXT[String(rest.items?.type ?? "")] ?? String;
    const value = rest.type === "array" ? text.split(",").map(many) : one(text);
    problems.push(...problemsBy(found.model, rest, value).map((problem) => `${name} ${problem}`));
  }
  if (problems.length > 0) throw new Error(`${method} ${pathname}: ${problems.join("; ")}`);
}

/** Throws where a scripted answer is none that the platform's model gives. */
export function checkAnswer(method: string, address: string, status: number, body: unknown): void {
  if (!hasModels) return;
  const { pathname } = new URL(address);
  const found = find(method, pathname);
  const response = found?.operation.responses[String(status)];
  if (!found || !response) throw new Error(`no model answers ${method} ${pathname} with ${status}`);
  const problems = response.schema ? problemsBy(found.model, response.schema, body) : [];
  if (problems.length > 0) throw new Error(`answer of ${method} ${pathname}: ${problems.join("; ")}`);
}

export interface SandboxCase {
  model: string;
  operationId: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  status: number;
  case: number;
  request: Record<string, { value?: unknown }>;
  response: unknown;
}

export const sandboxCases = (): SandboxCase[] =>
  hasModels ? JSON.parse(readFileSync(join(FOLDER, "sandbox-cases.json"), "utf8")) : [];

/** A schema of feeds, which stands beside the models. */
export const feedSchema = (name: string): Json => readModel(join("feeds", name));

/** Problems of a value by a schema that stands alone. */
export function problemsOf({ $schema: _dialect, $id: _name, ...schema }: Json, value: unknown): string[] {
  const alone = new Ajv({ strict: false, allErrors: true, validateSchema: false, logger: false });
  const validate = alone.compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "(root)"} ${message}`);
}
