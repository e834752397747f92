import type { ResponseOf, Routes } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT, type ExitCode, UsageError } from "../exit-code.ts";
import { formatShare } from "../format-figures.ts";
import { readDocument } from "../read-document.ts";

interface SimulateOptions {
  readonly path: string;
  readonly method: string;
  readonly header: readonly string[];
  readonly claim: readonly string[];
  readonly as?: string;
  readonly rules?: string;
}

const collect = (text: string, all: readonly string[]): string[] => [...all, text];

/** `interlock simulate <service> --path /pay --method POST -H "x-user: anna" --as checkout@1.4.0` */
export function addSimulate({ program, action }: CommandHost): void {
  program
    .command("simulate <service>")
    .description("where would this request go, and why; nothing is sent")
    .option("--path <path>", "path with its query", "/")
    .option("--method <method>", "method", "GET")
    .option("-H, --header <name: value>", "a header, repeatable", collect, [])
    .option("--claim <name=value>", "a claim of its verified token, repeatable; one named twice has both values", collect, [])
    .option("--as <service@version>", "who calls; without it the request comes from outside")
    .option("--rules <file>", "try these rules instead of those in force; YAML or JSON as for routes (- reads standard input)")
    .action(
      action(async (context, service: string, { path, method, header, claim, as, rules }: SimulateOptions): Promise<ExitCode> => {
        const draft = rules === undefined ? undefined : await readRules(context, rules);
        const simulation = await context.client.call("POST /api/v1/simulate", {
          body: {
            service,
            method,
            path,
            headers: Object.fromEntries(header.map(parseHeader)),
            ...(claim.length === 0 ? {} : { claims: parseClaims(claim) }),
            ...(as === undefined ? {} : { caller: parseCaller(as) }),
            ...(draft === undefined ? {} : { rules: draft }),
          },
        });
        showSimulation(context, simulation);
        return simulation.code === undefined ? EXIT.done : EXIT.refused;
      }),
    );
}

/** Whatever the file holds: the engine names every field that is wrong in it. */
async function readRules({ io }: CliContext, file: string): Promise<Routes["rules"]> {
  const given = await readDocument(io, file);
  return (typeof given === "object" && given !== null && "rules" in given ? given.rules : given) as Routes["rules"];
}

function showSimulation(context: CliContext, simulation: ResponseOf<"POST /api/v1/simulate">): void {
  const { code, rule, steps, versions } = simulation;
  context.document(simulation);
  const name = rule === null ? "" : ` by ${rule.name === undefined ? "a rule" : `the rule ${rule.name}`}`;
  const shares = versions.map(({ version, share }) => `${version} ${formatShare(share)}`).join(", ");
  if (code !== undefined) context.say(context.paint.red(`It would be refused: ${code}.`));
  else context.say(shares === "" ? `It would be answered by the proxy itself${name}.` : `It would go to ${shares}${name}.`);
  if (steps.length === 0) return;
  context.say("");
  context.table(
    [{ title: "STAGE" }, { title: "DECISION" }, { title: "WHY" }],
    steps.map(({ stage, decision, why }) => [stage, decision, why]),
  );
}

function parseHeader(text: string): readonly [string, string] {
  const colon = text.indexOf(":");
  if (colon < 1) throw new UsageError(`"${text}" is not a header; write for example "x-user: anna".`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

function parseClaims(texts: readonly string[]): Record<string, string[]> {
  const claims = new Map<string, string[]>();
  for (const text of texts) {
    const equals = text.indexOf("=");
    if (equals < 1) throw new UsageError(`"${text}" is not claim=value; write for example role=admin.`);
    const name = text.slice(0, equals);
    claims.set(name, [...(claims.get(name) ?? []), text.slice(equals + 1)]);
  }
  return Object.fromEntries(claims);
}

function parseCaller(text: string): { readonly service: string; readonly version: string } {
  const [service = "", version = "", ...rest] = text.split("@");
  if (service === "" || version === "" || rest.length > 0)
    throw new UsageError(`"${text}" is not service@version; write for example checkout@1.4.0.`);
  return { service, version };
}
