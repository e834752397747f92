import { liveVersions } from "../../compatibility/index.ts";
import {
  type GovernanceCommand,
  LIFECYCLE_STAGES,
  type Lifecycle,
  type MeshState,
  type Problem,
  type Refusal,
  type VersionRef,
} from "../../model/index.ts";
import { canonicalJson, err, ok, parseTime, type Result } from "../../std/index.ts";
import { hasEnded } from "../fold-delivery.ts";
import { type DecideContext, type Draft, pathKey } from "./context.ts";
import { trafficServices } from "./forward-growth.ts";
import { listed, refuseAll, staleRev } from "./refusals.ts";
import { checkVersionRemoval, findVersion } from "./versions.ts";

type SetLifecycle = Extract<GovernanceCommand, { readonly kind: "lifecycle.set" }>;

/** Where a version is in its life; `registered` since its registration unless something was said. */
export function lifecycleOf(state: Pick<MeshState, "services" | "lifecycles">, { service, version }: VersionRef): Lifecycle {
  const known = state.lifecycles.get(pathKey(service, version));
  if (known !== undefined) return known;
  const registered = state.services.get(service)?.versions.get(version);
  return {
    service,
    version,
    stage: "registered",
    since: registered?.registeredAt ?? "",
    by: registered?.registeredBy ?? "",
    cause: "operator",
  };
}

/** Moves a version to a stage now, or says when it is to move there. A move by hand ends what was scheduled, and `at: null` takes it away. */
export function decideLifecycle(context: DecideContext, command: SetLifecycle): Result<Draft | null, Refusal> {
  const found = findVersion(context, command.service, command.version);
  if (!found.ok) return found;
  const { service } = found.value;
  const ref = { service: service.name, version: command.version };
  const current = lifecycleOf(context.state, ref);
  if (command.rev !== null && command.rev !== service.rev) return err(staleRev(service, command.rev, "rev", shownLifecycle(current)));
  const problems = checkLifecycle(context, command, current);
  if (problems.length > 0) return refuseAll(problems);
  const isNow = typeof command.at !== "string";
  if (isNow && command.stage === "retired" && current.stage !== "retired") {
    const held = retirementProblems(context, ref, "stage");
    if (held.length > 0) return refuseAll(held);
  }
  const next = nextLifecycle(context, command, current);
  if (canonicalJson(shownLifecycle(next)) === canonicalJson(shownLifecycle(current))) return ok(null);
  return ok({
    kind: "lifecycle.set",
    subject: pathKey(ref.service, ref.version),
    before: shownLifecycle(current),
    after: shownLifecycle(next),
    events: [{ kind: "lifecycle-set", id: pathKey(ref.service, ref.version), value: next }],
    services: [service.name],
    notes: next.stage === "deprecated" && current.stage !== "deprecated" ? callerNotes(context, ref) : [],
  });
}

/** Conflicts of a draft that would send requests to a version that is retired, or release one. `after`: the state with its facts. */
export function retiredConflicts({ state }: DecideContext, draft: Draft, after: MeshState): readonly Problem[] {
  const refs = draft.events.flatMap((event): readonly VersionRef[] => (event.kind === "release-created" ? [event.release] : []));
  for (const name of trafficServices(draft.events)) {
    const [was, is] = [state.services.get(name), after.services.get(name)];
    const live = was === undefined ? new Set<string>() : liveVersions(was);
    if (is !== undefined)
      refs.push(...[...liveVersions(is)].filter((version) => !live.has(version)).map((version) => ({ service: name, version })));
  }
  return refs
    .filter((ref) => lifecycleOf(after, ref).stage === "retired")
    .map(({ service, version }) => ({
      path: draft.paths?.get(pathKey(service, version)) ?? "",
      code: "lifecycle.retired",
      detail: `${service} ${version} is retired: it gets no requests any more.`,
      fix: "Take another version, or register this build again under a new one.",
    }));
}

