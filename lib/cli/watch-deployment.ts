import { ApiProblem, type ResponseOf } from "../client/index.ts";
import type { CliContext } from "./cli-context.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { formatCount } from "./format-figures.ts";
import { waited } from "./waited.ts";

type Deployment = ResponseOf<"GET /api/v1/services/{service}/versions/{version}/deployment">;
interface Ref {
  readonly service: string;
  readonly version: string;
}

/** Says what moves until everything is as wanted (done), something is wrong with the program (refused), or the user interrupts. */
export async function watchDeployment(context: CliContext, ref: Ref): Promise<ExitCode> {
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
    if (!(await waited(context.io.interrupted))) return EXIT.done;
  }
}

/** `3 of 4 ready, 2 of 4 of the new generation. 1 instance starts.` */
export function lineOf({ ready, target, updated, actual, waitingFor }: Deployment): string {
  const roll = updated === ready ? "" : `, ${updated} of ${target} new`;
  const more = actual > target ? `, ${formatCount(actual, "instance")} in all` : "";
  return `${ready} of ${target} ready${roll}${more}. ${waitingFor ?? "Everything is as wanted."}`;
}
