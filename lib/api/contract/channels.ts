import { z } from "zod";
import { CHANNEL_TOPICS, SEVERITIES } from "../../model/index.ts";
import { dryRunQuery, nameSchema, timeSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { writeSchema } from "./write.ts";

const urlText = z.string().max(2048);
const textList = z.array(z.string().max(320)).max(64);

/** Where messages go. Of a Slack-compatible webhook the whole address is a secret: it is given, and never shown. */
const targetInput = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("webhook"), url: urlText }),
    z.strictObject({ kind: z.literal("slack"), url: urlText.optional() }),
    z.strictObject({
      kind: z.literal("smtp"),
      host: z.string().max(253),
      port: z.number(),
      from: z.string().max(320),
      to: textList,
      user: z.string().max(256).optional(),
    }),
  ])
  .meta({ id: "ChannelTargetInput" });

const targetSchema = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("webhook"), url: z.string(), hasSecret: z.boolean() }),
    z.object({ kind: z.literal("slack"), host: z.string(), hasSecret: z.boolean() }),
    z.object({
      kind: z.literal("smtp"),
      host: z.string(),
      port: z.number().int(),
      from: z.string(),
      to: z.array(z.string()),
      user: z.string().optional(),
      hasSecret: z.boolean(),
    }),
  ])
  .meta({ id: "ChannelTarget" });

const standingSchema = z
  .object({
    /** When a message arrived last. */
    deliveredAt: timeSchema.nullable(),
    /** Messages that wait. */
    pending: z.number().int(),
    /** Tries of the one that is next, and when it is tried again. */
    tries: z.number().int(),
    nextTryAt: timeSchema.nullable(),
    /** Why the last try did not work; null once one did. */
    lastError: z.object({ at: timeSchema, sentence: z.string() }).nullable(),
    failing: z.boolean(),
  })
  .meta({ id: "ChannelStanding" });

export const channelSchema = z
  .object({
    name: z.string(),
    rev: z.number().int(),
    target: targetSchema,
    topics: z.array(z.enum(CHANNEL_TOPICS)),
    minSeverity: z.enum(SEVERITIES),
    enabled: z.boolean(),
    updatedAt: timeSchema,
    updatedBy: z.string(),
    standing: standingSchema,
  })
  .meta({ id: "Channel" });

const channelParams = z.object({ name: nameSchema });

export const channelRoutes = {
  "GET /api/v1/channels": {
    summary: "Channels by name, with what they took last and what waits for them",
    tag: "channels",
    response: z.object({ items: z.array(channelSchema) }),
  },
  "GET /api/v1/channels/{name}": {
    summary: "One channel. Secrets are never shown",
    tag: "channels",
    params: channelParams,
    response: channelSchema,
  },
  "PUT /api/v1/channels/{name}": {
    summary: "Add or change a channel; If-None-Match: * (or If-Match: 0) for a new name. A secret that is left out stays",
    tag: "channels",
    params: channelParams,
    query: dryRunQuery,
    body: z.strictObject({
      target: targetInput,
      /** Of a webhook what its messages are signed with, of a mail server the password. Null: none. */
      secret: z.string().max(4096).nullable().optional(),
      /** All where left out. */
      topics: z.array(z.string().max(64)).max(32).optional(),
      /** `warning` where left out. */
      minSeverity: z.string().max(64).optional(),
      enabled: z.boolean().optional(),
      reason: z.string().max(2000).optional(),
    }),
    response: writeSchema.extend({ channel: channelSchema }),
    write: true,
    precondition: true,
  },
  "DELETE /api/v1/channels/{name}": {
    summary: "Remove a channel; what waits for it is not sent",
    tag: "channels",
    params: channelParams,
    query: dryRunQuery.extend({ reason: z.string().max(2000).optional() }),
    response: writeSchema,
    write: true,
    precondition: true,
  },
  "POST /api/v1/channels/{name}/test": {
    summary: "Send a test message now, and hear what the other side says",
    tag: "channels",
    params: channelParams,
    body: z.strictObject({}).optional(),
    response: z.object({ delivered: z.boolean(), said: z.string(), tookMs: z.number().int() }).meta({ id: "ChannelTest" }),
  },
} as const satisfies RouteTable;
