import type { CommandHost } from "../command-host.ts";
import { describeClosure } from "../describe-closure.ts";
import { reportWrite } from "../report-write.ts";

interface RollbackOptions {
  readonly to?: string;
  readonly reason: string;
  readonly dryRun?: boolean;
}

/** `interlock rollback <service> [--to version]` */
export function addRollback({ program, action }: CommandHost): void {
  program
    .command("rollback <service>")
    .description("send all traffic back: to one version, or to the split before the last change of weights")
    .option("--to <version>", "the version that gets all traffic")
    .option("--reason <text>", "why, for the log", "rolled back from the command line")
    .option("--dry-run", "say what would happen and change nothing")
    .action(
      action(async (context, service: string, { to, reason, dryRun }: RollbackOptions) => {
        const { rev } = await context.client.call("GET /api/v1/services/{service}/split", { params: { service } });
        const answer = await context.client.call("POST /api/v1/services/{service}/rollback", {
          params: { service },
          rev,
          body: { reason, ...(to === undefined ? {} : { to }) },
          dryRun: dryRun === true,
        });
        reportWrite(context, answer);
        for (const line of describeClosure(answer.closure, context.paint)) context.say(line);
        return undefined;
      }),
    );
}
