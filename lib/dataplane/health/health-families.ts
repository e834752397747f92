import { gauge, type MetricFamily } from "../../telemetry/index.ts";
import type { ServiceBoard } from "./service-board.ts";

const PREFIX = "interlock_proxy";

/** What is under way towards each version beside its limits, and how many of its instances are unhealthy, for `/metrics`. */
export function healthFamilies(boards: Iterable<ServiceBoard>, shedShare: number): readonly MetricFamily[] {
  const all = [...boards];
  const loads = all.flatMap((board) => [...board.loads()]);
  const labelsOf = ({ service, version }: { readonly service: string; readonly version: string }) => ({ service, version });
  const perVersion = (name: string, help: string, value: (load: (typeof loads)[number]) => number): MetricFamily => ({
    type: "gauge",
    name: `${PREFIX}_${name}`,
    help,
    samples: loads.map((load) => ({ labels: labelsOf(load), value: value(load) })).filter((sample) => Number.isFinite(sample.value)),
  });
  return [
    perVersion("version_requests_active", "Requests under way to instances of a version.", ({ breaker }) => breaker.used("requests")),
    perVersion("version_requests_pending", "Requests that wait for a connection.", ({ waiting }) => waiting),
    perVersion("version_connections", "Connections to instances of a version, used or not.", ({ breaker }) => breaker.used("connections")),
    perVersion("version_concurrency_limit", "Adaptive limit on requests under way, where it is on.", ({ adaptive }) => adaptive.limit),
    {
      type: "gauge",
      name: `${PREFIX}_instances_unhealthy`,
      help: "Instances that get no requests: ejected, failing checks, or refusing connections.",
      samples: all.flatMap((board) =>
        board.unhealthy().map(({ value, version }) => ({ labels: labelsOf({ service: board.name, version }), value })),
      ),
    },
    gauge(`${PREFIX}_shed_share`, "Part of new requests that is refused because the event loop is late, 0 to 1.", shedShare),
  ];
}
