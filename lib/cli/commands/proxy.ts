import { resolve } from "node:path";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-code.ts";

interface RestartOptions {
  readonly all?: boolean;
  readonly data?: string;
}

/** `interlock proxy restart <node> | --all`: asks the supervisor on this machine, since the engine does not own the processes. */
export function addProxy({ program, action }: CommandHost): void {
  const proxy = program.command("proxy").description("the proxies of the mesh that npm start runs here");
  proxy
    .command("restart [node]")
    .description("let a new process of a proxy take over: no connection is dropped, the old one finishes its requests")
    .option("--all", "every proxy, one after the other")
    .option("--data <folder>", "data folder of the mesh (environment: INTERLOCK_DATA)")
    .action(
      action(async ({ io, say, document }, node: string | undefined, { all, data }: RestartOptions) => {
        if ((node === undefined) !== (all === true)) {
          io.writeError("Name one node, such as node-a, or give --all.\n");
          return EXIT.usage;
        }
        const dataDir = resolve(data || io.env["INTERLOCK_DATA"] || ".interlock");
        const answer = await io.askSupervisor(dataDir, all === true ? "restart all" : `restart proxy ${node}`);
        if (answer === null) {
          io.writeError(`Interlock does not run on the data folder ${dataDir}. Name the right one with --data.\n`);
          return EXIT.unreachable;
        }
        document(answer);
        if (answer.ok) for (const sentence of answer.sentences) say(sentence);
        else io.writeError(`${answer.sentences.join("\n")}\n`);
        return answer.ok ? EXIT.done : EXIT.refused;
      }),
    );
}
