/**
 * The arguments that an ICU message takes, sorted and without doubles: "{count, plural, one {# call} other {# calls of {name}}}"
 * takes count and name. Braces nest in turn: an argument, inside it the text of a branch, inside that an argument again.
 */
export function placeholdersOf(message: string): readonly string[] {
  const names = new Set<string>();
  let depth = 0;
  for (let index = 0; index < message.length; index++) {
    if (message[index] === "}") depth -= 1;
    if (message[index] !== "{") continue;
    depth += 1;
    if (depth % 2 === 0) continue;
    const name = /^\s*(\w+)/.exec(message.slice(index + 1))?.[1];
    if (name !== undefined) names.add(name);
  }
  return [...names].toSorted();
}
