export type HoldPhase = "rest" | "held" | "armed";

interface HoldPressParts {
  readonly holdMs: number;
  /** How long a press without holding, as assistive technology makes one, waits for the second one. */
  readonly armedMs: number;
  /** Acts once after that time; returns what calls it off. */
  readonly after: (ms: number, act: () => void) => () => void;
  readonly onPhase: (phase: HoldPhase) => void;
  readonly onConfirm: () => void;
}

/** What happens to a button that is pressed for a moment, or twice where nothing can be held. */
export interface HoldPress {
  /** A pointer or key goes down; a key that repeats counts as the press that it belongs to. */
  down(): void;
  /** It goes up, leaves the button, or the button cannot act any more. */
  up(): void;
  /** A press that came from neither pointer nor key. */
  press(): void;
}

/** One press confirms at most once: it has one timer, which ends with its phase, and what was confirmed is spent until the next press begins. */
export function createHoldPress({ after, armedMs, holdMs, onConfirm, onPhase }: HoldPressParts): HoldPress {
  let phase: HoldPhase = "rest";
  let callOff: () => void = () => undefined;
  const enter = (next: HoldPhase) => {
    callOff();
    callOff = () => undefined;
    if (phase !== next) onPhase(next);
    phase = next;
  };
  const confirm = () => {
    enter("rest");
    onConfirm();
  };
  return {
    down() {
      if (phase === "held") return;
      enter("held");
      callOff = after(holdMs, confirm);
    },
    up() {
      if (phase === "held") enter("rest");
    },
    press() {
      if (phase === "held") return;
      if (phase === "armed") return confirm();
      enter("armed");
      callOff = after(armedMs, () => enter("rest"));
    },
  };
}
