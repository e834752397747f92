import { expect, test } from "vitest";
import { type Alert, type Change, EMPTY_MESH_STATE } from "../model/index.ts";
import { type DiagnosisParts, diagnose } from "./alert-diagnosis.ts";

const ONSET = Date.UTC(2026, 0, 1);
const telemetry: DiagnosisParts["telemetry"] = { series: () => [], totals: () => [], edges: () => [] };
const alert = (seq: number) => ({ id: `alr-${seq}`, service: "payments", since: new Date(ONSET).toISOString() }) as Alert;

function change(seq: number, minutes: number, kind: Change["kind"] = "split.set"): Change {
  const facts = { author: "eve", via: "api", reason: "", subject: "payments", services: ["payments"], events: [], undoable: true };
  return { id: `chg-${seq}`, seq, at: new Date(ONSET + minutes * 60_000).toISOString(), kind, ...facts } as unknown as Change;
}

/** Changes in order; what is read is counted. */
function logOf(changes: readonly Change[]) {
  const log = { reads: 0, engine: {} as DiagnosisParts["engine"] };
  log.engine = {
    state: () => EMPTY_MESH_STATE,
    changes({ beforeSeq = Number.MAX_SAFE_INTEGER, limit }) {
      log.reads++;
      return changes
        .filter(({ seq }) => seq < beforeSeq)
        .toReversed()
        .slice(0, limit);
    },
  };
  return log;
}

test("changes of the hour before are found however many came since, and however many alerts fired meanwhile", () => {
  const guilty = change(1, -1);
  const alerts = Array.from({ length: 1_200 }, (_, at) => change(2 + at, -0.5, "alert.fire"));
  const since = Array.from({ length: 1_200 }, (_, at) => change(1_300 + at, 60 + at));
  const { engine } = logOf([guilty, ...alerts, ...since]);
  const { causes, sentence } = diagnose({ engine, telemetry }, alert(1_250));
  expect(causes.map(({ change: id }) => id)).toEqual(["chg-1"]);
  expect(sentence).toContain("Most likely split.set of payments by eve");
});

test("what was undone is no cause", () => {
  const { engine } = logOf([change(1, -2), { ...change(2, -1, "undo"), undoes: "chg-1" as Change["id"] }]);
  expect(diagnose({ engine, telemetry }, alert(3)).causes.map(({ change: id }) => id)).toEqual(["chg-2"]);
});

test("says that nothing was changed only where the whole hour was read, and reads no more of the log than that", () => {
  const short = logOf([change(1, -61), change(2, -5, "alert.fire")]);
  expect(diagnose({ engine: short.engine, telemetry }, alert(3)).sentence).toContain("Nothing was changed in the hour before");
  const long = logOf([change(1, -1), ...Array.from({ length: 12_000 }, (_, at) => change(2 + at, -0.5, "alert.fire"))]);
  expect(diagnose({ engine: long.engine, telemetry }, alert(12_500)).sentence).toContain("10000 changes before it");
  expect(long.reads).toBeLessThan(25);
});

test("a version that took all requests is compared with its service before the change", () => {
  const bins = (requests: number, failed: number) => [{ requests, failed }] as never;
  const withFigures: DiagnosisParts["telemetry"] = {
    ...telemetry,
    series: (_, __, toMs) => (toMs <= ONSET ? bins(1_000, 200) : bins(1_000, 210)),
  };
  const shifted = change(1, -1);
  const service = {
    name: "payments",
    versions: new Map(),
    weights: {},
    rules: [],
    weightsHistory: [{ changeId: "chg-1", before: { "1.0.0": 10_000 }, after: { "2.0.0": 10_000 } }],
  };
  const { engine } = logOf([shifted]);
  const state = { ...EMPTY_MESH_STATE, services: new Map([["payments", service]]) } as never;
  const [cause] = diagnose({ engine: { ...engine, state: () => state }, telemetry: withFigures }, alert(2)).causes;
  const figures = cause?.parts.find(({ name }) => name === "evidence");
  expect(figures?.sentence).toBe("On payments 2.0.0 21 % of 1000 requests fail, on payments before 20 %.");
  expect(figures?.score).toBeLessThan(0.6);
});
