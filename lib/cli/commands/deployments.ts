import { ApiProblem, type CallRequest, type ResponseOf } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { UsageError } from "../exit-code.ts";
import { formatRate } from "../format-figures.ts";
import { parseRef } from "../parse-ref.ts";
import type { Cell } from "../render-table.ts";
import { reportWrite } from "../report-write.ts";
import { type DeployOptions, parseDeployment } from "../run/parse-deployment.ts";
import { ensureVersion } from "../run/prepare-mesh.ts";
import { lineOf, patienceOf, type WaitOptions, waitable, watchDeployment } from "../watch-deployment.ts";

type Deployment = ResponseOf<"GET /api/v1/deployments">["items"][number];

interface WriteOptions extends WaitOptions {
  readonly reason?: string;
  readonly dryRun?: boolean;
}

const repeated = (text: string, all: string[]) => [...all, text];

/** `interlock deploy`, `deployments`, `undeploy`, `scale`, `restart` */
export function addDeployments(host: CommandHost): void {
  addDeploy(host);
  const { action, program } = host;
  program.command("deployments").description("what is deployed, how many run, and what each waits for").action(action(listDeployments));
  program
    .command("undeploy <service@version>")
    .description("drain the instances of a version and end them")
    .option("--anyway", "though requests still go to it, which then get 503")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "only show what it would do")
    .action(
      action(async (context, text: string, { anyway = false, dryRun = false, reason }: WriteOptions & { readonly anyway?: boolean }) => {
        const query = { ...(anyway && { anyway: "true" as const }), ...(reason !== undefined && { reason }) };
        const params = parseRef(text, "undeploy");
        reportWrite(context, await context.client.call(`DELETE ${ONE}`, { params, query, dryRun }));
        return undefined;
      }),
    );
  waitable(
    program
      .command("scale <service@version> [replicas]")
      .description("another number of instances, or another capacity of each: interlock scale payments@2.1.0 4")
      .option("--capacity-factor <factor>", "multiply the requests/s that one instance can carry, such as 1.5")
      .option("--reason <text>", "why, for the log")
      .option("--dry-run", "only show what it would do"),
  ).action(action(scale));
  waitable(
    program
      .command("restart <service@version>")
      .description("replace every process of a deployment by a new one, within its limits")
      .option("--reason <text>", "why, for the log")
      .option("--dry-run", "only show what it would do"),
  ).action(
    action(async (context, text: string, options: WriteOptions) => {
      const { dryRun = false, reason } = options;
      const params = parseRef(text, "restart");
      const patienceMs = patienceOf(options);
      const body = reason === undefined ? {} : { reason };
      reportWrite(context, await context.client.call(`POST ${ONE}/restart`, { params, body, dryRun }));
      return patienceMs !== null && !dryRun ? watchDeployment(context, params, patienceMs) : undefined;
    }),
  );
}

const ONE = "/api/v1/services/{service}/versions/{version}/deployment";

function addDeploy({ program, action }: CommandHost): void {
  const command = program
    .command("deploy [command...]")
    .description("run a version on the nodes, and keep it running: interlock deploy --service orders --version 1.2.0 -- node server.js")
    .option("--service <name>", "the service; made when it is missing")
    .option("--version <version>", "the version that the program is; made when it is missing")
    .option("--replicas <count>", "how many instances", "1")
    .option("--node <node>", "where it may run, repeatable; without it on every node that is not drained", repeated, [])
    .option("--env <name=value>", "a variable for the program, repeatable", repeated, [])
    .option("--requires <service=range>", "what the version works with, repeatable: payments=^2.1", repeated, [])
    .option("--health <check>", "when it serves: tcp (it accepts connections) or a path that answers, such as /healthz", "tcp")
    .option("--start-within <duration>", "how long it may take until it serves")
    .option("--autoscale <min..max@rps>", "follow the load: 2..8@50 for 50 requests/s per instance; 2..8@50,5m to wait longer before fewer")
    .option("--max-surge <count>", "instances more than wanted while they are replaced; 1 where left out")
    .option("--max-unavailable <count>", "instances fewer than wanted while they are replaced; 0 where left out")
    .option("--alpha <share>", "share of what is missing that is started or ended at a time; 1 where left out")
    .option("--gamma <share>", "share of the old instances that is replaced at a time; 1 where left out")
    .option("--capacity <rps>", "requests/s that one instance can carry")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "only show what it would do");
  waitable(command, "; 1 when the program does not start or serve").action(action(deploy));
}

