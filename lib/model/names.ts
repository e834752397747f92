import semver from "semver";
import { err, ok, type Result } from "../std/index.ts";
import type { Problem } from "./problem.ts";

declare const brand: unique symbol;
/** A string with a meaning: two kinds of name never mix by accident. */
export type Branded<B extends string> = string & { readonly [brand]: B };

/** A DNS label (RFC 1123): 1 to 63 of `a-z 0-9 -`, no hyphen at either end. */
export type ServiceName = Branded<"ServiceName">;
/** A canonical semver without build metadata, such as `2.1.0` or `3.0.0-rc.1`. */
export type Version = Branded<"Version">;
/** A semver range as node-semver reads it, such as `^2.1.0`; kept as written. */
export type VersionRange = Branded<"VersionRange">;
/** `<service>-<version>-<suffix>`, unique in the mesh for ever. */
export type InstanceId = Branded<"InstanceId">;
/** A DNS label that names a machine, or a local stand-in for one. */
export type NodeName = Branded<"NodeName">;
/** `chg-<seq>`: one entry of the event log. */
export type ChangeId = Branded<"ChangeId">;

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function labelProblem(path: string, noun: string, text: string): Problem {
  return {
    path,
    code: "name.invalid",
    detail: `"${text}" is not a valid ${noun} name.`,
    fix: "Use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end.",
  };
}

/** Reads a service name; `path` is where it stood in the input. `ingress` is reserved for traffic from outside. */
export function parseServiceName(text: string, path = "name"): Result<ServiceName, Problem> {
  if (text === "ingress") {
    return err({ path, code: "name.reserved", detail: '"ingress" names traffic from outside the mesh.', fix: "Choose another name." });
  }
  return LABEL.test(text) ? ok(text as ServiceName) : err(labelProblem(path, "service", text));
}

/** Reads a node name; `path` is where it stood in the input. */
export function parseNodeName(text: string, path = "node"): Result<NodeName, Problem> {
  return LABEL.test(text) ? ok(text as NodeName) : err(labelProblem(path, "node", text));
}

/** Reads a version; only the canonical spelling passes (`v1.0.0` and `1.0` do not), and build metadata is refused. */
export function parseVersion(text: string, path = "version"): Result<Version, Problem> {
  const parsed = semver.parse(text);
  if (parsed === null || text.length > 64) {
    return err({
      path,
      code: "version.invalid",
      detail: `"${text}" is not a semantic version.`,
      fix: "Write major.minor.patch, such as 2.1.0.",
    });
  }
  if (parsed.build.length > 0) {
    return err({
      path,
      code: "version.build-metadata",
      detail: `"${text}" has build metadata; two builds would be equal in precedence.`,
      fix: `Leave out "+${parsed.build.join(".")}", or register a new patch or prerelease version.`,
    });
  }
  if (parsed.version !== text) {
    return err({ path, code: "version.invalid", detail: `"${text}" is not the canonical spelling.`, fix: `Write ${parsed.version}.` });
  }
  return ok(text as Version);
}

/** Reads a semver range as node-semver does; the text is kept as written. */
export function parseVersionRange(text: string, path = "range"): Result<VersionRange, Problem> {
  if (text.length <= 256 && text.trim() !== "" && semver.validRange(text) !== null) return ok(text as VersionRange);
  return err({ path, code: "range.invalid", detail: `"${text}" is not a semver range.`, fix: "Write a range such as ^2.1.0 or >=2.1 <4." });
}

/** Orders versions by semver precedence, lowest first. */
export function compareVersions(left: string, right: string): number {
  return semver.compare(left, right);
}

/** Whether a version is in a range, as npm reads it: a prerelease only fits a range that names one of the same release. */
export function isInRange(version: string, range: string): boolean {
  return semver.satisfies(version, range);
}
