import type { CommandHost } from "../command-host.ts";
import { formatRate, formatWeight } from "../format-figures.ts";

/** `interlock versions <service>` */
export function addVersions({ program, action }: CommandHost): void {
  program
    .command("versions <service>")
    .description("the versions of a service, newest first, with what they require")
    .action(
      action(async (context, service: string) => {
        const answer = await context.client.call("GET /api/v1/services/{service}/versions", { params: { service } });
        context.document(answer);
        if (answer.items.length === 0)
          context.say(`${service} has no versions yet. Register one: interlock register version ${service} 1.0.0`);
        else {
          context.table(
            [
              { title: "VERSION" },
              { title: "STAGE" },
              { title: "WEIGHT", align: "right" },
              { title: "LIVE" },
              { title: "READY", align: "right" },
              { title: "CAPACITY", align: "right" },
              { title: "REQUIRES" },
            ],
            answer.items.map((version) => [
              version.build === undefined ? version.version : `${version.version} (build ${version.build})`,
              version.lifecycle.stage,
              formatWeight(version.weightBp),
              version.live ? "live" : "",
              { text: `${version.ready}/${version.instances}`, colour: version.live && version.ready === 0 ? "red" : "bold" },
              version.capacityRps === undefined ? "–" : formatRate(version.capacityRps),
              Object.entries(version.requirements)
                .map(
                  ([provider, range]) =>
                    `${provider} ${range}${version.openRequirements.includes(provider) ? " (no such service yet)" : ""}`,
                )
                .join(", "),
            ]),
          );
        }
        return undefined;
      }),
    );
}
