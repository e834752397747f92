/** The same keys, every text a string. */
export type SameKeys<Tree> = { readonly [Key in keyof Tree]: Tree[Key] extends string ? string : SameKeys<Tree[Key]> };

/** Texts of one noun in both languages; a key that one of them lacks does not compile. Texts are ICU messages. */
export function defineMessages<Tree extends object>(languages: {
  readonly en: Tree;
  readonly zh: SameKeys<NoInfer<Tree>>;
}): {
  readonly en: SameKeys<Tree>;
  readonly zh: SameKeys<Tree>;
} {
  return languages as { readonly en: SameKeys<Tree>; readonly zh: SameKeys<Tree> };
}
