import type { CommandHost } from "../command-host.ts";

interface DiscoverOptions {
  readonly version?: string;
  readonly range?: string;
  readonly caller?: string;
  readonly key?: string;
}

/** `interlock discover <service>` */
export function addDiscover({ program, action }: CommandHost): void {
  program
    .command("discover <service>")
    .description("the instances that a program would find; by key, the one that the key finds")
    .option("--version <version>", "of exactly this version")
    .option("--range <range>", "of versions in the range, such as ^2.1.0")
    .option("--caller <service@version>", "that this caller may meet, such as checkout@1.4.0")
    .option("--key <text>", "the same key finds the same instance, as long as it is there and ready")
    .action(
      action(async (context, service: string, options: DiscoverOptions) => {
        const { version, range, caller, key } = options;
        const query = { ...(version && { version }), ...(range && { range }), ...(caller && { caller }), ...(key && { key }) };
        const answer = await context.client.call("GET /api/v1/discovery/{service}", { params: { service }, query });
        context.document(answer);
        if (answer.items.length === 0) {
          context.say(`No instance of ${service} fits.`);
          return undefined;
        }
        if (answer.chosen) context.say(`"${key}" finds ${answer.chosen}. If it goes, the next in the list takes over.`);
        context.table(
          [{ title: "INSTANCE" }, { title: "VERSION" }, { title: "ADDRESS" }, { title: "HEALTH" }, { title: "VERDICT" }],
          answer.items.map((instance) => [
            instance.id,
            instance.version,
            `${instance.address}:${instance.port}`,
            { text: instance.health, colour: instance.health === "ready" ? "green" : "red" },
            instance.verdict ?? "",
          ]),
        );
        return undefined;
      }),
    );
}
