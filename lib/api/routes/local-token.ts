import { err, ok } from "../../std/index.ts";
import { refusal } from "../answer.ts";
import type { Handlers } from "../operation.ts";
import type { LocalTokenGate } from "../request/local-token.ts";

type Key = "GET /api/v1/local-token" | "POST /api/v1/local-token/codes" | "POST /api/v1/local-token/redeem";

/** How a browser gets the right to start processes: a program that has the token makes a code, the console redeems it. */
export function createLocalTokenRoutes(gate: LocalTokenGate): Handlers<Key> {
  return {
    "GET /api/v1/local-token": { kind: "direct", answer: ({ unlocked }) => ok({ body: { unlocked } }) },
    "POST /api/v1/local-token/codes": { kind: "direct", answer: () => ok({ body: gate.issueCode(), status: 201 }) },
    "POST /api/v1/local-token/redeem": {
      kind: "direct",
      answer({ body }) {
        const token = gate.redeem(body.code);
        if (token !== null) return ok({ body: { token } });
        const detail = "The link was used already, or is older than 10 minutes.";
        return err(refusal({ path: "body.code", code: "token.code-invalid", detail, fix: "Get a new link with: npx interlock unlock." }));
      },
    },
  };
}
