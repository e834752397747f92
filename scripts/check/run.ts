/** Checks the rules of the house over the whole project; ends with 1 when one is broken. Usage: node scripts/check/run.ts */
import { fileURLToPath } from "node:url";
import { RULES } from "./rules.ts";
import { countSources, readSourceTree } from "./source-tree.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const tree = readSourceTree(root);
const counted = countSources(root);
if (tree.sources.length !== counted || counted === 0) {
  console.error(`The checks read ${tree.sources.length} sources but there are ${counted}: mend scripts/check/source-tree.ts.`);
  process.exit(1);
}

let broken = 0;
for (const rule of RULES) {
  for (const { path, line, message } of rule.check(tree)) {
    console.error(`${path}${line === 0 ? "" : `:${line}`}  ${rule.name}  ${message}`);
    broken += 1;
  }
}
console.log(`${RULES.length} house rules over ${counted} sources: ${broken === 0 ? "all kept" : `${broken} violations`}.`);
process.exitCode = broken === 0 ? 0 : 1;
