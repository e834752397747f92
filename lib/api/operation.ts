import type { z } from "zod";
import type { Applied } from "../engine/index.ts";
import type { ChangeAuthor, Command, Refusal } from "../model/index.ts";
import type { Result } from "../std/index.ts";
import type { Contract } from "./contract/index.ts";

/** An operation of the contract: `METHOD /path/{param}`. */
export type OperationKey = keyof Contract & string;

type OutputOf<Key extends OperationKey, Part extends string> =
  Contract[Key] extends Readonly<Record<Part, infer Schema extends z.ZodType>> ? z.output<Schema> : undefined;

/** A request that has passed every check of the wire; whether it makes sense to the mesh is the engine's to say. */
export interface Call<Key extends OperationKey> {
  readonly params: OutputOf<Key, "params">;
  readonly query: OutputOf<Key, "query">;
  readonly body: OutputOf<Key, "body">;
  /** From If-Match; -1 where the operation has no precondition. */
  readonly rev: number;
  readonly dryRun: boolean;
  readonly author: ChangeAuthor;
  /** Whether it came with the local token. */
  readonly unlocked: boolean;
}

export type ResponseOf<Key extends OperationKey> = z.output<Contract[Key]["response"]>;

/** Fields that the API itself adds to the answer of a command. */
type WriteField = "change" | "rev" | "accepted" | "exposure" | "notes" | "dryRun" | "risk";

/** What a command did. `exposure` is unknown where the answer had to be rebuilt from the log. */
export type Done = Omit<Applied, "exposure"> & { readonly exposure?: Applied["exposure"] };

/** Answers by itself: reads, and writes that live outside the log. */
export interface DirectHandler<Key extends OperationKey> {
  readonly kind: "direct";
  answer(call: Call<Key>): Promise<Outcome<Key>> | Outcome<Key>;
}

export type Outcome<Key extends OperationKey> = Result<
  { readonly body: ResponseOf<Key>; readonly rev?: number; readonly status?: 200 | 201 },
  Refusal
>;

/** Becomes a command of the engine; the answer is built from what the command did. */
export interface CommandHandler<Key extends OperationKey> {
  readonly kind: "command";
  /** Answers without a command where the call concerns something outside the log (a lease); undefined where it does not. */
  aside?(call: Call<Key>): Outcome<Key> | undefined;
  command(call: Call<Key>): Result<Command, Refusal>;
  /** The service whose `rev` the answer carries; absent where several are touched. */
  service?(call: Call<Key>): string;
  /** The `rev` of the answer where it is that of something else; undefined where there is none any more. */
  rev?(done: Done, call: Call<Key>): number | undefined;
  /** Fields of the answer beside those that every write has. */
  fields(done: Done, call: Call<Key>): Omit<ResponseOf<Key>, WriteField> | Promise<Omit<ResponseOf<Key>, WriteField>>;
  /** For 412: the state that the operation would have changed, as it is now. */
  current?(call: Call<Key>): unknown;
}

export type Handler<Key extends OperationKey> = DirectHandler<Key> | CommandHandler<Key>;

/** One handler per operation of a part of the contract. */
export type Handlers<Key extends OperationKey> = { readonly [K in Key]: Handler<K> };
