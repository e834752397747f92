import { stringify } from "yaml";
import { createApiClient, type Manifest } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { diffValues } from "../diff-values.ts";
import { EXIT } from "../exit-code.ts";
import { readDocument } from "../read-document.ts";
import { reportWrite } from "../report-write.ts";

interface ManifestOptions {
  readonly file: string;
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  readonly reason?: string;
}

/** `interlock apply | diff | export`: the mesh as a file. */
export function addManifest({ program, action }: CommandHost): void {
  program
    .command("apply")
    .description("apply a manifest (mesh.yaml), all of it or nothing")
    .requiredOption("-f, --file <file>", "YAML or JSON (- reads standard input)")
    .option("--prune", "also remove what the manifest leaves out, within the services that it names")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(
      action(async (context, options: ManifestOptions) => {
        reportWrite(context, await sendManifest(context, options, options.dryRun === true));
        return undefined;
      }),
    );
  program
    .command("diff")
    .description("what applying a manifest would change; like diff(1): exit code 0 nothing, 1 something")
    .requiredOption("-f, --file <file>", "YAML or JSON (- reads standard input)")
    .option("--prune", "also remove what the manifest leaves out, within the services that it names")
    .action(
      action(async (context, options: ManifestOptions) => {
        const answer = await sendManifest(context, options, true);
        context.document(answer);
        if (answer.change === null) {
          context.say("No difference.");
          return EXIT.done;
        }
        for (const line of diffValues(answer.change.before, answer.change.after)) context.say(line);
        for (const note of answer.notes ?? []) context.say(`Note: ${note}`);
        return EXIT.refused;
      }),
    );
  program
    .command("export")
    .description("print the whole mesh as a manifest")
    .action(
      action(async (context) => {
        // Not the client of the context: a manifest has to come out exactly as it would go in. YAML escapes control characters itself.
        const manifest = await createApiClient({ baseUrl: context.apiUrl }).call("GET /api/v1/manifest");
        context.document(manifest);
        if (!context.json) context.io.write(stringify(manifest));
        return undefined;
      }),
    );
}

async function sendManifest(context: CliContext, { file, prune, reason }: ManifestOptions, dryRun: boolean) {
  // Whatever the file holds: the engine names every field that is wrong in it.
  const body = (await readDocument(context.io, file)) as Manifest;
  const query = { ...(prune === true ? { prune: "true" as const } : {}), ...(reason === undefined ? {} : { reason }) };
  return context.client.call("POST /api/v1/manifest", { body, query, dryRun });
}
