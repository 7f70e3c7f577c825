/** What a change touches: the fields of `wanted` that are said and differ from `held`, as they were and as they become. */
export function differ<Held extends object>(
  held: Held,
  wanted: { [Field in keyof Held]?: Held[Field] | undefined },
): { before: Partial<Held>; after: Partial<Held>; any: boolean } {
  const before: Partial<Held> = {}
  const after: Partial<Held> = {}
  let any = false
  for (const field in held) {
    const value = wanted[field]
    if (value === undefined || value === held[field]) continue
    before[field] = held[field]
    after[field] = value
    any = true
  }
  return { before, after, any }
}
