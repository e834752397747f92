"use client";

import { CrashPage } from "@/components/shell/crash-page.tsx";

interface ErrorProps {
  readonly error: Error;
  readonly reset: () => void;
}

export default function ViewError({ error, reset }: ErrorProps) {
  return <CrashPage error={error} onAgain={reset} />;
}
