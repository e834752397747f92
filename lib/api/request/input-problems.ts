/**
 * Turns zod's issues into problems of the wire: dotted path, stable code, a sentence that names the value, and what to send instead.
 * An unknown field is a problem of its own, with the fields that are known there. Every issue is reported.
 */
import type { z } from "zod";
import type { Problem, Refusal } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";

/** Where an input came from; the path of a query parameter or header says so, the body's stands for itself. */
export type InputPart = "params" | "query" | "body";

/** Checks one part of a request against its schema. */
export function parseInput(schema: z.ZodType, input: unknown, part: InputPart): Result<unknown, readonly Problem[]> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return ok(parsed.data);
  return err(parsed.error.issues.flatMap((issue) => problemsOf(issue, { schema, input, base: [], part })));
}

/** One refusal for all problems of a request. */
export function invalidInput(problems: readonly Problem[]): Refusal {
  const [first] = problems;
  const alike = problems.every((problem) => problem.code === first?.code);
  const detail = problems.length === 1 && first ? first.detail : `${problems.length} fields are not valid.`;
  return { code: alike && first ? first.code : "input.invalid", detail, problems };
}

/** Where issues are about: a schema and what it was given, at a path of the input. */
interface Place {
  readonly schema: z.ZodType;
  readonly input: unknown;
  readonly base: readonly PropertyKey[];
  readonly part: InputPart;
}

function problemsOf(issue: z.core.$ZodIssue, place: Place): Problem[] {
  const { base, input, part, schema } = place;
  const path = dotted([...base, ...issue.path], part);
  if (issue.code === "unrecognized_keys") {
    const known = fieldsAt(schema, issue.path, valueAt(input, issue.path));
    return issue.keys.map((key) => unknownField(path === "" ? key : `${path}.${key}`, key, known));
  }
  const value = valueAt(input, issue.path);
  const forms = issue.code === "invalid_union" ? formsAt(schema, issue.path) : [];
  const meant = issue.code === "invalid_union" ? meantForm(forms, value) : -1;
  const inner = issue.code === "invalid_union" ? issue.errors[meant] : undefined;
  if (inner !== undefined) {
    const form = { schema: forms[meant] as unknown as z.ZodType, input: value, base: [...base, ...issue.path], part };
    return inner.flatMap((each) => problemsOf(each, form));
  }
  const names = forms.flatMap((form) => Object.keys(form._zod.def.shape ?? {})[0] ?? []);
  const wrong = wording(issue, value);
  return [{ path, code: "input.invalid", ...wrong, ...(names.length > 1 && { fix: `Give one of: ${names.join(", ")}.` }) }];
}

/** The one form of several that an object is meant to be: it has its first field, or fields that no other form has. -1 where that cannot be told. */
function meantForm(forms: readonly SchemaNode[], value: unknown): number {
  if (typeof value !== "object" || value === null) return -1;
  const fields = forms.map((form) => Object.keys(form._zod.def.shape ?? {}));
  const named = fields.flatMap(([first], at) => (first !== undefined && Object.hasOwn(value, first) ? [at] : []));
  if (named.length === 1) return named[0] ?? -1;
  const own = fields.flatMap((names, at) => {
    const isOwn = (name: string) => fields.every((others, other) => other === at || !others.includes(name));
    return names.some((name) => Object.hasOwn(value, name) && isOwn(name)) ? [at] : [];
  });
  return own.length === 1 ? (own[0] ?? -1) : -1;
}

/** The problem of a field that nobody reads. */
export function unknownField(path: string, key: string, known: readonly string[]): Problem {
  return {
    path,
    code: "input.unknown-field",
    detail: `"${clip(key)}" is not known here.`,
    fix: known.length === 0 ? "Leave it out." : `Leave it out, or use one of: ${known.join(", ")}.`,
  };
}

function dotted(path: readonly PropertyKey[], part: InputPart): string {
  const names = path.map(String);
  return (part === "query" ? ["query", ...names] : names).join(".");
}

function wording(issue: z.core.$ZodIssue, value: unknown): { detail: string; fix: string } {
  const shown = show(value);
  switch (issue.code) {
    case "invalid_type":
      if (value === undefined) return { detail: "A required value is missing.", fix: `Give ${noun(issue.expected)}.` };
      return { detail: `${shown} is not ${noun(issue.expected)}.`, fix: `Give ${noun(issue.expected)}.` };
    case "invalid_value":
      return { detail: `${shown} is not one of the values known here.`, fix: `Use ${issue.values.map(String).join(" or ")}.` };
    case "too_big":
      return {
        detail: `${shown} is too ${issue.origin === "number" ? "large" : "long"}.`,
        fix: `At most ${issue.maximum}${unit(issue.origin, issue.maximum)}.`,
      };
    case "too_small":
      return {
        detail: `${shown} is too ${issue.origin === "number" ? "small" : "short"}.`,
        fix: `At least ${issue.minimum}${unit(issue.origin, issue.minimum)}.`,
      };
    case "invalid_union": {
      const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
      return {
        detail: `${shown} is not one of the kinds known here.`,
        fix: options.length > 0 ? `Use ${options.join(" or ")}.` : "Use another form.",
      };
    }
    case "invalid_key":
      return { detail: "A name in this object is not accepted.", fix: "Shorten the name." };
    default:
      return { detail: `${shown} is not accepted.`, fix: `${issue.message}.` };
  }
}

function noun(expected: string): string {
  if (expected === "int") return "a whole number";
  if (expected === "record") return "an object";
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function unit(origin: string, count: number | bigint): string {
  const noun = origin === "string" ? " character" : origin === "array" ? " item" : "";
  return noun === "" || Number(count) === 1 ? noun : `${noun}s`;
}

function show(value: unknown): string {
  if (value === undefined) return "Nothing";
  if (typeof value === "number") return String(value);
  return clip(JSON.stringify(value) ?? String(value));
}

function clip(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** Names of the fields of the object that `path` leads to; empty where that cannot be told. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  const forms = formsAt(schema, path);
  const node = forms.length > 0 ? forms[meantForm(forms, value)] : nodeAt(schema, path);
  return Object.keys(node?._zod.def.shape ?? {});
}

/** The forms of the union that `path` leads to, where they are told apart by their fields. */
function formsAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly SchemaNode[] {
  const { discriminator, options = [] } = nodeAt(schema, path)?._zod.def ?? {};
  return discriminator === undefined ? options.map(unwrap) : [];
}

function nodeAt(schema: z.ZodType, path: readonly PropertyKey[]): SchemaNode | undefined {
  let node = unwrap(schema as unknown as SchemaNode);
  for (const key of path) {
    const { def } = node._zod;
    const next: SchemaNode | undefined = def.shape?.[String(key)] ?? def.element ?? def.valueType;
    if (next === undefined) return undefined;
    node = unwrap(next);
  }
  return node;
}

/** The parts of zod's definitions that lead further down. */
interface SchemaNode {
  readonly _zod: {
    readonly def: {
      readonly shape?: Readonly<Record<string, SchemaNode>>;
      readonly element?: SchemaNode;
      readonly valueType?: SchemaNode;
      readonly innerType?: SchemaNode;
      readonly in?: SchemaNode;
      readonly options?: readonly SchemaNode[];
      readonly discriminator?: string;
    };
  };
}

function unwrap(schema: SchemaNode): SchemaNode {
  let node = schema;
  for (let inner = node._zod.def.innerType ?? node._zod.def.in; inner !== undefined; inner = node._zod.def.innerType ?? node._zod.def.in) {
    node = inner;
  }
  return node;
}
