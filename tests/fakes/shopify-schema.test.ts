/** The fake's part of the schema against the platform's own. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  buildSchema,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredInputField,
  isUnionType,
  parse,
  validate,
  validateSchema,
} from "graphql";
import { describe, expect, it } from "vitest";
import { schema } from "../../src/fakes/shopify/schema/index.ts";

const FOLDER = join(process.env.TALLYPORT_SPECS ?? "", "shopify");
const isThere = process.env.TALLYPORT_SPECS !== undefined && existsSync(FOLDER);
if (!isThere)
  console.log("the schema of Shopify's fake: not compared, TALLYPORT_SPECS names no folder with the true one");

const read = (name: string): string => {
  const bytes = readFileSync(join(FOLDER, name));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
};

/** What of ours is not so in theirs. */
function differences(ours: GraphQLSchema, theirs: GraphQLSchema): string[] {
  const wrong: string[] = [];
  const same = (place: string, own: unknown, real: unknown): void => {
    if (String(own) !== String(real)) wrong.push(`${place}: ${own}, not ${real}`);
  };
  for (const own of Object.values(ours.getTypeMap())) {
    if (own.name.startsWith("__")) continue;
    const real = theirs.getType(own.name);
    if (real === undefined) {
      wrong.push(`${own.name}: no such type`);
      continue;
    }
    same(own.name, own.constructor.name, real.constructor.name);
    if (isEnumType(own)) {
      const values = new Set((real as GraphQLEnumType).getValues().map(({ name }) => name));
      for (const { name } of own.getValues()) if (!values.has(name)) wrong.push(`${own.name}.${name}: no such value`);
    } else if (isUnionType(own)) {
      const members = theirs.getPossibleTypes(real as typeof own).map(({ name }) => name);
      for (const { name } of own.getTypes())
        if (!members.includes(name)) wrong.push(`${own.name}: ${name} is no member`);
    } else if (isInputObjectType(own)) {
      const fields = (real as GraphQLInputObjectType).getFields();
      for (const field of Object.values(own.getFields())) {
        same(`${own.name}.${field.name}`, field.type, fields[field.name]?.type);
        same(
          `${own.name}.${field.name} =`,
          JSON.stringify(field.defaultValue),
          JSON.stringify(fields[field.name]?.defaultValue),
        );
      }
      for (const field of Object.values(fields))
        if (isRequiredInputField(field) && own.getFields()[field.name] === undefined)
          wrong.push(`${own.name}.${field.name}: required, and absent`);
    } else if (isObjectType(own) || isInterfaceType(own)) {
      const fields = (real as GraphQLObjectType).getFields();
      const known = (real as GraphQLObjectType).getInterfaces().map(({ name }) => name);
      for (const { name } of own.getInterfaces()) if (!known.includes(name)) wrong.push(`${own.name}: is no ${name}`);
      for (const field of Object.values(own.getFields())) {
        const other = fields[field.name];
        same(`${own.name}.${field.name}`, field.type, other?.type);
        for (const given of field.args) {
          const theirs = other?.args.find(({ name }) => name === given.name);
          const place = `${own.name}.${field.name}(${given.name})`;
          same(place, given.type, theirs?.type);
          same(`${place} =`, JSON.stringify(given.defaultValue), JSON.stringify(theirs?.defaultValue));
        }
      }
    }
  }
  return wrong;
}

describe("the schema", () => {
  it("is whole in itself", () => {
    expect(validateSchema(schema)).toEqual([]);
  });

  it.skipIf(!isThere).each([
    // A word that is told from 2026-10 on alone.
    ["admin-2026-07.graphql.gz", ["OrderDisplayFulfillmentStatus.FULFILLMENT_NOT_REQUIRED: no such value"]],
    ["admin-2026-10.graphql", []],
  ])("agrees with %s in every name, type, argument and default", { timeout: 60_000 }, (file, newer) => {
    const theirs = buildSchema(read(file), { assumeValidSDL: true });
    expect(differences(schema, theirs)).toEqual(newer);
    const broken = buildSchema("type Query { order(id: Int): String } type Order { id: String, nope: Int }");
    expect(differences(broken, theirs)).toEqual([
      "Query: no such type",
      "Order.id: String, not ID!",
      "Order.nope: Int, not undefined",
    ]);
  });

  it.skipIf(!isThere)("takes every verified operation", () => {
    const unused = /is never used|is not used/;
    const errors = validate(schema, parse(read("verified-operations.graphql")));
    expect(errors.map(({ message }) => message).filter((message) => !unused.test(message))).toEqual([]);
  });
});
