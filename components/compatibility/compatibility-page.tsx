"use client";

import { useUrlState } from "@/components/ui/use-url-state.ts";
import { EdgeMatrix } from "./edge-matrix.tsx";
import { EdgeOverview } from "./edge-overview.tsx";
import { ShiftSheet } from "./shift-sheet.tsx";

/** All edges, or the matrix of the one that the address names; over either, the question whether a shift would be safe. */
export function CompatibilityPage() {
  const [params, setParams] = useUrlState();
  const consumer = params.get("consumer");
  const provider = params.get("provider");
  const question = params.get("shift");
  const ask = (shift: string) => setParams({ shift });
  return (
    <>
      {consumer !== null && provider !== null ? (
        <EdgeMatrix consumer={consumer} provider={provider} pair={params.get("pair")} onPair={(pair) => setParams({ pair })} onAsk={ask} />
      ) : (
        <EdgeOverview filter={params.get("q") ?? ""} onFilter={(q) => setParams({ q })} onAsk={ask} />
      )}
      {question !== null && <ShiftSheet question={question} onQuestion={ask} onClose={() => setParams({ shift: "" })} />}
    </>
  );
}
