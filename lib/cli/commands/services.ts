import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { formatWeight } from "../format-figures.ts";

/** `interlock services` */
export function addServices({ program, action }: CommandHost): void {
  program
    .command("services")
    .description("every service with its live versions and instances")
    .action(
      action(async (context) => {
        const services = await allServices(context);
        context.document({ items: services });
        if (services.length === 0) context.say("No services yet. Register one: interlock register service <name>");
        else {
          context.table(
            [
              { title: "SERVICE" },
              { title: "REV", align: "right" },
              { title: "SPLIT" },
              { title: "VERSIONS", align: "right" },
              { title: "READY", align: "right" },
              { title: "HOSTS" },
            ],
            services.map(({ name, rev, weights, versions, hosts }) => [
              name,
              String(rev),
              describeSplit(weights),
              String(versions.length),
              `${sum(versions.map(({ ready }) => ready))}/${sum(versions.map(({ instances }) => instances))}`,
              [`${name}.mesh`, ...hosts].join(", "),
            ]),
          );
        }
        return undefined;
      }),
    );
}

/** Every service, all pages. */
export async function allServices({ client }: Pick<CliContext, "client">) {
  const services = [];
  let cursor: string | undefined;
  do {
    const page = await client.call("GET /api/v1/services", { query: { limit: 500, ...(cursor === undefined ? {} : { cursor }) } });
    services.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return services;
}

function describeSplit(weights: Readonly<Record<string, number>>): string {
  const live = Object.entries(weights).filter(([, weightBp]) => weightBp > 0);
  if (live.length === 0) return "no split";
  return live.map(([version, weightBp]) => `${version} ${formatWeight(weightBp)}`).join(", ");
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
