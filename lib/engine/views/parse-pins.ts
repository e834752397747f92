import {
  type MeshState,
  type Problem,
  parseVersion,
  type Refusal,
  type ServiceName,
  type Version,
  type VersionRef,
} from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";

const PATH = "query.pin";

/** Reads pins as `service@version`; every problem is told. */
export function parsePins(state: MeshState, pins: readonly string[]): Result<readonly VersionRef[], Refusal> {
  const found = pins.map((pin, index) => parsePin(state, pin, pins.slice(0, index)));
  const problems = found.flatMap((one) => (one.ok ? [] : [one.error]));
  const first = problems[0];
  if (first === undefined) return ok(found.flatMap((one) => (one.ok ? [one.value] : [])));
  return err({ code: first.code, detail: problems.map(({ detail }) => detail).join(" "), problems });
}

function parsePin(state: MeshState, pin: string, before: readonly string[]): Result<VersionRef, Problem> {
  const at = pin.indexOf("@");
  if (at < 1 || at === pin.length - 1) {
    const detail = `"${pin}" is no pin.`;
    return err({ path: PATH, code: "space.pin", detail, fix: "Write service@version, for example payments@3.0.0." });
  }
  const name = pin.slice(0, at);
  const service = state.services.get(name as ServiceName);
  if (service === undefined) {
    const detail = `There is no service "${name}".`;
    return err({ path: PATH, code: "service.unknown", detail, fix: "Look at GET /api/v1/services, or register it first." });
  }
  if (before.some((other) => other.startsWith(`${name}@`))) {
    return err({ path: PATH, code: "space.pin", detail: `${name} is pinned twice.`, fix: "Pin each service once." });
  }
  const parsed = parseVersion(pin.slice(at + 1));
  const version = (parsed.ok ? parsed.value : pin.slice(at + 1)) as Version;
  if (service.versions.has(version)) return ok({ service: service.name, version });
  const detail = `${name} has no version ${version}.`;
  return err({ path: PATH, code: "version.unknown", detail, fix: `Pin one of ${[...service.versions.keys()].join(", ")}.` });
}
