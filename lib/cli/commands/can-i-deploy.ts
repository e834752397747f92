import type { CommandHost } from "../command-host.ts";
import { parseOutput } from "../render-report.ts";
import { OUTPUT_HELP, reportVerdict } from "../report-verdict.ts";

/** `interlock can-i-deploy <service> <version>` */
export function addCanIDeploy({ program, action }: CommandHost): void {
  program
    .command("can-i-deploy <service> <version>")
    .description("would this version be safe beside everything that is live? exit code 0 yes, 1 no, 4 unknown; nothing is changed")
    .option("-o, --output <format>", OUTPUT_HELP)
    .action(
      action(async (context, service: string, version: string, options: { readonly output?: string }) => {
        const output = parseOutput(options.output, context.json);
        const verdict = await context.client.call("POST /api/v1/can-i-deploy", { body: { service, version } });
        return reportVerdict(context, output, `can-i-deploy ${service} ${version}`, verdict);
      }),
    );
}
