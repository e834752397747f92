"use client";

import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useFollowChanges } from "@/components/live/use-follow-changes.ts";
import { useLive } from "@/components/live/use-live.ts";
import { api } from "@/components/shell/api.ts";
import { ApiProblem, type ResponseOf } from "@/lib/client/index.ts";
import { isMoving, isOver, type ReleaseRequest, type ReleaseSummary, type ReleaseVerb } from "./release-view.ts";

const ALL = ["releases"] as const;

const REFRESH_MS = 1000;
/** A release that nobody moves still gathers evidence. */
const REFRESH_IDLE_MS = 5000;

const LIST = queryOptions({
  queryKey: ["releases", "list"],
  queryFn: ({ signal }) => api.call("GET /api/v1/releases", { signal }),
  refetchInterval: ({ state }) => (state.data?.items.some(isMoving) === true ? REFRESH_MS : REFRESH_IDLE_MS),
});

/** Every release, those under way first: asked again with every change of the mesh, and each second while one moves. */
export function useReleases() {
  return useQuery(LIST);
}

/** The release of a service that is under way; null where there is none. Renders again only when that one changes. */
export function useReleaseOf(service: string): ReleaseSummary | null {
  const select = useCallback(
    ({ items }: ResponseOf<"GET /api/v1/releases">) => items.find((each) => each.service === service && !isOver(each)) ?? null,
    [service],
  );
  return useQuery({ ...LIST, select }).data ?? null;
}

/** Asks again for releases with every change of the mesh: they move with changes, and are paused by them. Once on a page is enough. */
export function useFollowReleases(): void {
  useFollowChanges(ALL);
}

/** One release with its judge and verbs: asked again with every change of the mesh, and each second until it has ended. */
export function useRelease(id: string) {
  return useQuery({
    queryKey: ["releases", "one", id],
    queryFn: ({ signal }) => api.call("GET /api/v1/releases/{id}", { params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && !isOver(state.data) ? REFRESH_MS : REFRESH_IDLE_MS),
    retry: (count, error) => !(error instanceof ApiProblem && error.code === "release.unknown") && count < 2,
  });
}

/** What a release would do, asked of the engine without starting it; asked anew when the mesh changes. */
export function useReleasePreview(body: ReleaseRequest | null) {
  const newest = useLive((state) => state.changes[0]?.seq ?? 0);
  return useQuery({
    queryKey: ["release-preview", body, newest],
    queryFn: ({ signal }) => api.call("POST /api/v1/releases", { body: body as ReleaseRequest, dryRun: true, signal }),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
}

/** Creates and starts a release. */
export function useStartRelease(onStarted: (release: ResponseOf<"POST /api/v1/releases">) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ReleaseRequest) => api.call("POST /api/v1/releases", { body, idempotencyKey: crypto.randomUUID() }),
    onSuccess: (release) => {
      void client.invalidateQueries({ queryKey: ALL });
      onStarted(release);
    },
  });
}

/** What a verb asks for beside itself. */
export interface VerbRequest {
  readonly reason?: string;
  readonly weightBp?: number;
}

/** What a verb would do, without doing it; null asks nothing. */
export function useReleaseVerbPreview(id: string, verb: ReleaseVerb, body: VerbRequest | null) {
  return useQuery({
    queryKey: ["release-verb-preview", id, verb, body],
    queryFn: ({ signal }) =>
      api.call("POST /api/v1/releases/{id}/{verb}", { params: { id, verb }, body: body ?? {}, dryRun: true, signal }),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
}

/** Moves a release. */
export function useReleaseVerb(id: string, onDone: () => void = () => undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, ...body }: VerbRequest & { readonly verb: ReleaseVerb }) =>
      api.call("POST /api/v1/releases/{id}/{verb}", { params: { id, verb }, body, idempotencyKey: crypto.randomUUID() }),
    onSettled: () => void client.invalidateQueries({ queryKey: ALL }),
    onSuccess: onDone,
  });
}
