import type { Version } from "@/lib/client/index.ts";
import { typedNumber } from "./typed-number.ts";

/** What the form of a version holds. */
export interface VersionValues {
  version: string;
  /** Empty: no limit known. */
  capacity: string;
  requirements: { service: string; range: string }[];
}

/** What of a version its form changes; `capacityRps` is null where no limit is known. */
export interface VersionDetails {
  readonly requirements: Record<string, string>;
  readonly capacityRps: number | null;
}

/** The form's values for a version, or for a new one. */
export function valuesOfVersion(version: (Partial<VersionDetails> & { readonly version: string }) | null): VersionValues {
  return {
    version: version?.version ?? "",
    capacity: version?.capacityRps == null ? "" : String(version.capacityRps),
    requirements: Object.entries(version?.requirements ?? {}).map(([service, range]) => ({ service, range })),
  };
}

/** What a form's values make of the version: the body that changes it. An emptied capacity is sent as null, which takes the limit away. */
export function detailsOfValues(values: Pick<VersionValues, "capacity" | "requirements">): VersionDetails {
  return { requirements: requirementsOf(values.requirements), capacityRps: typedNumber(values.capacity) ?? null };
}

/** The body that registers the version. */
export function registrationOfValues(values: VersionValues) {
  const { requirements, capacityRps } = detailsOfValues(values);
  return { version: values.version, requirements, ...(capacityRps !== null && { capacityRps }) };
}

/** The same part of a version as the engine shows it. */
export function detailsOfVersion({ requirements, capacityRps }: Pick<Version, "requirements" | "capacityRps">): VersionDetails {
  return { requirements, capacityRps: capacityRps ?? null };
}

/** A service that has two requirements, of which only one could be sent; null where none has. */
export function serviceNamedTwice(rows: VersionValues["requirements"]): string | null {
  const names = rows.map(({ service }) => service.trim()).filter(Boolean);
  return names.find((name, index) => names.indexOf(name) < index) ?? null;
}

function requirementsOf(rows: VersionValues["requirements"]): Record<string, string> {
  return Object.fromEntries(rows.filter((row) => row.service || row.range).map((row) => [row.service.trim(), row.range.trim()]));
}
