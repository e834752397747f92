/** One process to keep alive. */
export interface ChildPlan {
  /** Unique; names the log file and prefixes what is echoed: "engine", "proxy node-a". */
  readonly name: string;
  /** Arguments of Node, the entry file first among those that are not flags. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Stopping goes from the lowest stage to the highest; children of one stage stop together. */
  readonly stopStage: number;
  /** How long the child may take from SIGTERM to its end before it is killed. */
  readonly stopGraceMs: number;
  /** Whether it hands its listening sockets to a successor when asked (`hand-over.ts`). */
  readonly handsOver?: boolean;
  /** Asked after the child said that it is ready, until it resolves to true: does it really serve? */
  readonly probe?: () => Promise<boolean>;
}

/** A child that ends with this code says that starting it again cannot help (a locked data folder, a broken log). */
export const REFUSED_TO_START = 78;
