import { useMemo, useState } from "react";
import { useTopologyService } from "@/components/live/use-service-figures.ts";
import { useSplit } from "@/components/live/use-split.ts";
import type { Weights } from "@/lib/model/index.ts";
import { draftSplit, joinOverrides, type SplitDraft } from "./draft-store.ts";
import { type Caps, type Move, moveBoundary, orderVersions, type Segment, segmentsOf, setWeight, weightsOf } from "./split-bounds.ts";
import { type RefusalReason, remainingLocks, type SplitLock } from "./split-locks.ts";
import { useDraft } from "./use-drafts.ts";
import { useGateAnswers, useSplitLocks } from "./use-split-locks.ts";

/** Everything a control needs that changes a service's split; changes become drafts and reach the mesh only when applied. */
export interface SplitEditor {
  readonly service: string;
  /** All versions, in the bar's order: by what is in force, so that nothing changes place while it is dragged. */
  readonly segments: readonly Segment[];
  /** Weights in force. */
  readonly base: Weights;
  readonly draft: SplitDraft | null;
  /** Versions that may not get more traffic, overrides counted. */
  readonly locks: readonly SplitLock[];
  /** The lock that the last attempt ran into; null when none did. */
  readonly refused: SplitLock | null;
  /** What the engine itself says against that attempt; null until it has answered. */
  readonly gateReasons: readonly RefusalReason[] | null;
  /** `from`: the pieces when the drag began, so that what it pushed comes back when it returns. */
  move(boundary: number, targetBp: number, from?: readonly Segment[]): void;
  set(version: string, weightBp: number): void;
  override(grant: { readonly reason: string; readonly expiresAt: string }, version: string): void;
  dismissRefusal(): void;
}

const NO_WEIGHTS: Weights = {};

/** The editor of one service's split; null while the split is unknown. */
export function useSplitEditor(service: string): SplitEditor | null {
  const split = useSplit(service);
  const measured = useTopologyService(service);
  const draft = useDraft(service);
  const found = useSplitLocks(service);
  // The engine is asked about a version once the bar was stopped before it: an override that was granted earlier opens it.
  const [stopped, setStopped] = useState<readonly string[]>([]);
  const asked = stopped.filter((version) => found.some((lock) => lock.kind === "incompatible" && lock.version === version));
  const gate = useGateAnswers(service, asked, draft?.before ?? split?.weights ?? NO_WEIGHTS);
  const [refusedVersion, setRefusedVersion] = useState<string | null>(null);
  const versions = useMemo(() => measured?.versions.map((lane) => lane.version) ?? [], [measured]);
  if (!split) return null;

  const base = draft?.before ?? split.weights;
  const order = orderVersions(versions.length > 0 ? versions : Object.keys(split.weights), split.weights);
  const segments = segmentsOf(order, draft?.weights ?? split.weights);
  const passing = asked.filter((version) => gate.get(version)?.passes === true);
  const locks = remainingLocks(found, draft?.override?.versions ?? [], passing);
  const caps: Caps = Object.fromEntries(locks.map((lock) => [lock.version, base[lock.version] ?? 0]));
  const accept = (move: Move): void => {
    setRefusedVersion(move.stoppedBy);
    const { stoppedBy } = move;
    if (stoppedBy !== null) setStopped((known) => (known.includes(stoppedBy) ? known : [...known, stoppedBy]));
    const weights = weightsOf(move.segments);
    if (move.segments !== segments) draftSplit({ service, rev: draft?.rev ?? split.rev, before: base, weights });
  };
  return {
    service,
    segments,
    base,
    draft,
    locks,
    refused: locks.find((lock) => lock.version === refusedVersion) ?? null,
    gateReasons: gate.get(refusedVersion ?? "")?.reasons ?? null,
    move: (boundary, targetBp, from = segments) => accept(moveBoundary(from, boundary, targetBp, caps)),
    set: (version, weightBp) => accept(setWeight(segments, version, weightBp, caps)),
    override(grant, version) {
      setRefusedVersion(null);
      const override = joinOverrides(draft?.override, { ...grant, versions: [version] });
      const opened = setWeight(segments, version, Math.max(100, base[version] ?? 0), {});
      draftSplit({ service, rev: draft?.rev ?? split.rev, before: base, weights: weightsOf(opened.segments), override });
    },
    dismissRefusal: () => setRefusedVersion(null),
  };
}
