import { type MeshState, type Problem, type Refusal, type Service, type ServiceName, statusOf } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";

/** A refusal with one problem. */
export function refuse(problem: Problem): { readonly ok: false; readonly error: Refusal } {
  return err({ code: problem.code, detail: problem.detail, problems: [problem] });
}

/** A refusal with several: under their common code, else under `input.invalid`, or the first code where no input is at fault. */
export function refuseAll(problems: readonly Problem[]): { readonly ok: false; readonly error: Refusal } {
  const [first] = problems;
  if (first === undefined) throw new RangeError("a refusal needs a problem");
  const codes = new Set(problems.map((problem) => problem.code));
  if (codes.size === 1) return err({ code: first.code, detail: detailOf(problems), problems });
  const code = problems.some((problem) => statusOf(problem.code) === 422) ? "input.invalid" : first.code;
  return err({ code, detail: detailOf(problems), problems });
}

function detailOf(problems: readonly Problem[]): string {
  const [first, ...others] = problems;
  if (others.length === 0) return first?.detail ?? "";
  return `${first?.detail} ${others.length} more ${others.length === 1 ? "problem" : "problems"}.`;
}

const NAMED_MAX = 8;

/** The service, or the refusal that names those there are. */
export function findService(state: Pick<MeshState, "services">, name: string, path = "service"): Result<Service, Refusal> {
  const service = state.services.get(name as ServiceName);
  if (service !== undefined) return ok(service);
  const known = listed([...state.services.keys()]);
  return refuse({
    path,
    code: "service.unknown",
    detail: `There is no service "${name}".`,
    fix: known === "" ? "Register it first." : `Register it first, or use one of: ${known}.`,
  });
}

/** The refusal for a version that the service does not have. */
export function unknownVersion(
  service: Service,
  version: string,
  path: string,
  code: "version.unknown" | "split.unknown-version",
): Problem {
  const known = listed([...service.versions.keys()]);
  return {
    path,
    code,
    detail: `${service.name} has no version "${version}".`,
    fix: known === "" ? `Register a version of ${service.name} first.` : `Register it first, or use one of: ${known}.`,
  };
}

/** The refusal for a rev that is not the present one; carries the present rev and state. */
export function staleRev(service: Service, rev: number, path = "rev", state: unknown = revState(service)): Refusal {
  const problem: Problem = {
    path,
    code: "precondition.failed",
    detail: `${service.name} is at rev ${service.rev} by now, not at ${rev}.`,
    fix: `Look at what changed, then send your change again with rev ${service.rev}.`,
  };
  return { code: problem.code, detail: problem.detail, problems: [problem], current: { rev: service.rev, state } };
}

/** What a stale author should see of a service. */
function revState(service: Service): unknown {
  const versions = [...service.versions.values()].map(({ version, requirements, capacityRps }) => [version, { requirements, capacityRps }]);
  return { hosts: service.hosts, weights: service.weights, rules: service.rules, versions: Object.fromEntries(versions) };
}

/** Names in a row, at most a few, as people read them. */
export function listed(names: readonly string[], max = NAMED_MAX): string {
  if (names.length <= max) return names.join(", ");
  return `${names.slice(0, max).join(", ")} and ${names.length - max} more`;
}
