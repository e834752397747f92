import type { z } from "zod";

/**
 * One operation of the wire contract, declared once: validation, the OpenAPI document and the typed client all come from here.
 * `precondition`: If-Match is required. `write`: takes Idempotency-Key, dryRun and x-interlock-author.
 */
export interface RouteDefinition {
  readonly summary: string;
  readonly tag: string;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** Query parameters that may be given more than once; their schema is an array. */
  readonly repeatable?: readonly string[];
  readonly body?: z.ZodType;
  /** Media types of the body; JSON when absent. */
  readonly bodyTypes?: readonly string[];
  /** Body of the success answer. */
  readonly response: z.ZodType;
  /** 200 when absent. */
  readonly successStatus?: 200 | 201;
  readonly write?: boolean;
  readonly precondition?: boolean;
  /** Starts or ends processes on this machine: only with the local token. `sometimes`: where what is asked for does that. */
  readonly localToken?: boolean | "sometimes";
}

/** Operations by `METHOD /path/{param}`. */
export type RouteTable = Readonly<Record<`${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`, RouteDefinition>>;
