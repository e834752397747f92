import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-code.ts";
import { reportWrite } from "../report-write.ts";

interface UndoOptions {
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** Changes that are looked through for the last one of an author. */
const CHANGES_MAX = 500;

/** `interlock undo [change]` */
export function addUndo({ program, action }: CommandHost): void {
  program
    .command("undo [change]")
    .description("take a change back: the one named, or your own last one that can be undone")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(
      action(async (context, named: string | undefined, { reason, dryRun }: UndoOptions) => {
        const id = named ?? (await lastOwnChange(context));
        if (id === undefined) {
          context.document({ code: "cli.nothing-to-undo", detail: `No recent change by ${context.author} can be undone.` });
          context.say(`No recent change by ${context.author} can be undone. Name one: interlock events lists them.`);
          return EXIT.refused;
        }
        const answer = await context.client.call("POST /api/v1/changes/{id}/undo", {
          params: { id },
          body: reason === undefined ? {} : { reason },
          dryRun: dryRun === true,
        });
        reportWrite(context, answer);
        return undefined;
      }),
    );
}

/** What the engine did in the author's name (a step of a plan) is not his own; an undo is passed over, so that undoing twice goes two steps back and not to and fro. */
async function lastOwnChange({ client, author }: CliContext): Promise<string | undefined> {
  const { items } = await client.call("GET /api/v1/changes", { query: { limit: CHANGES_MAX } });
  return items.find((change) => change.author === author && change.via !== "engine" && change.undoable && change.kind !== "undo")?.id;
}
