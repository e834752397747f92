import { ApiProblem } from "@/lib/client/index.ts";

/** Whether the engine has refused something only because nobody else has agreed to it. */
export function asksForPerson(refused: unknown): boolean {
  return refused instanceof ApiProblem && refused.code === "approval.required";
}
