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
    if (value === undefined || same(value, held[field])) continue
    before[field] = held[field]
    after[field] = value
    any = true
  }
  return { before, after, any }
}

/** Lists are compared by what is in them. */
function same(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other
  return one.length === other.length && one.every((each, i) => each === other[i])
}
