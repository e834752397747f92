"use client";

import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { Button, type ButtonKind } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import type { DescribedRequest } from "@/lib/client/index.ts";
import type { Risk } from "@/lib/model/index.ts";
import { asksForPerson } from "./asks-for-person.ts";
import { createHoldPress, type HoldPhase, type HoldPress } from "./hold-press.ts";
import { useAskApproval } from "./use-governance.ts";

/** How long a press has to last. */
const HOLD_MS = 700;
/** How long a press without holding, as assistive technology makes one, waits for the second one. */
const ARMED_MS = 4_000;

interface ConfirmByRiskProps {
  /** What the engine says of the change; a press is enough while nothing is known. */
  readonly risk: Risk | null | undefined;
  /** What has to be typed where a name has to be. */
  readonly subject: string;
  readonly kind: ButtonKind;
  readonly children: ReactNode;
  readonly disabled?: boolean;
  readonly whyNot: string | null;
  /** What the engine answered to the last try: where it asked for a second person, so does the button. */
  readonly refused?: unknown;
  readonly onConfirm: () => void;
  /** What a second person is asked about; read when it is. */
  readonly request: () => DescribedRequest;
  readonly reason: string;
  readonly size?: "medium" | "large";
  /** The place that the tour points at. */
  readonly tour?: string;
  readonly button?: RefObject<HTMLButtonElement | null>;
}

/** The button that confirms a change, as heavy as its risk: a press, a press held down, a name typed, or a question to a second person. */
export function ConfirmByRisk({ children, disabled, kind, refused, request, reason, risk, subject, whyNot, ...rest }: ConfirmByRiskProps) {
  const t = useTranslations("governance.risk");
  const [typed, setTyped] = useState("");
  const ask = useAskApproval();
  const level = asksForPerson(refused) ? "second-person" : (risk?.level ?? "click");
  const looks = {
    kind,
    className: "flex-1",
    ...(rest.size && { size: rest.size }),
    ...(rest.button && { ref: rest.button }),
    ...(rest.tour !== undefined && { "data-tour": rest.tour }),
    disabled: disabled === true || ask.isPending,
  };
  if (level === "second-person") {
    return (
      <Button {...looks} kind="primary" whyNot={whyNot} onClick={() => ask.mutate({ request: request(), reason })}>
        {ask.isPending ? t("asking") : t("ask")}
      </Button>
    );
  }
  if (level === "hold") {
    return (
      <HoldButton looks={looks} whyNot={whyNot} onConfirm={rest.onConfirm}>
        {children}
      </HoldButton>
    );
  }
  if (level === "click") {
    return (
      <Button {...looks} whyNot={whyNot} onClick={rest.onConfirm}>
        {children}
      </Button>
    );
  }
  const needed = typed.trim() === subject ? null : t("typeNeeded", { name: subject });
  return (
    <div className="grid flex-1 gap-2">
      <TextField
        mono
        label={t("typeLabel", { name: subject })}
        value={typed}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
      />
      <Button {...looks} whyNot={whyNot ?? needed} onClick={rest.onConfirm}>
        {children}
      </Button>
    </div>
  );
}

interface HoldProps {
  readonly looks: Record<string, unknown> & { readonly disabled: boolean };
  readonly whyNot: string | null;
  readonly onConfirm: () => void;
  readonly children: ReactNode;
}

/** Confirms once it was pressed for a moment, by pointer or key; two presses do where none can be held. */
function HoldButton({ children, looks, onConfirm, whyNot }: HoldProps) {
  const t = useTranslations("governance.risk");
  const blocked = whyNot !== null || looks.disabled;
  const { hold, phase } = useHoldPress(blocked, onConfirm);
  const isKey = ({ key }: KeyboardEvent) => key === " " || key === "Enter";
  const { className, ...others } = looks;
  return (
    <div className={`grid gap-1 ${String(className ?? "")}`}>
      <Button
        {...others}
        whyNot={whyNot}
        className="relative w-full overflow-hidden"
        onPointerDown={(event) => event.button === 0 && !blocked && hold.down()}
        onPointerUp={hold.up}
        onPointerLeave={hold.up}
        onPointerCancel={hold.up}
        onKeyDown={(event) => {
          if (!isKey(event)) return;
          // Without this a browser makes clicks of a key: one for each repetition of Enter.
          event.preventDefault();
          if (!event.repeat && !blocked) hold.down();
        }}
        onKeyUp={(event) => {
          if (!isKey(event)) return;
          event.preventDefault();
          hold.up();
        }}
        onBlur={hold.up}
        // A click that a pointer made has a count; it was held, or not long enough.
        onClick={(event) => event.detail === 0 && hold.press()}
      >
        <span
          aria-hidden
          style={{ transitionDuration: phase === "held" ? `${HOLD_MS}ms` : "120ms" }}
          className={`absolute inset-0 origin-left bg-[color-mix(in_srgb,currentColor_25%,transparent)] transition-transform ease-linear ${phase === "held" ? "scale-x-100" : "scale-x-0"}`}
        />
        <span className="relative">{phase === "held" ? t("holding") : phase === "armed" ? t("again") : children}</span>
      </Button>
      <span className="text-center text-2xs text-ink-3">{t("holdHint")}</span>
    </div>
  );
}

/** The press in its phase; what it confirms is what stands on the screen at that moment. */
function useHoldPress(blocked: boolean, onConfirm: () => void): { readonly hold: HoldPress; readonly phase: HoldPhase } {
  const [phase, setPhase] = useState<HoldPhase>("rest");
  const confirm = useRef(onConfirm);
  const [hold] = useState(() =>
    createHoldPress({
      holdMs: HOLD_MS,
      armedMs: ARMED_MS,
      after: (ms, act) => {
        const timer = setTimeout(act, ms);
        return () => clearTimeout(timer);
      },
      onPhase: setPhase,
      onConfirm: () => confirm.current(),
    }),
  );
  useEffect(() => {
    confirm.current = onConfirm;
  }, [onConfirm]);
  useEffect(() => {
    if (blocked) hold.up();
  }, [blocked, hold]);
  useEffect(() => hold.up, [hold]);
  return { hold, phase };
}
