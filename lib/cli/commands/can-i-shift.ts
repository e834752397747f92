import type { ShiftVerdict } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT, UsageError } from "../exit-code.ts";
import { parseWeights } from "../parse-weights.ts";
import { describeExposure } from "../report-write.ts";

const EXIT_BY_VERDICT = { compatible: EXIT.done, incompatible: EXIT.refused, unknown: EXIT.unknown } as const;

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
    .action(
      action(async (context, service: string | undefined, pairs: string[], { change }: { readonly change: readonly string[] }) => {
        const asked = [...(service === undefined ? [] : [{ service, pairs }]), ...change.map(parseChange)];
        if (asked.length === 0) throw new UsageError("Name a service and its weights: interlock can-i-shift payments 3.0.0=10");
        const changes = [];
        for (const each of asked) changes.push(await completed(context, each));
        const verdict = await context.client.call("POST /api/v1/can-i-shift", { body: { changes } });
        showVerdict(context, verdict);
        return EXIT_BY_VERDICT[verdict.verdict];
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

function showVerdict(context: CliContext, verdict: ShiftVerdict): void {
  const { say, paint } = context;
  context.document(verdict);
  if (verdict.verdict === "compatible") say(paint.green("Yes: every pair that this touches is declared to work."));
  if (verdict.verdict === "incompatible") say(paint.red("No: a pair would break."));
  if (verdict.verdict === "unknown") say(paint.yellow("Unknown: nothing is known to break, and not every pair is declared."));
  for (const reason of verdict.reasons) {
    say(`  ${reason.sentence}`);
    if (reason.fix !== "") say(`  ${paint.bold("→")} ${reason.fix}`);
  }
  say(describeExposure(verdict.exposure));
}
