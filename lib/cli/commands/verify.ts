import type { CommandHost } from "../command-host.ts";
import { UsageError } from "../exit-code.ts";
import { parseRef } from "../parse-ref.ts";
import { reportWrite } from "../report-write.ts";

interface PublishOptions {
  readonly consumer: string;
  readonly provider: string;
  readonly contractHash: string;
  readonly result: string;
  readonly at?: string;
  readonly verifier?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `interlock verify publish` */
export function addVerify({ program, action }: CommandHost): void {
  const verify = program.command("verify").description("results of verifying a consumer's contract against a provider's version");
  verify
    .command("publish")
    .description("publish one result: versions with the same contract share it")
    .requiredOption("--consumer <service@version>", "whose contract was verified")
    .requiredOption("--provider <service@version>", "against which version")
    .requiredOption("--contract-hash <hash>", "digest of the contract's content, such as sha256:5f2c…")
    .requiredOption("--result <passed|failed>", "what the verification found")
    .option("--at <time>", "when it ran, ISO 8601; now where left out")
    .option("--verifier <name>", "who verified: the pipeline; its newer result takes the place of its older one")
    .option("--reason <text>", "more about it: a link to the run")
    .option("--dry-run", "only show what it would do")
    .action(
      action(async (context, options: PublishOptions) => {
        const { at, contractHash, dryRun = false, reason, result, verifier } = options;
        if (result !== "passed" && result !== "failed") throw new UsageError(`--result: "${result}" is neither passed nor failed.`);
        const answer = await context.client.call("POST /api/v1/verifications", {
          body: {
            consumer: parseRef(options.consumer, "--consumer"),
            provider: parseRef(options.provider, "--provider"),
            contractHash,
            result,
            ...(at !== undefined && { at }),
            ...(verifier !== undefined && { source: verifier }),
            ...(reason !== undefined && { reason }),
          },
          dryRun,
        });
        reportWrite(context, answer);
        if (answer.fact !== null) context.say(`${answer.dryRun === true ? "" : `${answer.fact.id}  `}${answer.fact.sentence}`);
        return undefined;
      }),
    );
}
