import type { ResponseOf } from "../../client/index.ts";
import type { CommandHost } from "../command-host.ts";
import { reportWrite } from "../report-write.ts";

type Instance = ResponseOf<"GET /api/v1/services/{service}/instances">["items"][number];

/** `interlock instances <service>`, `interlock instances start|stop|restart <id>` */
export function addInstances(host: CommandHost): void {
  const { action, program } = host;
  const instances = program
    .command("instances <service>")
    .description("the instances of a service, with the proxy that each should call through")
    .action(
      action(async (context, service: string) => {
        const answer = await context.client.call("GET /api/v1/services/{service}/instances", { params: { service } });
        context.document(answer);
        if (answer.items.length === 0)
          context.say(`${service} has no instances. Register one: interlock register instance ${service} 1.0.0 127.0.0.1:9001`);
        else {
          context.table(
            [
              { title: "INSTANCE" },
              { title: "VERSION" },
              { title: "ADDRESS" },
              { title: "NODE" },
              { title: "KIND" },
              { title: "HEALTH" },
              { title: "HTTP_PROXY" },
            ],
            answer.items.map((instance) => [
              instance.id,
              instance.version,
              `${instance.address}:${instance.port}`,
              instance.node ?? "",
              instance.expiresInMs === null ? instance.kind : `lease, ${Math.ceil(instance.expiresInMs / 1000)} s left`,
              { text: healthOf(instance), colour: instance.health === "ready" ? "green" : "red" },
              instance.outbound === null ? "" : `http://${instance.outbound.address}:${instance.outbound.port}`,
            ]),
          );
          for (const { health, history, id } of answer.items) {
            const [last] = history;
            if (health !== "ready" && last !== undefined) context.say(`${id}, at ${last.proxy} since ${last.at}: ${last.reason}`);
          }
        }
        return undefined;
      }),
    );
  for (const [verb, description] of VERBS) {
    const command = instances
      .command(`${verb} <id>`)
      .description(description)
      .option("--reason <text>", "why, for the log")
      .option("--dry-run", "only show what it would do");
    if (verb !== "start")
      command.option("--anyway", "though it is the last ready one of a version with traffic, whose requests then get 503");
    command.action(
      action(async (context, id: string, { anyway = false, dryRun = false, reason }: VerbOptions) => {
        const body = { ...(reason !== undefined && { reason }), ...(anyway && { anyway }) };
        const answer = await context.client.call(`POST /api/v1/instances/{id}/${verb}`, { params: { id }, body, dryRun });
        reportWrite(context, answer);
        if (answer.change !== null && !dryRun)
          context.say(`${answer.instance ?? answer.assignment} on ${answer.node}: ${answer.state}; ${MEANING[verb]}`);
        return undefined;
      }),
    );
  }
}

interface VerbOptions {
  readonly reason?: string;
  readonly anyway?: boolean;
  readonly dryRun?: boolean;
}

const VERBS = [
  ["start", "start a process of a deployment that was stopped"],
  ["stop", "drain and end one process of a deployment, and keep it stopped until it is started"],
  ["restart", "drain and end one process of a deployment, and start it again"],
] as const;

/** What happens now: the agent of the node is told with its next report. */
const MEANING = {
  start: "it is started.",
  stop: "it gets no more requests, then it is ended.",
  restart: "it gets no more requests, is ended, and started again.",
} as const;

function healthOf({ ejectedUntil, health }: Instance): string {
  return ejectedUntil === null ? health : `${health} until ${ejectedUntil.slice(11, 19)}`;
}
