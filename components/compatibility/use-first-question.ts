import { useServices } from "@/components/live/use-services.ts";
import { writeQuestion } from "./shift-question.ts";

/** A question to begin with: the first service that has versions, with its present weights; null without one. */
export function useFirstQuestion(): string | null {
  const service = useServices().find((each) => each.versions.length > 0);
  return service ? writeQuestion([{ service: service.name, weights: service.weights }]) : null;
}
