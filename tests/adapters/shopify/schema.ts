/** Every document that the adapter sends is valid by the platform's own schema, with its variables. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  buildSchema,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { NoDeprecatedCustomRule } from "graphql/validation/index.js";

const FILE = join(process.env.TALLYPORT_SPECS ?? "", "shopify/admin-2026-07.graphql.gz");
export const hasSchema = process.env.TALLYPORT_SPECS !== undefined && existsSync(FILE);
if (!hasSchema) console.log("documents for Shopify: not validated, TALLYPORT_SPECS names no folder with the schema");

let built: GraphQLSchema | null = null;
function schemaOf(): GraphQLSchema {
  built ??= buildSchema(gunzipSync(readFileSync(FILE)).toString("utf8"), { assumeValid: true });
  return built;
}

/** Documents that were found to be valid: text and variables apart. */
const KNOWN = new Set<string>();

/** Throws where the platform would refuse the document or its variables, or calls a field of it deprecated. */
export function checkDocument(query: string, variables: Record<string, unknown>): void {
  if (!hasSchema) return;
  const schema = schemaOf();
  const document = parse(query);
  if (!KNOWN.has(query)) {
    const problems = validate(schema, document, [...specifiedRules, NoDeprecatedCustomRule]);
    if (problems.length > 0) throw new Error(`${problems.map(({ message }) => message).join("; ")}\n${query}`);
    KNOWN.add(query);
  }
  const wanted = getOperationAST(document)?.variableDefinitions ?? [];
  const named = new Set(wanted.map(({ variable }) => variable.name.value));
  const strange = Object.keys(variables).filter((name) => !named.has(name));
  if (strange.length > 0) throw new Error(`the document knows no variable ${strange.join(", ")}`);
  const { errors } = getVariableValues(schema, wanted, variables);
  if (errors) throw new Error(errors.map(({ message }) => message).join("; "));
  // A bulk run is asked by a document inside a variable.
  if (/bulkOperationRunQuery/.test(query)) checkDocument(String(variables.query), {});
}
