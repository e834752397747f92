import { ApiProblem } from "../client/index.ts";
import { ApprovalAsked } from "./asking-client.ts";
import { defaultApi } from "./cli-context.ts";
import type { CliIo } from "./cli-io.ts";
import { describeClosure } from "./describe-closure.ts";
import { EXIT, type ExitCode, UnreadableError, UsageError } from "./exit-code.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";

export interface ReportOptions {
  readonly json: boolean;
  readonly apiUrl: string;
  readonly paint: Paint;
}

/** Says why a command did not succeed, and with which code to leave. What nobody expected is thrown on. */
export function reportProblem(error: unknown, io: CliIo, options: ReportOptions): ExitCode {
  if (error instanceof ApprovalAsked) return reportAsked(error, io, options);
  if (error instanceof ApiProblem) return reportRefusal(error, io, options);
  if (error instanceof UsageError || error instanceof UnreadableError) {
    const exitCode = error instanceof UsageError ? EXIT.usage : EXIT.unreachable;
    if (options.json)
      io.write(`${JSON.stringify({ code: exitCode === EXIT.usage ? "cli.usage" : "cli.unreadable", detail: error.message }, null, 2)}\n`);
    else io.writeError(`${options.paint.red("Error:")} ${printable(error.message)}\n`);
    return exitCode;
  }
  throw error;
}

/** Nothing was changed, and that is what was wanted: what to do next. */
function reportAsked({ approval }: ApprovalAsked, io: CliIo, { json, paint }: ReportOptions): ExitCode {
  if (json) io.write(`${JSON.stringify(approval, null, 2)}\n`);
  else {
    const { expiresAt, id, risk, summary } = printable(approval);
    const lines = [
      `${paint.bold(id)}  ${summary}: waits for a second person until ${expiresAt}.`,
      ...risk.reasons.map((reason) => `  ${reason}`),
      `Somebody else approves it: interlock approvals approve ${id}`,
      `Then do it: interlock approvals apply ${id}`,
    ];
    io.write(`${lines.join("\n")}\n`);
  }
  return EXIT.done;
}

function reportRefusal(problem: ApiProblem, io: CliIo, { json, apiUrl, paint }: ReportOptions): ExitCode {
  const { title, status, code, closure, detail, errors, reasons, current } = problem;
  // Not reached, or reached while it cannot answer: nothing is known about the question itself.
  const exitCode = code.startsWith("engine.") ? EXIT.unreachable : EXIT.refused;
  if (json) {
    io.write(
      `${JSON.stringify({ type: `urn:interlock:problem:${code}`, title, status, code, detail, errors, reasons, closure, current }, null, 2)}\n`,
    );
    return exitCode;
  }
  const lines = [`${paint.red(`${title}.`)} ${printable(detail)} ${paint.dim(`(${code})`)}`];
  for (const { sentence, fix } of printable(reasons ?? [])) {
    // With a single pair the detail is its sentence.
    if (!detail.startsWith(sentence)) lines.push(`  ${sentence}`);
    lines.push(`  ${paint.bold("→")} ${fix}`);
  }
  for (const each of printable(errors)) {
    // The gate's own problems repeat what the reasons have said.
    if (each.code === "compatibility.refused" && (reasons?.length ?? 0) > 0) continue;
    const where = each.path === "" ? "" : `${each.path}: `;
    lines.push(`  ${where}${each.detail === detail ? "" : `${each.detail} `}${each.fix}`.trimEnd());
  }
  lines.push(...describeClosure(printable(closure), paint).map((line) => `  ${line}`));
  if (code === "engine.unreachable")
    lines.push(`  Asked at ${apiUrl}.${apiUrl === defaultApi({}) ? " Start it with npm start, or name another with --api." : ""}`);
  io.writeError(`${lines.join("\n")}\n`);
  return exitCode;
}
