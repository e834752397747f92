import type { CommandHost } from "../command-host.ts";
import { UsageError } from "../exit-code.ts";
import { formatRate } from "../format-figures.ts";

/** `interlock load [journeys per second]` */
export function addLoad({ program, action }: CommandHost): void {
  program
    .command("load [rps]")
    .description("show the load of the demo mesh, or set it in journeys per second (0 to 2000)")
    .action(
      action(async (context, rps: string | undefined) => {
        if (rps !== undefined && !/^\d{1,5}(\.\d+)?$/.test(rps)) throw new UsageError(`"${rps}" is not a rate; write for example 60.`);
        const load = await (rps === undefined
          ? context.client.call("GET /api/v1/load")
          : context.client.call("PUT /api/v1/load", { body: { targetRps: Number(rps) } }));
        context.document(load);
        if (!load.attached) {
          context.say("No demo load runs on this mesh. Start with the demo, or send requests through the ingress.");
          return undefined;
        }
        context.say(
          `Target ${formatRate(load.targetRps)}, actual ${formatRate(load.actualRps)}, ${load.sent} sent, ${load.failed} failed${load.running ? "" : ", stopped"}.`,
        );
        return undefined;
      }),
    );
}
