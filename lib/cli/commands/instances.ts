import type { ResponseOf } from "../../client/index.ts";
import type { CommandHost } from "../command-host.ts";

type Instance = ResponseOf<"GET /api/v1/services/{service}/instances">["items"][number];

/** `interlock instances <service>` */
export function addInstances({ program, action }: CommandHost): void {
  program
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
}

function healthOf({ ejectedUntil, health }: Instance): string {
  return ejectedUntil === null ? health : `${health} until ${ejectedUntil.slice(11, 19)}`;
}
