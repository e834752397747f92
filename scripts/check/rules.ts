import { completeLock, failureModes, messageCatalogues } from "./agreement-rules.ts";
import { folderNames, indexHeader, kebabCase, noBarrels } from "./file-rules.ts";
import { layers } from "./layers.ts";
import { browserWithoutNode, importPaths, injectedClock, pureCore } from "./purity.ts";
import type { Rule } from "./rule.ts";
import { noConditionalAssertion, noMocksOfOurs, noNetworkInterception, testNames, testsAllRun, testsDoNotSleep } from "./test-rules.ts";
import { noBanners, noMachinePaths, noTodo, suppressionReason } from "./text-rules.ts";

/** All rules of ours. What Biome, TypeScript and knip check is not repeated here; `docs/style.md` lists both. */
export const RULES: readonly Rule[] = [
  layers,
  pureCore,
  injectedClock,
  browserWithoutNode,
  importPaths,
  indexHeader,
  folderNames,
  kebabCase,
  noBarrels,
  noTodo,
  noMachinePaths,
  noBanners,
  suppressionReason,
  testNames,
  testsAllRun,
  testsDoNotSleep,
  noConditionalAssertion,
  noMocksOfOurs,
  noNetworkInterception,
  messageCatalogues,
  failureModes,
  completeLock,
];
