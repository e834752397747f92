import type { z } from "zod";
import type { Contract } from "../api/contract/index.ts";

/** An operation of the API: `METHOD /path/{param}`. */
export type OperationKey = keyof Contract & string;

/** Body of the success answer of an operation. */
export type ResponseOf<Key extends OperationKey> = z.output<Contract[Key]["response"]>;

type InputOf<Key extends OperationKey, Part extends string> =
  Contract[Key] extends Readonly<Record<Part, infer Schema extends z.ZodType>> ? z.input<Schema> : never;

/** A member of the request: absent where the operation has none, optional where nothing in it is required. */
type Member<Name extends string, Value> = [Value] extends [never]
  ? unknown
  : undefined extends Value
    ? { readonly [N in Name]?: Value }
    : Record<never, never> extends Value
      ? { readonly [N in Name]?: Value }
      : { readonly [N in Name]: Value };

type Precondition<Key extends OperationKey> = Contract[Key] extends { readonly precondition: true } ? { readonly rev: number } : unknown;

interface CallOptions {
  /** Makes the write repeatable: a second call with the same key answers what the first answered. */
  readonly idempotencyKey?: string;
  /** Ask what a write would do; nothing is written. */
  readonly dryRun?: boolean;
  /** The approval of a second person that this very request uses up. */
  readonly approval?: string;
  readonly signal?: AbortSignal;
}

/** What an operation takes. `rev` is the state of the service that the author saw; a stale one is refused. */
export type CallRequest<Key extends OperationKey> = Member<"params", InputOf<Key, "params">> &
  Member<"query", InputOf<Key, "query">> &
  Member<"body", InputOf<Key, "body">> &
  Precondition<Key> &
  CallOptions;

/** A request as it is described instead of sent, such as in an approval. */
export interface DescribedRequest {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly ifMatch: number | null;
  readonly body: unknown;
}

/** The request may be left out where nothing in it is required. */
export type CallArguments<Key extends OperationKey> =
  Record<never, never> extends CallRequest<Key> ? [request?: CallRequest<Key>] : [request: CallRequest<Key>];

/** A success answer with what stands around its body. */
export interface CallAnswer<Body> {
  /** 202 instead of 200: written, but connected proxies have not acknowledged yet. */
  readonly status: number;
  /** The service's `rev` as a quoted value, where the answer carries one. */
  readonly etag: string | null;
  readonly body: Body;
}
