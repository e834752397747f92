"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { isGivenUp } from "@/components/shell/api.ts";
import { queryKeys } from "@/lib/client/index.ts";

interface RegistryWrite<Input> {
  readonly write: (input: Input) => Promise<unknown>;
  /** Said when it is done. */
  readonly done: (input: Input) => string;
  readonly onDone: () => void;
}

/** A write to the registry: on success everything that lists services is read again. `problem` is what to show, if anything; `forget` takes it away. */
export function useRegistryWrite<Input>({ write, done, onDone }: RegistryWrite<Input>) {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: write,
    onSuccess: async (_answer, input) => {
      toast.success(done(input));
      onDone();
      await client.invalidateQueries({ queryKey: queryKeys.services() });
    },
  });
  return {
    run: mutation.mutate,
    isPending: mutation.isPending,
    forget: mutation.reset,
    problem: mutation.error && !isGivenUp(mutation.error) ? mutation.error : null,
  };
}
