import type { Split } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { UsageError } from "../exit-code.ts";
import { formatAge, formatCount, formatShare, formatWeight } from "../format-figures.ts";
import { parseMoment } from "../parse-moment.ts";
import { parseWeights } from "../parse-weights.ts";
import { reportWrite } from "../report-write.ts";

interface SplitOptions {
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly overrideReason?: string;
  readonly overrideUntil?: string;
}

/** `interlock split <service> [version=percent…]` */
export function addSplit({ program, action }: CommandHost): void {
  program
    .command("split <service> [weights...]")
    .description("show the split of a service, or set it: interlock split recommendations 1.3.0=25")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .option("--override-reason <text>", "let a broken pair through, and say why")
    .option("--override-until <when>", "until when: a duration such as 2h, or an ISO time")
    .action(
      action(async (context, service: string, pairs: string[], options: SplitOptions) => {
        const override = overrideOf(options, context.io.nowMs());
        const split = await context.client.call("GET /api/v1/services/{service}/split", { params: { service } });
        if (pairs.length === 0) return void showSplit(context, split);
        const { weights, note } = parseWeights(pairs, split.weights);
        if (note !== "") context.say(note);
        const answer = await context.client.call("PUT /api/v1/services/{service}/split", {
          params: { service },
          rev: split.rev,
          body: {
            weights,
            ...(options.reason === undefined ? {} : { reason: options.reason }),
            ...(override === undefined ? {} : { override }),
          },
          dryRun: options.dryRun === true,
        });
        reportWrite(context, answer);
        return undefined;
      }),
    );
}

function overrideOf({ overrideReason, overrideUntil }: SplitOptions, nowMs: number) {
  if (overrideReason === undefined && overrideUntil === undefined) return undefined;
  if (overrideReason === undefined || overrideUntil === undefined)
    throw new UsageError("An override needs both --override-reason and --override-until.");
  return { reason: overrideReason, expiresAt: parseMoment(overrideUntil, nowMs) };
}

/** The three figures of every weight: intended, accepted, observed. */
function showSplit(context: CliContext, split: Split): void {
  const { service, rev, since, accepted, observed } = split;
  context.document(split);
  const changed =
    since === null ? "never changed" : `changed ${formatAge(since.at, context.io.nowMs())} ago by ${since.author} (${since.changeId})`;
  context.say(`${context.paint.bold(service)}  rev ${rev}, ${changed}`);
  const seconds = `${Math.round(observed.windowMs / 1000)} s`;
  context.say(
    `Accepted by ${accepted.acknowledged} of ${accepted.proxies}, observed over ${seconds} and ${formatCount(observed.requests, "request")}.`,
  );
  const versions = [...new Set([...Object.keys(split.weights), ...Object.keys(observed.versions)])];
  if (versions.length === 0) {
    context.say("No version has traffic.");
    return;
  }
  context.say("");
  context.table(
    [
      { title: "VERSION" },
      { title: "INTENDED", align: "right" },
      { title: "ACCEPTED", align: "right" },
      { title: "OBSERVED", align: "right" },
      { title: "95 % INTERVAL" },
    ],
    versions.map((version) => {
      const seen = observed.versions[version];
      return [
        version,
        formatWeight(split.weights[version] ?? 0),
        `${accepted.acknowledged}/${accepted.proxies}`,
        formatShare(seen?.share ?? null),
        seen === undefined || seen.low === null ? "" : `${formatShare(seen.low)} to ${formatShare(seen.high)}`,
      ];
    }),
  );
  sayPhases(context, split);
}

/** Phases until all are done, and callers that are kept from a version. */
function sayPhases(context: CliContext, { phases, renormalised }: Split): void {
  const isOver = phases.every(({ state }) => state === "done");
  if (!isOver || renormalised.length > 0) context.say("");
  if (!isOver) for (const { phase, state, proof } of phases) context.say(`${phase} ${state}: ${proof}`);
  for (const { caller, versions, weights, reason } of renormalised) {
    const left = Object.entries(weights).map(([version, weightBp]) => `${version} ${formatWeight(weightBp)}`);
    const goesTo = left.length === 0 ? "its requests are refused" : `its requests go to ${left.join(", ")}`;
    context.say(`${caller.service} ${caller.version} is kept from ${versions.join(", ")}: ${goesTo}. ${reason}`);
  }
}
