import type { ResponseOf } from "../../client/index.ts";
import { LIFECYCLE_STAGES, type LifecycleStage } from "../../model/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { UsageError } from "../exit-code.ts";
import { formatAge, formatRate } from "../format-figures.ts";
import { parseMoment } from "../parse-moment.ts";
import { parseRef } from "../parse-ref.ts";
import { reportWrite } from "../report-write.ts";

interface Options {
  readonly at?: string;
  readonly sunset?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `interlock lifecycle payments@2.1.0 [deprecated --sunset 30d]` */
export function addLifecycle({ action, program }: CommandHost): void {
  program
    .command("lifecycle <version> [stage]")
    .description(`where a version is in its life, and move it: ${LIFECYCLE_STAGES.join(", ")}`)
    .option(
      "--at <when>",
      "move it then: a time (UTC unless it says its zone), or from now 2h, 7d; at once where left out; none takes a schedule away",
    )
    .option("--sunset <when>", "when it stops to be served: a time, or from now 30d; none takes the date away; what is scheduled stays")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(
      action(async (context, text: string, stage: string | undefined, options: Options) => {
        const params = parseRef(text, "version");
        const version = await context.client.call("GET /api/v1/services/{service}/versions/{version}", { params });
        if (stage === undefined && options.sunset === undefined && options.at === undefined) show(context, version);
        else {
          const nowMs = context.io.nowMs();
          const [at, sunset] = [options.at, options.sunset].map((when) => parseWhen(when, nowMs));
          if (stage === undefined && typeof at === "string") throw new UsageError("--at needs the stage to move to at that time.");
          const answer = await context.client.call("PUT /api/v1/services/{service}/versions/{version}/lifecycle", {
            params,
            rev: version.rev,
            body: {
              stage: parseStage(stage ?? version.lifecycle.stage),
              ...(at !== undefined && { at }),
              ...(sunset !== undefined && { sunset }),
              ...(options.reason !== undefined && { reason: options.reason }),
            },
            dryRun: options.dryRun === true,
          });
          reportWrite(context, answer);
        }
        return undefined;
      }),
    );
}

type Version = ResponseOf<"GET /api/v1/services/{service}/versions/{version}">;

function show(context: CliContext, { build, calledBy, lifecycle, service, version }: Version): void {
  context.document({ service, version, build, lifecycle, calledBy });
  const nowMs = context.io.nowMs();
  const numbered = build === undefined ? version : `${version} (build ${build})`;
  context.say(`${service} ${numbered} is ${lifecycle.stage}, since ${formatAge(lifecycle.since, nowMs)} by ${lifecycle.by}.`);
  if (lifecycle.next !== undefined) context.say(`Becomes ${lifecycle.next.stage} at ${lifecycle.next.at}.`);
  if (lifecycle.sunset !== undefined) context.say(`Stops to be served at ${lifecycle.sunset}.`);
  for (const { rps, service: caller, version: of } of calledBy ?? [])
    context.say(`Still called by ${caller}${of === null ? "" : ` ${of}`}, ${formatRate(rps)}.`);
}

/** Undefined: as it is. Null: none. */
function parseWhen(text: string | undefined, nowMs: number): string | null | undefined {
  return text === "none" ? null : text === undefined ? undefined : parseMoment(text, nowMs);
}

function parseStage(text: string): LifecycleStage {
  const stage = LIFECYCLE_STAGES.find((each) => each === text);
  if (stage === undefined) throw new UsageError(`"${text}" is no stage; choose one of ${LIFECYCLE_STAGES.join(", ")}.`);
  return stage;
}