function nextLifecycle({ author, nowIso }: DecideContext, command: SetLifecycle, current: Lifecycle): Lifecycle {
  const { at, cause, stage } = command;
  const { service, version } = current;
  const moves = typeof at !== "string" && stage !== current.stage;
  const head = moves ? { stage, since: nowIso, by: author.author, cause } : headOf(current);
  const next = typeof at === "string" ? { stage, at: new Date(at).toISOString() } : at === null ? undefined : keptNext(command, current);
  const sunset =
    command.sunset === undefined ? current.sunset : command.sunset === null ? undefined : new Date(command.sunset).toISOString();
  return { service, version, ...head, ...(next === undefined ? {} : { next }), ...(sunset === undefined ? {} : { sunset }) };
}

/** What stays scheduled: all of it where the version does not move, what leads further where an event has moved it, nothing after a move by hand or schedule. */
function keptNext({ cause, stage }: SetLifecycle, { next, stage: was }: Lifecycle): Lifecycle["next"] {
  if (next === undefined || cause === "schedule") return undefined;
  if (stage === was) return next;
  return cause === "event" && LIFECYCLE_STAGES.indexOf(next.stage) > LIFECYCLE_STAGES.indexOf(stage) ? next : undefined;
}

function headOf({ by, cause, since, stage }: Lifecycle) {
  return { stage, since, by, cause };
}

/** What people compare. */
function shownLifecycle({ next, stage, sunset }: Lifecycle) {
  return { stage, next: next ?? null, sunset: sunset ?? null };
}

function checkLifecycle({ nowIso }: DecideContext, command: SetLifecycle, current: Lifecycle): readonly Problem[] {
  const { at, stage, sunset } = command;
  const name = `${current.service} ${current.version}`;
  const problems: Problem[] = [];
  const invalid = (path: string, detail: string, fix: string) => problems.push({ path, code: "lifecycle.invalid", detail, fix });
  if (!LIFECYCLE_STAGES.includes(stage)) invalid("stage", `"${stage}" is no stage.`, `Use one of: ${LIFECYCLE_STAGES.join(", ")}.`);
  if (current.stage === "retired" && stage !== "retired") {
    const fix = "Register the build again under a new version.";
    problems.push({ path: "stage", code: "lifecycle.retired", detail: `${name} is retired, and there is no way back.`, fix });
  }
  const checkTime = (path: "at" | "sunset", text: string, isKnown: boolean) => {
    const ms = parseTime(text);
    if (ms === null) invalid(path, `"${text}" is not a time.`, "Give a time such as 2026-05-01T03:12:00Z.");
    else if (ms <= Date.parse(nowIso) && !isKnown) invalid(path, `${text} is in the past.`, "Give a time in the future.");
  };
  if (typeof at === "string") checkTime("at", at, parseTime(at) === parseTime(current.next?.at ?? ""));
  if (typeof at === "string" && stage === current.stage)
    invalid("stage", `${name} is ${stage} already.`, "Leave the time out, or name another stage.");
  if (typeof sunset === "string") checkTime("sunset", sunset, parseTime(sunset) === parseTime(current.sunset ?? ""));
  return problems;
}

/** What keeps a version from being retired: requests that it gets or may get, and a release of it. */
export function retirementProblems(context: DecideContext, ref: VersionRef, path: string): readonly Problem[] {
  const service = context.state.services.get(ref.service);
  if (service === undefined) return [];
  const held = checkVersionRemoval(context, context.state, service, ref.version, path).filter(({ code }) => code === "version.live");
  const release = [...context.state.releases.values()].find(
    (each) => !hasEnded(each) && each.service === ref.service && (each.version === ref.version || each.baseline === ref.version),
  );
  if (release === undefined) return held;
  const detail = `${release.id} is under way with ${ref.service} ${ref.version}.`;
  return [...held, { path, code: "version.live", detail, fix: "Wait until the release has ended, or abort it." }];
}

function callerNotes({ traffic }: DecideContext, ref: VersionRef): readonly string[] {
  const callers = traffic?.callersOf(ref) ?? [];
  if (callers.length === 0) return [];
  const names = listed(callers.map(({ service, version }) => (version === null ? service : `${service} ${version}`)));
  return [`${names} still ${callers.length === 1 ? "calls" : "call"} ${ref.service} ${ref.version}.`];
}
