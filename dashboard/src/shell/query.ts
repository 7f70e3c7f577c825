/** An address with some of its query said otherwise; what is said as nothing leaves it. Pure. */
export function pathWith(at: string, query: URLSearchParams, said: Readonly<Record<string, string>>): string {
  const next = new URLSearchParams(query)
  for (const [name, value] of Object.entries(said)) {
    if (value === '') next.delete(name)
    else next.set(name, value)
  }
  return next.size === 0 ? at : `${at}?${next}`
}
