import { z } from "zod";
import { instant, instantInput, text, uuid } from "./common.ts";

export const appSchema = z
  .object({
    id: uuid,
    platform: text,
    name: text,
    key: text,
    settings: z.record(z.string(), z.unknown()),
    created_at: instant,
  })
  .meta({ id: "App" });

export const appsSchema = z.object({ data: z.array(appSchema), next: z.null() });

export const appInput = z.strictObject({
  platform: z.string().min(1),
  name: z.string().trim().min(1).max(200),
  key: z.string().trim().min(1).max(500),
  secret: z.string().trim().min(1).max(5_000).meta({ description: "Kept sealed and never shown again." }),
  settings: z.record(z.string(), z.unknown()).default({}),
});

export const consentInput = z.strictObject({
  store_id: z
    .uuid()
    .optional()
    .meta({ description: "New credentials for this store; without it a store is connected." }),
  name: z.string().trim().min(1).max(200).optional().meta({ description: "What a new store is called here." }),
  settings: z.record(z.string(), z.unknown()).default({}),
  base_url: z.url({ protocol: /^https?$/ }).optional(),
  since: instantInput.optional(),
  adopt_skus: z.boolean().optional(),
});

export const consentSchema = z
  .object({
    url: text.meta({ description: "Where the shop's owner consents." }),
    expires_at: instant,
    redirect_url: text.meta({ description: "To be registered with the app at the platform." }),
  })
  .meta({ id: "Consent" });
