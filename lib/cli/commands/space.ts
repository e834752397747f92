import type { ResponseOf } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { parseRef } from "../parse-ref.ts";
import { parseOutput, type Report, type ReportCase, renderReport } from "../render-report.ts";
import type { Cell } from "../render-table.ts";
import { OUTPUT_HELP } from "../report-verdict.ts";

type VersionSpace = ResponseOf<"GET /api/v1/version-space">;
type SpaceVersion = VersionSpace["services"][number]["versions"][number];

interface SpaceOptions {
  readonly pin: readonly string[];
  readonly live?: boolean;
  readonly output?: string;
}

/** `interlock space [--pin service@version …] [--live]` */
export function addSpace({ program, action }: CommandHost): void {
  program
    .command("space")
    .description("which versions can run together; exit code 0 where some can, 1 where the pins contradict each other")
    .option("--pin <service@version>", "with this version, repeatable: --pin payments@3.0.0", (text, all: string[]) => [...all, text], [])
    .option("--live", "only versions with ready instances")
    .option("-o, --output <format>", OUTPUT_HELP)
    .action(
      action(async (context, { live = false, output, pin }: SpaceOptions) => {
        const format = parseOutput(output, context.json);
        for (const one of pin) parseRef(one, "--pin");
        const query = { ...(pin.length > 0 && { pin: [...pin] }), ...(live && { live: "true" as const }) };
        const space = await context.client.call("GET /api/v1/version-space", { query });
        if (format === "json") context.io.write(`${JSON.stringify(space, null, 2)}\n`);
        else if (format === "text") showSpace(context, space);
        else context.io.write(renderReport(format, spaceReport(pin, space)));
        return exitOf(space);
      }),
    );
}

function exitOf(space: VersionSpace): ExitCode {
  return space.newest === null ? EXIT.refused : EXIT.done;
}

function showSpace(context: CliContext, space: VersionSpace): void {
  const { paint, say, table } = context;
  if (space.newest === null) {
    say(paint.red(CONTRADICTION));
    for (const sentence of space.why) say(`  ${sentence}`);
    for (const way of waysOut(space)) say(`  ${paint.bold("→")} ${way}`);
    return;
  }
  const rows = space.services.flatMap(({ name, versions }) =>
    versions
      .toReversed()
      .map((version, index): readonly Cell[] => [
        index === 0 ? name : "",
        version.version,
        version.feasible ? { text: "yes", colour: "green" } : { text: "no", colour: "red" },
        version.live ? "live" : "",
        version.share === null ? "–" : formatShare(version.share),
        version.reason ?? "",
      ]),
  );
  table(
    [
      { title: "SERVICE" },
      { title: "VERSION" },
      { title: "CAN RUN" },
      { title: "NOW" },
      { title: "SHARE", align: "right" },
      { title: "WHY NOT" },
    ],
    rows,
  );
  say("");
  say(countOf(space));
  say(`Newest: ${listOf(space.newest)}`);
  say(`Oldest: ${listOf(space.oldest ?? {})}`);
  if (!space.settled) say(paint.yellow("The search was cut short: a version that can run here may turn out not to."));
}

const CONTRADICTION = "No configuration has all of these versions.";

function formatShare(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  return percent < 0.1 ? "< 0.1 %" : percent > 99.9 ? "> 99.9 %" : `${percent.toFixed(1)} %`;
}

function countOf({ count, tooWide }: VersionSpace): string {
  if (count.exact !== undefined)
    return `${count.exact} ${count.exact === "1" ? "configuration works" : "configurations work"}, all proven.`;
  const wide = tooWide.length > 0 ? ` These are bounds: the mesh is too entangled around ${tooWide.join(", ")} to count.` : "";
  return `${count.lower} proven, up to ${count.upper} not disproven.${wide}`;
}

function listOf(configuration: Readonly<Record<string, string>>): string {
  return Object.entries(configuration)
    .map(([service, version]) => `${service} ${version}`)
    .join(", ");
}

function waysOut({ counterfactual }: VersionSpace): string[] {
  if (counterfactual === null) return [];
  const moves = counterfactual.pins.map(({ from, service, to }) => `${service} ${to} instead of ${from}`);
  const pairs = (counterfactual.pairs ?? []).map(
    ({ consumer, provider }) => `${consumer.service} ${consumer.version} with ${provider.service} ${provider.version}`,
  );
  return [
    ...(moves.length > 0 ? [`It is possible with ${moves.join(" and ")}.`] : []),
    ...(pairs.length > 0 ? [`Or make it work and prove it: ${pairs.join(", ")}.`] : []),
  ];
}

/** For a pipeline: a case per service, or one for the contradiction. */
function spaceReport(pins: readonly string[], space: VersionSpace): Report {
  const title = ["space", ...pins].join(" ");
  if (space.newest === null) {
    const detail = [...space.why, ...waysOut(space)].join(" ");
    return { title, verdict: "incompatible", summary: CONTRADICTION, cases: [{ name: title, verdict: "incompatible", detail }] };
  }
  const cases = space.services.map(({ name, versions }): ReportCase => {
    const feasible = versions.filter((version) => version.feasible).map(({ version }) => version);
    return {
      name,
      verdict: feasible.length > 0 ? "compatible" : "unknown",
      detail: feasible.length > 0 ? feasible.join(", ") : reasonsOf(versions),
    };
  });
  return { title, verdict: "compatible", summary: countOf(space), cases };
}

function reasonsOf(versions: readonly SpaceVersion[]): string {
  return versions.flatMap(({ reason, version }) => (reason === undefined ? [] : [`${version}: ${reason}`])).join(" ");
}
