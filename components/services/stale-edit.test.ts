import { describe, expect, test } from "vitest";
import { ApiProblem } from "@/lib/client/index.ts";
import { staleEditOf } from "./stale-edit.ts";

const hostsOf = (state: { readonly hosts: readonly string[] }) => state.hosts;

const refused = (status: number, current?: { rev: number; state: unknown }) =>
  new ApiProblem({ code: "precondition.failed", status, title: "", detail: "", errors: [], ...(current && { current }) });

describe("a save that somebody else was ahead of", () => {
  test("shows what stands now where the very thing was changed", () => {
    const error = refused(412, { rev: 9, state: { hosts: ["b.example"] } });
    expect(staleEditOf(error, ["a.example"], hostsOf)).toEqual({ kind: "same-place", rev: 9, now: ["b.example"] });
  });

  test("says that the thing itself was left alone", () => {
    const error = refused(412, { rev: 9, state: { hosts: ["a.example"], weights: { "1.0.0": 10_000 } } });
    expect(staleEditOf(error, ["a.example"], hostsOf)).toEqual({ kind: "elsewhere", rev: 9, now: ["a.example"] });
  });

  test("says that the thing is gone", () => {
    expect(staleEditOf(refused(412, { rev: 9, state: null }), ["a.example"], hostsOf)).toEqual({ kind: "gone" });
  });

  test.each([refused(422), refused(412), new Error("lost"), null])("is told from every other outcome (%s)", (error) => {
    expect(staleEditOf(error, [], hostsOf)).toBeNull();
  });
});
