import type { Command } from "commander";
import { ApiProblem, type ResponseOf } from "../client/index.ts";
import type { CliContext } from "./cli-context.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { formatCount } from "./format-figures.ts";
import { parseDuration } from "./parse-moment.ts";
import { waited } from "./waited.ts";

type Deployment = ResponseOf<"GET /api/v1/services/{service}/versions/{version}/deployment">;
interface Ref {
  readonly service: string;
  readonly version: string;
}

/** The longest that a timer can be set to. */
const LONGEST_MS = 2 ** 31 - 1;
/** How long `--wait` waits where nothing else is given. */
const PATIENCE = "10m";

/** What `--wait` and `--timeout` say. */
export interface WaitOptions {
  readonly wait?: boolean;
  readonly timeout?: string;
}

/** Adds `--wait` and `--timeout`; `more`: what ends the waiting beside that everything is as wanted. */
export function waitable(command: Command, more = ""): Command {
  return command
    .option("--wait", `show what moves until everything is as wanted${more}`)
    .option("--timeout <duration>", `with --wait: how long, then 1 and what is still waited for; ${PATIENCE} where left out`);
}

/** The patience of `--timeout`, read before anything is written. Null: it is not to be waited. Throws `UsageError`. */
export function patienceOf({ timeout, wait }: WaitOptions): number | null {
  const patienceMs = parseDuration(timeout ?? PATIENCE);
  return wait === true ? patienceMs : null;
}

/**
 * Says what moves until everything is as wanted (done), something is wrong with the program, or the patience is over (both refused), or the user interrupts.
 * What was stopped by hand is told of, and not waited for.
 */
export async function watchDeployment(context: CliContext, ref: Ref, patienceMs: number): Promise<ExitCode> {
  // Of a clock that nobody sets.
  const patience = AbortSignal.timeout(Math.min(patienceMs, LONGEST_MS));
  let said = "";
  for (;;) {
    const now = await context.client
      .call("GET /api/v1/services/{service}/versions/{version}/deployment", { params: ref })
      .catch((failure: unknown) => {
        if (failure instanceof ApiProblem && failure.code === "deployment.unknown") return null;
        throw failure;
      });
    if (now === null) {
      context.say(`${ref.service} ${ref.version} is not deployed any more.`);
      return EXIT.refused;
    }
    const line = lineOf(now);
    if (line !== said) context.say(line);
    said = line;
    if (now.problem !== null) {
      context.say(context.paint.red(`${now.problem.code}: ${now.problem.detail}`));
      context.say(`  ${now.problem.path}: ${now.problem.fix}`);
      return EXIT.refused;
    }
    if (now.waitingFor === null) return EXIT.done;
    if (patience.aborted) {
      context.say(context.paint.red(`It was waited for ${patienceMs / 1_000} s, no longer: ${now.waitingFor}`));
      return EXIT.refused;
    }
    if (!(await waited(context.io.interrupted))) return EXIT.done;
  }
}

/** `3 of 4 ready, 2 of 4 of the new generation. 1 instance starts.` */
export function lineOf({ ready, target, updated, actual, note, waitingFor }: Deployment): string {
  const roll = updated === ready ? "" : `, ${updated} of ${target} new`;
  const more = actual > target ? `, ${formatCount(actual, "instance")} in all` : "";
  return `${ready} of ${target} ready${roll}${more}. ${waitingFor ?? note ?? "Everything is as wanted."}`;
}