async function deploy(context: CliContext, words: readonly string[], options: DeployOptions): Promise<number | undefined> {
  const { body, requirements, service, version } = parseDeployment(options, words);
  const patienceMs = patienceOf(options);
  const params = { service, version };
  // What would be refused leaves no service or version behind.
  const trial = await tryDeployment(context, { params, body });
  if (options.dryRun === true) {
    if (trial !== null) reportWrite(context, trial);
    else context.say(`Dry run: nothing was changed. ${service} ${version} is not registered yet; it would be registered, then deployed.`);
    return undefined;
  }
  await ensureVersion(context.client, { service, version, requirements });
  reportWrite(context, await context.client.call(`PUT ${ONE}`, { params, body }));
  return patienceMs === null ? undefined : watchDeployment(context, params, patienceMs);
}

/** The dry run of a deployment; null where nothing but its version is missing. */
async function tryDeployment(context: CliContext, request: Pick<CallRequest<`PUT ${typeof ONE}`>, "body" | "params">) {
  try {
    return await context.client.call(`PUT ${ONE}`, { ...request, dryRun: true });
  } catch (failure) {
    if (failure instanceof ApiProblem && (failure.code === "service.unknown" || failure.code === "version.unknown")) return null;
    throw failure;
  }
}

async function scale(
  context: CliContext,
  text: string,
  replicas: string | undefined,
  options: WriteOptions & { readonly capacityFactor?: string },
): Promise<number | undefined> {
  const params = parseRef(text, "scale");
  const { capacityFactor, dryRun = false, reason } = options;
  const patienceMs = patienceOf(options);
  if (replicas === undefined && capacityFactor === undefined) {
    throw new UsageError("Say how many instances, or --capacity-factor: interlock scale payments@2.1.0 4.");
  }
  const body = {
    ...(replicas !== undefined && { replicas: numberOf(replicas, "replicas") }),
    ...(capacityFactor !== undefined && { capacityFactor: numberOf(capacityFactor, "--capacity-factor") }),
    ...(reason !== undefined && { reason }),
  };
  reportWrite(context, await context.client.call(`POST ${ONE}/scale`, { params, body, dryRun }));
  return patienceMs !== null && !dryRun ? watchDeployment(context, params, patienceMs) : undefined;
}

function numberOf(text: string, what: string): number {
  if (text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  throw new UsageError(`${what}: "${text}" is no number.`);
}

async function listDeployments(context: CliContext): Promise<undefined> {
  const answer = await context.client.call("GET /api/v1/deployments");
  context.document(answer);
  if (answer.items.length === 0) {
    context.say("Nothing is deployed. Deploy a version: interlock deploy --service orders --version 1.2.0 -- node server.js");
    return undefined;
  }
  context.table(
    [
      { title: "VERSION" },
      { title: "READY", align: "right" },
      { title: "TARGET", align: "right" },
      { title: "REQ/S", align: "right" },
      { title: "NODES" },
      { title: "NOW" },
    ],
    answer.items.map((item) => [
      `${item.service}@${item.version}`,
      { text: String(item.ready), colour: item.ready >= item.target ? "green" : "red" },
      String(item.target),
      formatRate(item.rps),
      [...new Set(item.instances.map(({ node }) => node))].sort().join(", "),
      stateOf(item),
    ]),
  );
  return undefined;
}

function stateOf(item: Deployment): Cell {
  if (item.problem !== null) return { text: `${item.problem.code}: ${item.problem.detail}`, colour: "red" };
  return item.waitingFor === null && item.note === null ? "" : lineOf(item);
}
