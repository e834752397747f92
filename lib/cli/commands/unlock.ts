import type { CommandHost } from "../command-host.ts";

/** `interlock unlock`: a link that lets one browser start and stop processes. */
export function addUnlock({ program, action }: CommandHost): void {
  program
    .command("unlock")
    .description("print a link that lets one browser start and stop processes; good once, for 10 minutes")
    .option("--console <url>", "address of the console (environment: INTERLOCK_CONSOLE_PORT)")
    .action(
      action(async ({ client, io, say, document }, options: { readonly console?: string }) => {
        const { code } = await client.call("POST /api/v1/local-token/codes");
        const address = options.console ?? `http://127.0.0.1:${io.env["INTERLOCK_CONSOLE_PORT"] || "3000"}`;
        const link = `${address.replace(/\/+$/, "")}/unlock?code=${code}`;
        document({ link });
        say(link);
      }),
    );
}
