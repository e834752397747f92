/**
 * The OpenAPI 3.1 document, built from the contract: one place declares the wire, this file only translates.
 *
 * Schemas with an id become components; a schema that looks different as input than as output (defaults, transforms) is a component of its
 * own, named with `Input`. Answers are open for further fields, inputs are as strict as the contract says.
 */
import { z } from "zod";
import { ERROR_CODES } from "../model/index.ts";
import {
  contract,
  problemSchema,
  type RouteDefinition,
  streamDataSchema,
  streamHeartbeatSchema,
  streamResetSchema,
  tapDataSchema,
  tapHeartbeatSchema,
  tapQuerySchema,
} from "./contract/index.ts";
import { KEY_CHARS_MAX } from "./request/idempotency.ts";

type Json = Record<string, unknown>;

const PROBLEM = { content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } };
const DEFAULT_PROBLEM = { default: { $ref: "#/components/responses/Problem" } };

/** The document for one version of Interlock. */
export function createOpenApiDocument(version: string): Json {
  const components = createComponents();
  components.translate(problemSchema, "output");
  const paths: Record<string, Json> = {};
  for (const [key, definition] of Object.entries(contract) as [string, RouteDefinition][]) {
    const [method = "", path = ""] = key.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(key, definition, components) };
  }
  Object.assign(paths, selfPaths(components));
  return {
    openapi: "3.1.0",
    info: {
      title: "Interlock",
      version,
      description:
        "A service mesh console with its own engine. Conventions: weights in basis points, durations in milliseconds, rates of errors and shares as " +
        "fractions 0 to 1, times ISO 8601 UTC. A ratio or quantile without requests is null.",
    },
    servers: [{ url: "http://127.0.0.1:4600", description: "The engine on this machine" }],
    paths,
    components: { schemas: components.schemas, responses: problemResponses() },
  };
}

interface Components {
  readonly schemas: Record<string, Json>;
  /** The JSON schema of one part of the contract; what has an id becomes a component. */
  translate(schema: z.ZodType, io: "input" | "output"): Json;
}

function createComponents(): Components {
  const schemas: Record<string, Json> = {};
  return {
    schemas,
    translate(schema, io) {
      const {
        $defs,
        $schema: _,
        ...root
      } = z.toJSONSchema(schema, { io, unrepresentable: "any", override: (context) => tidy(context, io) }) as Json;
      const names = new Map<string, string>();
      const definitions = Object.entries(($defs ?? {}) as Record<string, Json>).map(([name, { $schema: __, id: ___, ...definition }]) => {
        const known = schemas[name];
        const same = known === undefined || JSON.stringify(rename(definition, new Map())) === JSON.stringify(known);
        names.set(name, same ? name : `${name}Input`);
        return [name, definition] as const;
      });
      for (const [name, definition] of definitions) schemas[names.get(name) ?? name] ??= rename(definition, names) as Json;
      return rename(root, names) as Json;
    },
  };
}

/** Answers may grow, so their objects are open; the bounds of safe integers say nothing. */
function tidy({ zodSchema, jsonSchema }: { zodSchema: unknown; jsonSchema: Json }, io: "input" | "output"): void {
  const { def } = (zodSchema as { _zod: { def: { type: string; catchall?: unknown } } })._zod;
  if (io === "output" && def.type === "object") delete jsonSchema["additionalProperties"];
  if (jsonSchema["minimum"] === Number.MIN_SAFE_INTEGER) delete jsonSchema["minimum"];
  if (jsonSchema["maximum"] === Number.MAX_SAFE_INTEGER) delete jsonSchema["maximum"];
}

/** Points every `$ref` at the components. */
function rename(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      if (key !== "$ref" || typeof member !== "string") return [key, rename(member, names)];
      const name = member.slice(member.lastIndexOf("/") + 1);
      return [key, `#/components/schemas/${names.get(name) ?? name}`];
    }),
  );
}

function operationOf(key: string, definition: RouteDefinition, components: Components): Json {
  const success = String(definition.successStatus ?? 200);
  const schema = components.translate(definition.response, "output");
  const headers = definition.precondition === true || definition.params !== undefined ? { headers: { ETag: ETAG } } : {};
  const answer = (description: string) => ({ description, ...headers, content: { "application/json": { schema } } });
  const body = definition.body && bodyOf(definition, definition.body, components);
  return {
    operationId: operationId(key),
    summary: definition.summary,
    tags: [definition.tag],
    parameters: [
      ...parametersOf(definition.params, "path", components),
      ...parametersOf(definition.query, "query", components),
      ...headerParameters(definition),
    ],
    ...(body && { requestBody: body }),
    responses: {
      [success]: answer(definition.write === true ? "Done; every connected proxy that it touches has it." : "As it is now."),
      ...(definition.write === true && { 202: answer("Written; connected proxies have not acknowledged within 500 ms.") }),
      ...Object.fromEntries(refusalStatuses(definition).map((status) => [status, { $ref: `#/components/responses/Problem${status}` }])),
      ...DEFAULT_PROBLEM,
    },
  };
}

function bodyOf(definition: RouteDefinition, body: z.ZodType, components: Components): Json {
  const schema = components.translate(body, "input");
  const types = definition.bodyTypes ?? ["application/json"];
  return { required: !body.safeParse(undefined).success, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}

function parametersOf(schema: z.ZodType | undefined, place: "path" | "query", components: Components): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = components.translate(schema, "input") as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}

