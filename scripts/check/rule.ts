import type { SourceTree } from "./source-tree.ts";

export interface Violation {
  readonly path: string;
  /** From 1; 0 stands for the whole file. */
  readonly line: number;
  /** What is wrong here and how to mend it. */
  readonly message: string;
}

/** One rule of the house. Each has a planted violation in `planted/`, which a test feeds to it. */
export interface Rule {
  readonly name: string;
  check(tree: SourceTree): readonly Violation[];
}
