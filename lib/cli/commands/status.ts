import type { Mesh } from "../../client/index.ts";
import type { CommandHost } from "../command-host.ts";
import { formatBytes, formatCount, formatRate, formatShare } from "../format-figures.ts";

/** `interlock status` */
export function addStatus({ program, action }: CommandHost): void {
  program
    .command("status")
    .description("the mesh in a few lines: health, proxies, traffic, exposure")
    .action(
      action(async (context) => {
        const mesh = await context.client.call("GET /api/v1/mesh");
        context.document(mesh);
        const colour = mesh.health.state === "healthy" ? "green" : "yellow";
        context.say(`Health: ${context.paint[colour](mesh.health.state)}. ${sizeOf(mesh)}.`);
        for (const sentence of mesh.health.degraded) context.say(`  ${sentence}`);
        context.say(`Traffic: ${formatRate(mesh.rps)}, ${formatShare(mesh.errorRate)} errors.`);
        const { broken, unproven } = mesh.exposure;
        context.say(`Exposure: broken ${formatShare(broken)}, unproven ${formatShare(unproven)} of live request chains.`);
        context.say(`Data: ${formatBytes(mesh.data.bytes)} of ${formatBytes(mesh.data.limitBytes)}.`);
        if (mesh.proxies.length === 0) {
          context.say(context.paint.yellow("No proxy is connected: nothing carries traffic."));
          return undefined;
        }
        context.say("");
        context.table(
          [{ title: "PROXY" }, { title: "NODE" }, { title: "STATE" }, { title: "SNAPSHOT", align: "right" }, { title: "INGRESS" }],
          mesh.proxies.map((proxy) => [
            proxy.id,
            proxy.node,
            proxy.nack !== null
              ? { text: `refused ${proxy.nack.version}: ${proxy.nack.detail}`, colour: "red" }
              : proxy.connected
                ? "connected"
                : { text: "lost", colour: "yellow" },
            String(proxy.snapshotVersion ?? "–"),
            proxy.ingressPort === null ? "" : `port ${proxy.ingressPort}`,
          ]),
        );
        return undefined;
      }),
    );
}

function sizeOf({ services, versions, instances }: Mesh): string {
  return `${formatCount(services, "service")}, ${formatCount(versions, "version")}, ${instances.ready} of ${formatCount(instances.total, "instance")} ready`;
}