/** What an operation may refuse with, beside what any request can meet. */
function refusalStatuses({ params, query, body, write, precondition, localToken }: RouteDefinition): readonly number[] {
  const statuses = [
    ...(body === undefined ? [] : [400, 413, 415]),
    ...(params === undefined ? [] : [404]),
    ...(write === true ? [403, 409, 423, 503] : []),
    ...(localToken === undefined ? [] : [401, 403]),
    ...(precondition === true ? [412, 428] : []),
    ...((params ?? query ?? body ?? write) ? [422] : []),
    421,
  ];
  return [...new Set(statuses)].sort((left, right) => left - right);
}

const ETAG = { description: "The service's rev as a quoted value.", schema: { type: "string" } };

const TOKEN: Readonly<Record<string, string>> = {
  true: "The local token of the data folder; browsers send it as the cookie interlock-token.",
  sometimes: "The local token of the data folder, where this would start or end processes; browsers send it as the cookie interlock-token.",
};

function headerParameters(definition: RouteDefinition): Json[] {
  const header = (name: string, required: boolean, description: string, bounds: Json = {}) => ({
    name,
    in: "header",
    required,
    description,
    schema: { type: "string", ...bounds },
  });
  return [
    ...(definition.localToken === undefined ? [] : [header("x-interlock-token", false, TOKEN[String(definition.localToken)] ?? "")]),
    ...(definition.precondition === true
      ? [
          header("If-Match", true, 'The rev that the author saw, quoted: "7". 428 when missing, 412 when stale.', {
            pattern: '^"[0-9]{1,15}"$',
          }),
        ]
      : []),
    ...(definition.write === true
      ? [
          header("Idempotency-Key", false, "Makes the write repeatable for 24 hours: a repeat answers what the first answered.", {
            minLength: 1,
            maxLength: KEY_CHARS_MAX,
          }),
          header("x-interlock-author", false, "Who asks, UTF-8 or percent-encoded; shown as given. `anonymous` when absent."),
        ]
      : []),
  ];
}

function operationId(key: string): string {
  const [method = "", path = ""] = key.split(" ");
  const words = path.replace("/api/v1/", "").replace(/[{}]/g, "").split(/[/.-]/);
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function selfPaths(components: Components): Record<string, Json> {
  const events = {
    oneOf: [streamDataSchema, streamResetSchema, streamHeartbeatSchema].map((schema) => components.translate(schema, "output")),
  };
  const simple = (summary: string, type: string, extra: Json = {}) => ({
    get: {
      summary,
      tags: ["self"],
      responses: { 200: { description: summary, content: { [type]: {} } }, ...DEFAULT_PROBLEM },
      ...extra,
    },
  });
  return {
    "/api/v1/stream": {
      get: {
        operationId: "getStream",
        summary: "Live stream: snapshots, then deltas; resumes after Last-Event-ID, or says reset",
        description:
          "Server-sent events `snapshot`, `delta`, `reset`, `heartbeat`; the data of each is one JSON object. `activity` is gapless by the sequence of " +
          "changes, across restarts; figures coalesce. Resume with the topics of the first request.",
        tags: ["live"],
        parameters: [
          {
            name: "topics",
            in: "query",
            required: false,
            description: "Some of topology,splits,activity,health; all when absent.",
            schema: { type: "string" },
          },
          {
            name: "Last-Event-ID",
            in: "header",
            required: false,
            description: "The id of the last event that was seen.",
            schema: { type: "string" },
          },
        ],
        responses: {
          200: { description: "Events, until either side ends.", content: { "text/event-stream": { schema: events } } },
          ...DEFAULT_PROBLEM,
        },
      },
    },
    "/api/v1/tap": tapPath(components),
    "/metrics": simple("Everything that the engine counts, for Prometheus; OpenMetrics when asked for by Accept", "text/plain"),
    "/api/v1/openapi.json": simple("This document", "application/json"),
    "/healthz": simple("The process lives", "application/json"),
    "/readyz": simple("A connected proxy serves the current snapshot; 503 until then", "application/json"),
  };
}

function tapPath(components: Components): Json {
  const events = { oneOf: [tapDataSchema, tapHeartbeatSchema].map((schema) => components.translate(schema, "output")) };
  return {
    get: {
      operationId: "getTap",
      summary: "Live tap: requests as they end, those that pass the filter",
      description:
        "Server-sent events `entries` and `heartbeat`; the data of each is one JSON object. At most 500 entries per second and proxy: `dropped` counts the " +
        "others. All parameters that are given must fit; a request over mTLS is told by both proxies that it passes, see `side`.",
      tags: ["live"],
      parameters: parametersOf(tapQuerySchema, "query", components),
      responses: {
        200: { description: "Events, until either side ends.", content: { "text/event-stream": { schema: events } } },
        422: { $ref: "#/components/responses/Problem422" },
        ...DEFAULT_PROBLEM,
      },
    },
  };
}

/** One response for each status, with the codes that it stands for, and one for all of them. */
function problemResponses(): Json {
  const codes = Object.entries(ERROR_CODES).map(([code, { status, title }]) => ({ status, text: `\`${code}\` (${status}): ${title}` }));
  const response = (some: typeof codes) => ({
    description: `A refusal (RFC 9457); nothing was written. Codes: ${some.map(({ text }) => text).join("; ")}.`,
    ...PROBLEM,
  });
  const byStatus = [...new Set(codes.map(({ status }) => status))].sort((left, right) => left - right);
  return {
    Problem: response(codes),
    ...Object.fromEntries(byStatus.map((status) => [`Problem${status}`, response(codes.filter((each) => each.status === status))])),
  };
}
