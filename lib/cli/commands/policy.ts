import type { ResponseOf } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { UnreadableError, UsageError } from "../exit-code.ts";
import { readDocument } from "../read-document.ts";
import { reportWrite } from "../report-write.ts";

type PolicyView = ResponseOf<"GET /api/v1/services/{service}/traffic-policy">;

interface PolicyOptions {
  readonly file?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `interlock policy <service> [get | set -f file]` */
export function addPolicy({ program, action }: CommandHost): void {
  program
    .command("policy [service] [verb]")
    .description("show the traffic policy of a service (get), or replace it from a file (set -f); below: policies that alert and act")
    .option("-f, --file <file>", "YAML or JSON with the policy; what is left out has its default (- reads standard input)")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(
      action(async (context, service: string | undefined, verb: string | undefined, { file, reason, dryRun }: PolicyOptions) => {
        if (service === undefined) throw new UsageError("Name a service for its traffic policy, or see interlock policy list.");
        checkVerb(verb, file);
        const given = file === undefined ? undefined : readPolicy(file, await readDocument(context.io, file));
        const shown = await context.client.call("GET /api/v1/services/{service}/traffic-policy", { params: { service } });
        if (given === undefined) return void showPolicy(context, shown);
        const answer = await context.client.call("PUT /api/v1/services/{service}/traffic-policy", {
          params: { service },
          rev: shown.rev,
          // Whatever fields it has: the engine names every one that is wrong.
          body: { ...given, ...(reason === undefined ? {} : { reason }) },
          dryRun: dryRun === true,
        });
        reportWrite(context, answer);
        return undefined;
      }),
    );
}

/** A file that is empty, or holds no fields at all, is a mistake: spread into a body it would set everything back to its default. */
function readPolicy(file: string, document: unknown): PolicyView["policy"] {
  if (typeof document === "object" && document !== null && !Array.isArray(document)) return document;
  throw new UnreadableError(`${file} holds no settings. Write those that differ from the defaults, or {} for all defaults.`);
}

function checkVerb(verb: string | undefined, file: string | undefined): void {
  if (verb !== undefined && verb !== "get" && verb !== "set") throw new UsageError(`"${verb}" is neither get nor set.`);
  if (verb === "set" && file === undefined) throw new UsageError("set needs the policy: -f policy.yaml, or -f - for standard input.");
  if (verb === "get" && file !== undefined) throw new UsageError("get takes no file.");
}

/** Every setting that holds, and whether it was set or is the default. */
function showPolicy(context: CliContext, view: PolicyView): void {
  context.document(view);
  context.say(`${view.service}  rev ${view.rev}`);
  context.say("");
  const set = new Map(flatten(view.policy));
  context.table(
    [{ title: "SETTING" }, { title: "VALUE" }, { title: "FROM" }],
    flatten(view.effective).map(([path, value]) => [path, value, set.has(path) ? "policy" : "default"]),
  );
}

/** Leaves by their dotted path; lists and ways of hashing as one value. */
function flatten(value: unknown, path = ""): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) return [[path, value.length === 0 ? "none" : value.map(oneLine).join(", ")]];
  if (typeof value !== "object" || value === null || path.endsWith("hashOn")) return [[path, oneLine(value)]];
  return Object.entries(value).flatMap(([key, member]) => flatten(member, path === "" ? key : `${path}.${key}`));
}

function oneLine(value: unknown): string {
  if (value === null) return "none";
  if (typeof value === "object") return Object.values(value).join(" ");
  return String(value);
}
