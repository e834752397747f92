import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { UsageError } from "../exit-code.ts";
import { parseDuration } from "../parse-moment.ts";
import { reportWrite } from "../report-write.ts";

interface Common {
  readonly reason?: string;
  readonly dryRun?: boolean;
}

const collect = (text: string, all: readonly string[]): string[] => [...all, text];

/** `interlock register service | version | instance` */
export function addRegister({ program, action }: CommandHost): void {
  const register = program.command("register").description("register a service, a version or an instance");
  register
    .command("service <name>")
    .description("register a service")
    .option("--host <host>", "a host besides <name>.mesh, repeatable: shop.example.com, *.example.com or *", collect, [])
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(action(registerService));
  register
    .command("version <service> <version>")
    .description("register a version of a service")
    .option("--requires <service=range>", "what it works with, repeatable: payments=^2.1.0", collect, [])
    .option("--capacity <rps>", "requests/s that the version can carry in all")
    .option("--build <number>", "which build it is, unique within the service")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(action(registerVersion));
  register
    .command("instance <service> <version> <address>")
    .description("register an instance, by address:port")
    .option("--node <node>", "the node it stands on")
    .option("--zone <zone>", "its failure domain; without it the node is its own")
    .option("--weight <share>", "its share among the instances of its version")
    .option("--ttl <duration>", "make it a lease that lives by heartbeats, such as 30s")
    .option("--dry-run", "say what would happen and change nothing")
    .action(action(registerInstance));
}

async function registerService(
  context: CliContext,
  name: string,
  { host, reason, dryRun }: Common & { readonly host: string[] },
): Promise<undefined> {
  const body = { name, hosts: host, ...(reason === undefined ? {} : { reason }) };
  reportWrite(context, await context.client.call("POST /api/v1/services", { body, dryRun: dryRun === true }));
}

async function registerVersion(
  context: CliContext,
  service: string,
  version: string,
  {
    build,
    requires,
    capacity,
    reason,
    dryRun,
  }: Common & { readonly requires: readonly string[]; readonly capacity?: string; readonly build?: string },
): Promise<undefined> {
  const answer = await context.client.call("POST /api/v1/services/{service}/versions", {
    params: { service },
    body: {
      version,
      requirements: Object.fromEntries(requires.map(parseRequirement)),
      ...(capacity === undefined ? {} : { capacityRps: parseFigure(capacity, "--capacity") }),
      ...(build === undefined ? {} : { build: parseFigure(build, "--build") }),
      ...(reason === undefined ? {} : { reason }),
    },
    dryRun: dryRun === true,
  });
  reportWrite(context, answer);
}

async function registerInstance(
  context: CliContext,
  service: string,
  version: string,
  target: string,
  { node, zone, weight, ttl, dryRun }: Common & Readonly<Partial<Record<"node" | "zone" | "weight" | "ttl", string>>>,
): Promise<undefined> {
  const { address, port } = parseAddress(target);
  const answer = await context.client.call("POST /api/v1/services/{service}/instances", {
    params: { service },
    body: {
      version,
      address,
      port,
      ...(node === undefined ? {} : { node }),
      ...(zone === undefined ? {} : { zone }),
      ...(weight === undefined ? {} : { weight: parseFigure(weight, "--weight") }),
      ttlMs: ttl === undefined ? 0 : parseDuration(ttl),
    },
    dryRun: dryRun === true,
  });
  // A lease lives outside the log: it has no change to tell of.
  if (answer.kind === "lease") {
    context.document(answer);
    const lease = `as a lease of ${answer.ttlMs / 1000} s. It expires unless its program sends heartbeats.`;
    context.say(answer.dryRun === true ? `Dry run: ${target} would be registered ${lease}` : `Registered ${answer.id} ${lease}`);
    return;
  }
  reportWrite(context, answer);
  if (answer.dryRun !== true) context.say(`Registered ${answer.id}.`);
}

function parseRequirement(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  if (equals < 1 || equals === text.length - 1) throw new UsageError(`"${text}" is not service=range; write for example payments=^2.1.0.`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function parseAddress(text: string): { readonly address: string; readonly port: number } {
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  if (parts === null) throw new UsageError(`"${text}" is not address:port; write for example 127.0.0.1:9001 or [::1]:9001.`);
  return { address: parts[1] ?? parts[2] ?? "", port: Number(parts[3]) };
}

function parseFigure(text: string, option: string): number {
  const figure = Number(text);
  if (text.trim() === "" || Number.isNaN(figure)) throw new UsageError(`${option}: "${text}" is not a number.`);
  return figure;
}
