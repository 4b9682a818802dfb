import { z } from "zod";
import { ROLES, type Role, SCOPES, type Scope } from "../scopes.ts";
import { instant, instantInput, instantOrNull, text, textOrNull, uuid } from "./common.ts";

const role = z.enum(Object.keys(ROLES) as [Role, ...Role[]]);
const scope = z.enum(SCOPES as [Scope, ...Scope[]]);

export const keySchema = z
  .object({
    id: uuid,
    name: text,
    prefix: text.meta({ description: "The key's first characters, to recognise it by." }),
    role: textOrNull,
    scopes: z.array(text),
    stores: z.array(uuid).nullable().meta({ description: "The stores it may see; null: all." }),
    created_at: instant,
    last_used_at: instantOrNull,
    expires_at: instantOrNull,
    revoked_at: instantOrNull,
  })
  .meta({ id: "Key" });

export const newKeySchema = keySchema.extend({ key: text.meta({ description: "Shown this once." }) }).meta({
  id: "NewKey",
});

export const keyInput = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    role: role.optional(),
    scopes: z.array(scope).min(1).optional(),
    stores: z.array(z.uuid()).min(1).max(1000).nullable().optional(),
    expires_at: instantInput.optional(),
  })
  .refine((input) => (input.role === undefined) !== (input.scopes === undefined), "give either a role or scopes");

export const meSchema = z
  .object({
    name: text,
    role: textOrNull,
    scopes: z.array(text),
    stores: z.array(uuid).nullable(),
  })
  .meta({ id: "Me" });

export const auditSchema = z
  .object({
    id: text,
    at: instant,
    actor: text,
    act: text,
    store_id: uuid.nullable(),
    subject: textOrNull,
    subject_id: textOrNull,
    cause: textOrNull,
    detail: z.unknown(),
    outcome: textOrNull,
  })
  .meta({ id: "AuditEntry" });
