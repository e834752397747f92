import { z } from "zod";
import { nameSchema, versionRefSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";

const configurationSchema = z.record(z.string(), z.string());

/** Counts are decimal strings: they outgrow what a JSON number holds exactly. */
const spaceCountSchema = z
  .object({ exact: z.string().optional(), lower: z.string(), upper: z.string() })
  .meta({ id: "SpaceCount", description: "lower: proven configurations; upper: those not disproven; exact: where the two are equal" });

const spaceVersionSchema = z
  .object({
    version: z.string(),
    /** Some configuration that is not disproven has it, with the pins. */
    feasible: z.boolean(),
    live: z.boolean(),
    /** Of the configurations that are not disproven; null where they were not counted. */
    share: z.number().nullable(),
    reason: z.string().optional(),
  })
  .meta({ id: "SpaceVersion" });

const wayOutSchema = z
  .object({
    pins: z.array(z.object({ service: z.string(), from: z.string(), to: z.string() })),
    configuration: configurationSchema.nullable(),
    pairs: z.array(z.object({ consumer: versionRefSchema, provider: versionRefSchema, sentence: z.string() })).nullable(),
  })
  .meta({ id: "WayOut" });

export const versionSpaceSchema = z
  .object({
    services: z.array(z.object({ name: nameSchema, versions: z.array(spaceVersionSchema) })),
    newest: configurationSchema.nullable(),
    oldest: configurationSchema.nullable(),
    count: spaceCountSchema,
    /** Services around which the space is too wide to count (`space.too-wide`). */
    tooWide: z.array(z.string()),
    /** False where a search was cut short: a version that counts as feasible may not be. */
    settled: z.boolean(),
    /** Why no configuration has the pins, step by step. */
    why: z.array(z.string()),
    counterfactual: wayOutSchema.nullable(),
  })
  .meta({ id: "VersionSpace" });

export const versionSpaceRoutes = {
  "GET /api/v1/version-space": {
    summary: "Which versions some consistent configuration has, the newest and the oldest one, and how many there are",
    tag: "compatibility",
    query: z.object({
      /** `service@version`, repeatable. */
      pin: z.array(z.string().max(200)).max(500).optional(),
      /** Only versions with ready instances. */
      live: z.enum(["true", "false"]).optional(),
    }),
    repeatable: ["pin"],
    response: versionSpaceSchema,
  },
} as const satisfies RouteTable;
