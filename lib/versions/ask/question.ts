/**
 * Questions that may take long, as plain data: the same function answers them in a test, in a browser and in a worker thread.
 * Invariants: an answer depends on nothing but its question; question and answer survive structured clone.
 * Ways are found without words: sentences are empty, and what is irreversible is told as the version that cannot come back; `toldWay` puts words in.
 */
import type { Result } from "../../std/index.ts";
import { type Closure, closureOf } from "../plan/closure-of.ts";
import { planOf } from "../plan/plan-of.ts";
import type { PlanImpossible, PlanOptions, PlanOutcome, PlanProblem } from "../plan/plan-problem.ts";
import { type PackedProblem, type PackedSpace, packProblem, packSpace, unpackProblem, unpackSpace } from "./packed.ts";
import { type SpaceQuestion, type SpaceSolution, solveSpace } from "./solve-space.ts";

type Wishes = Pick<PlanOptions, "avoid" | "prefer">;

/** The way to a target. */
export interface PlanQuestion extends Wishes {
  readonly kind: "plan";
  readonly problem: PlanProblem;
}

/** The way back of one service, with what has to come along. */
export interface ClosureQuestion extends Wishes {
  readonly kind: "closure";
  readonly problem: PlanProblem;
  readonly service: number;
  readonly to: number;
  /** Position that each service had before, where that is known. */
  readonly previous: ReadonlyMap<number, number>;
}

export type Question = SpaceQuestion | PlanQuestion | ClosureQuestion;

interface Answers {
  readonly space: SpaceSolution;
  readonly plan: Result<PlanOutcome, PlanImpossible>;
  readonly closure: Closure;
}

export type AnswerTo<Q extends Question> = Answers[Q["kind"]];

/** A question that can be posted to another thread. */
export type PackedQuestion =
  | (Omit<SpaceQuestion, "possible" | "proven"> & { readonly possible: PackedSpace; readonly proven: PackedSpace })
  | (Omit<PlanQuestion, "problem"> & { readonly problem: PackedProblem })
  | (Omit<ClosureQuestion, "problem"> & { readonly problem: PackedProblem });

const WORDLESS: Pick<PlanOptions, "describe" | "describeIrreversible"> = {
  describe: () => "",
  describeIrreversible: (_, from) => from,
};

export function answerTo<Q extends Question>(question: Q): AnswerTo<Q> {
  return answered(question) as AnswerTo<Q>;
}

function answered(question: Question): Answers[keyof Answers] {
  if (question.kind === "space") return solveSpace(question);
  const { avoid = [], prefer = "steps", problem } = question;
  const options = { ...WORDLESS, avoid, prefer };
  if (question.kind === "plan") return planOf(problem, options);
  return closureOf(problem, question.service, question.to, { ...options, previous: question.previous });
}

export function packQuestion(question: Question): PackedQuestion {
  if (question.kind === "space") return { ...question, possible: packSpace(question.possible), proven: packSpace(question.proven) };
  return { ...question, problem: packProblem(question.problem) };
}

export function unpackQuestion(packed: PackedQuestion): Question {
  if (packed.kind === "space") return { ...packed, possible: unpackSpace(packed.possible), proven: unpackSpace(packed.proven) };
  return { ...packed, problem: unpackProblem(packed.problem) };
}
