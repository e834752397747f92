import type { Service } from "@/lib/client/index.ts";

interface Topology {
  readonly services: readonly { readonly name: string }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/**
 * Services that call this one or declare a requirement on it, by name; null while what is measured or what is registered is not known: then
 * nobody can say that there is none.
 */
export function callersOf(service: string, seen: Topology | null, registered: readonly Service[] | null): readonly string[] | null {
  if (seen === null || registered === null) return null;
  const known = new Set(seen.services.map(({ name }) => name));
  const calling = seen.edges.filter((edge) => edge.to === service && known.has(edge.from)).map((edge) => edge.from);
  const requiring = registered.filter((each) => each.versions.some((version) => service in version.requirements)).map((each) => each.name);
  return [...new Set([...calling, ...requiring])].sort();
}
