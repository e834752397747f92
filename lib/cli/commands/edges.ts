import type { ResponseOf } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { formatRate, formatShare } from "../format-figures.ts";

type Topology = ResponseOf<"GET /api/v1/topology">;
type Edge = Topology["edges"][number];

interface EdgesOptions {
  readonly service?: string;
}

/** `interlock edges [--service name]` */
export function addEdges({ program, action }: CommandHost): void {
  program
    .command("edges")
    .description("who calls whom, as measured: rates, failures, what was denied, retried and failed over, and how much goes over mTLS")
    .option("--service <name>", "only edges to or from this service")
    .action(
      action(async (context, { service }: EdgesOptions) => {
        const topology = await context.client.call("GET /api/v1/topology");
        const edges = topology.edges.filter(({ from, to }) => service === undefined || from.service === service || to.service === service);
        showEdges(context, topology, edges);
        return undefined;
      }),
    );
}

function showEdges(context: CliContext, { at, windowMs }: Topology, edges: readonly Edge[]): void {
  context.document({ at, windowMs, edges });
  if (edges.length === 0) return context.say("No calls, and no versions that may call each other.");
  context.table(
    [
      { title: "FROM" },
      { title: "TO" },
      { title: "RATE", align: "right" },
      { title: "ERRORS", align: "right" },
      { title: "P99", align: "right" },
      { title: "DENIED", align: "right" },
      { title: "RETRIES", align: "right" },
      { title: "FAILOVERS", align: "right" },
      { title: "MTLS", align: "right" },
      { title: "MIRRORED", align: "right" },
      { title: "VERDICT" },
    ],
    edges.map((edge) => [
      endOf(edge.from),
      endOf(edge.to),
      formatRate(edge.rps),
      formatShare(edge.errorRate),
      edge.p99Ms === null ? "–" : `${edge.p99Ms.toFixed(1)} ms`,
      String(edge.denied),
      String(edge.retries),
      String(edge.failovers),
      formatShare(edge.encrypted),
      formatRate(edge.mirrored),
      edge.verdict,
    ]),
  );
}

function endOf({ service, version }: Edge["from"]): string {
  return version === null ? service : `${service} ${version}`;
}
