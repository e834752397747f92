import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { UsageError } from "../exit-code.ts";
import { parseWeights } from "../parse-weights.ts";
import { parseOutput } from "../render-report.ts";
import { OUTPUT_HELP, reportVerdict } from "../report-verdict.ts";

interface ShiftOptions {
  readonly change: readonly string[];
  readonly output?: string;
}

/** `interlock can-i-shift <service> version=percent…` */
export function addCanIShift({ program, action }: CommandHost): void {
  program
    .command("can-i-shift [service] [weights...]")
    .description("would these weights be safe? exit code 0 yes, 1 no, 4 unknown; nothing is changed")
    .option(
      "--change <service:weights>",
      "one more service, repeatable: --change payments:3.0.0=10,2.3.0=90",
      (text, all: string[]) => [...all, text],
      [],
    )
    .option("-o, --output <format>", OUTPUT_HELP)
    .action(
      action(async (context, service: string | undefined, pairs: string[], { change, output }: ShiftOptions) => {
        const format = parseOutput(output, context.json);
        const quiet = format === "text" ? context : { ...context, say: () => {} };
        const asked = [...(service === undefined ? [] : [{ service, pairs }]), ...change.map(parseChange)];
        if (asked.length === 0) throw new UsageError("Name a service and its weights: interlock can-i-shift payments 3.0.0=10");
        const changes = [];
        for (const each of asked) changes.push(await completed(quiet, each));
        const verdict = await context.client.call("POST /api/v1/can-i-shift", { body: { changes } });
        return reportVerdict(context, format, `can-i-shift ${changes.map((each) => each.service).join(", ")}`, verdict);
      }),
    );
}

function parseChange(text: string): { readonly service: string; readonly pairs: readonly string[] } {
  const colon = text.indexOf(":");
  if (colon < 1) throw new UsageError(`"${text}" is not service:weights; write for example payments:3.0.0=10,2.3.0=90.`);
  return { service: text.slice(0, colon), pairs: text.slice(colon + 1).split(",") };
}

async function completed(context: CliContext, { service, pairs }: { readonly service: string; readonly pairs: readonly string[] }) {
  if (pairs.length === 0) throw new UsageError(`Give the weights of ${service}: ${service} 1.1.0=10`);
  const split = await context.client.call("GET /api/v1/services/{service}/split", { params: { service } });
  const { weights, note } = parseWeights(pairs, split.weights);
  if (note !== "") context.say(`${service}: ${note}`);
  return { service, weights };
}
