import type { CommandHost } from "../command-host.ts";
import { reportWrite } from "../report-write.ts";

interface RemoveOptions {
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `interlock remove service | version | instance` */
export function addRemove({ program, action }: CommandHost): void {
  const remove = program.command("remove").description("remove a service, a version or an instance");
  remove
    .command("service <name>")
    .description("remove a service with its versions and static instances")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(
      action(async (context, service: string, { reason, dryRun }: RemoveOptions) => {
        const { rev } = await context.client.call("GET /api/v1/services/{service}", { params: { service } });
        const query = reason === undefined ? {} : { reason };
        reportWrite(
          context,
          await context.client.call("DELETE /api/v1/services/{service}", { params: { service }, rev, query, dryRun: dryRun === true }),
        );
        return undefined;
      }),
    );
  remove
    .command("version <service> <version>")
    .description("remove a version that is neither live nor has instances")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(
      action(async (context, service: string, version: string, { reason, dryRun }: RemoveOptions) => {
        const { rev } = await context.client.call("GET /api/v1/services/{service}", { params: { service } });
        const params = { service, version };
        const query = reason === undefined ? {} : { reason };
        const answer = await context.client.call("DELETE /api/v1/services/{service}/versions/{version}", {
          params,
          rev,
          query,
          dryRun: dryRun === true,
        });
        reportWrite(context, answer);
        return undefined;
      }),
    );
  remove
    .command("instance <id>")
    .description("remove an instance")
    .option("--dry-run", "say what would happen and change nothing")
    .action(
      action(async (context, id: string, { dryRun }: RemoveOptions) => {
        const answer = await context.client.call("DELETE /api/v1/instances/{id}", { params: { id }, dryRun: dryRun === true });
        context.document(answer);
        context.say(answer.dryRun === true ? `Dry run: ${id} would be removed.` : `Removed ${id}.`);
        return undefined;
      }),
    );
}
