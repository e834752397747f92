import type { ResponseOf, ShiftVerdict } from "../client/index.ts";
import type { CliContext } from "./cli-context.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { OUTPUTS, type Output, type Report, type ReportCase, renderReport } from "./render-report.ts";
import { describeExposure } from "./report-write.ts";

export type DeployVerdict = ResponseOf<"POST /api/v1/can-i-deploy">;

/** Help of `-o` for commands that answer whether something is safe. */
export const OUTPUT_HELP = `how to answer: ${OUTPUTS.join(", ")}`;

const EXIT_BY_VERDICT = { compatible: EXIT.done, incompatible: EXIT.refused, unknown: EXIT.unknown } as const;

const HEADLINES = {
  compatible: "Yes: every pair that this touches is known to work.",
  incompatible: "No: a pair would break.",
  unknown: "Unknown: nothing is known to break, and not every pair is proven.",
} as const;

/** Answers "is it safe" in the form asked for; the exit code is the answer, whatever the form. */
export function reportVerdict(context: CliContext, output: Output, title: string, verdict: ShiftVerdict | DeployVerdict): ExitCode {
  if (output === "json") context.io.write(`${JSON.stringify(verdict, null, 2)}\n`);
  else if (output === "text") showVerdict(context, verdict);
  else context.io.write(renderReport(output, verdictReport(title, verdict)));
  return EXIT_BY_VERDICT[verdict.verdict];
}

/** A verdict for a pipeline: a case per pair. */
export function verdictReport(title: string, verdict: ShiftVerdict | DeployVerdict): Report {
  const { notes, proven } = extrasOf(verdict);
  const cases = [
    ...[...verdict.reasons, ...proven].map((reason): ReportCase => {
      const name = `${reason.consumer.service} ${reason.consumer.version} → ${reason.provider.service} ${reason.provider.version}`;
      return {
        name,
        verdict: reason.verdict,
        detail: reason.verdict === "compatible" ? reason.sentence : `${reason.sentence} ${reason.fix}`,
      };
    }),
    ...notes.map(
      (note): ReportCase => ({ name: "note", verdict: verdict.verdict === "compatible" ? "compatible" : "unknown", detail: note }),
    ),
  ];
  return { title, verdict: verdict.verdict, summary: [HEADLINES[verdict.verdict], ...notes].join(" "), cases };
}

function showVerdict({ paint, say }: CliContext, verdict: ShiftVerdict | DeployVerdict): void {
  const colour = { compatible: paint.green, incompatible: paint.red, unknown: paint.yellow }[verdict.verdict];
  const { notes, proven } = extrasOf(verdict);
  say(colour(HEADLINES[verdict.verdict]));
  for (const reason of verdict.reasons) {
    say(`  ${reason.sentence}`);
    if (reason.fix !== "") say(`  ${paint.bold("→")} ${reason.fix}`);
  }
  for (const { sentence } of proven) say(`  ${paint.green("✓")} ${sentence}`);
  for (const note of notes) say(`  ${note}`);
  say(describeExposure(verdict.exposure));
}

function extrasOf(verdict: ShiftVerdict | DeployVerdict): Pick<DeployVerdict, "proven" | "notes"> {
  return "proven" in verdict ? verdict : { proven: [], notes: [] };
}
