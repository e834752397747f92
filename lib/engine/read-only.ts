import type { Refusal } from "../model/index.ts";
import { err, type Result } from "../std/index.ts";

/** The refusal of every change while the store cannot be written. */
export function readOnly(
  detail = "The store could not be written and takes nothing until the engine is restarted.",
): Result<never, Refusal> {
  const fix = "Check the disk, then restart the engine. Nothing was changed.";
  return err({ code: "engine.read-only", detail, problems: [{ path: "", code: "engine.read-only", detail, fix }] });
}
