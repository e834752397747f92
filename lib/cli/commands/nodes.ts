import type { ResponseOf } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { formatAge, formatCount } from "../format-figures.ts";
import { reportWrite } from "../report-write.ts";
import { waited } from "../waited.ts";

type Node = ResponseOf<"GET /api/v1/nodes">["items"][number];

interface DrainOptions {
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

/** `interlock nodes`, `interlock nodes drain|undrain <node>` */
export function addNodes({ program, action }: CommandHost): void {
  const nodes = program.command("nodes").description("nodes, with agent, proxy and how many instances run there").action(action(listNodes));
  for (const [verb, description] of VERBS) {
    const command = nodes
      .command(`${verb} <node>`)
      .description(description)
      .option("--reason <text>", "why, for the log")
      .option("--dry-run", "only show what it would do");
    if (verb === "drain") command.option("--wait", "show what moves until no process of a deployment runs there");
    command.action(
      action(async (context, node: string, { dryRun = false, reason, wait }: DrainOptions) => {
        const body = reason === undefined ? {} : { reason };
        reportWrite(context, await context.client.call(`POST /api/v1/nodes/{node}/${verb}`, { params: { node }, body, dryRun }));
        return wait === true && !dryRun ? waitUntilEmpty(context, node) : undefined;
      }),
    );
  }
}

const VERBS = [
  ["drain", "take a node out of use: its instances are replaced elsewhere first, then ended"],
  ["undrain", "give a node back: instances may be placed there again"],
] as const;

async function listNodes(context: CliContext): Promise<undefined> {
  const answer = await context.client.call("GET /api/v1/nodes");
  context.document(answer);
  if (answer.items.length === 0) {
    context.say("No nodes: neither an agent nor a proxy was heard of.");
    return undefined;
  }
  context.table(
    [
      { title: "NODE" },
      { title: "AGENT" },
      { title: "PROXY" },
      { title: "INSTANCES", align: "right" },
      { title: "DEPLOYED", align: "right" },
      { title: "NOW" },
    ],
    answer.items.map((node) => [
      node.node,
      { text: agentOf(context, node), colour: node.agent === "connected" ? "green" : "red" },
      { text: node.proxy ? "connected" : "away", colour: node.proxy ? "green" : "red" },
      String(node.instances.length),
      String(deployed(node)),
      node.schedulable ? "takes instances" : { text: node.reason ?? "", colour: "yellow" },
    ]),
  );
  return undefined;
}

function agentOf(context: CliContext, { agent, reportedAt }: Node): string {
  return agent === "connected" || reportedAt === null ? agent : `${agent}, ${formatAge(reportedAt, context.io.nowMs())}`;
}

function deployed({ instances }: Node): number {
  return instances.filter(({ assignment }) => assignment !== null).length;
}

/** Until no process of a deployment runs there. */
async function waitUntilEmpty(context: CliContext, name: string): Promise<ExitCode> {
  let said = "";
  for (;;) {
    const { items } = await context.client.call("GET /api/v1/nodes");
    const node = items.find((each) => each.node === name);
    if (node === undefined || node.drained === null) {
      context.say(`${name} is not drained any more.`);
      return EXIT.refused;
    }
    const left = deployed(node);
    const line = left === 0 ? `${name} is empty.` : `${formatCount(left, "instance")} still ${left === 1 ? "runs" : "run"} on ${name}.`;
    if (line !== said) context.say(line);
    said = line;
    if (left === 0 || !(await waited(context.io.interrupted))) return EXIT.done;
  }
}
