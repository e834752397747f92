import type { Command } from "commander";
import type { CliContext } from "./cli-context.ts";

/** What a command does with its context; without a code it is done. The codes are those of `EXIT`, except that `run` leaves with its program's. */
export type Handler<Args extends unknown[]> = (context: CliContext, ...args: Args) => Promise<number | undefined>;

/** Hands a command's noun file what it needs to add its commands. */
export interface CommandHost {
  readonly program: Command;
  /** Turns a handler into an action: with the context in front, its exit code kept. Arguments come as commander gives them. */
  action<Args extends unknown[]>(handler: Handler<Args>): (this: Command, ...args: Args) => Promise<void>;
}
