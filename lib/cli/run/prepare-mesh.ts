import { type ApiClient, ApiProblem } from "../../client/index.ts";
import { CannotJoin } from "../../workload/index.ts";
import { UsageError } from "../exit-code.ts";
import type { Workload } from "./parse-workload.ts";

/** The node asked for, or the first with a connected proxy. */
export async function chooseNode(client: ApiClient, wanted: string | null): Promise<string> {
  const { proxies } = await client.call("GET /api/v1/mesh");
  const nodes = proxies.filter(({ connected }) => connected).map(({ node }) => node);
  const node = wanted === null ? nodes.toSorted()[0] : nodes.find((name) => name === wanted);
  if (node !== undefined) return node;
  if (nodes.length === 0)
    throw new CannotJoin("No proxy is connected to the engine, so the program would have none. Start one, and run this again.");
  throw new CannotJoin(`No proxy of node ${wanted} is connected. There are: ${nodes.join(", ")}.`);
}

/** Makes service and version where they are missing. Throws `UsageError` where the version is registered with other requirements than those given. */
export async function ensureVersion(
  client: ApiClient,
  { service, version, requirements }: Pick<Workload, "service" | "version" | "requirements">,
): Promise<void> {
  const reason = "interlock run";
  const known = await client
    .call("GET /api/v1/services/{service}/versions", { params: { service }, query: { limit: 500 } })
    .catch(except("service.unknown"));
  if (known === null) await client.call("POST /api/v1/services", { body: { name: service, reason } }).catch(except("service.exists"));
  const registered = known?.items.find((candidate) => candidate.version === version);
  if (registered === undefined) {
    const request = { params: { service }, body: { version, requirements, reason } };
    await client.call("POST /api/v1/services/{service}/versions", request).catch(except("version.exists"));
    return;
  }
  const differs = Object.entries(requirements).filter(([name, range]) => registered.requirements[name] !== range);
  if (differs.length === 0) return;
  const has = Object.entries(registered.requirements).map(([name, range]) => `${name}=${range}`);
  throw new UsageError(
    `--requires: ${service} ${version} is registered and requires ${has.join(", ") || "nothing"}. Leave the option out, or run another version.`,
  );
}

function except(code: string): (failure: unknown) => null {
  return (failure) => {
    if (failure instanceof ApiProblem && failure.code === code) return null;
    throw failure;
  };
}
