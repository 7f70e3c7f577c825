import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { canonicalJson } from '../canonical.ts'

/** Enough to find a place by; that nothing was changed hangs on the whole digest of 32 bytes beside them. */
const PLACE_DIGITS = 16

/** A short digest for each field, by its path: `record.presences[1].raw.uid`. */
export type Digests = Record<string, string>

/** What became of a field. */
export interface Difference {
  path: string
  what: 'changed' | 'added' | 'removed' | 'reordered'
}

export function wholeDigest(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))))
}

/** Of every field that holds no others; of an empty list or object itself. */
export function digestsOf(value: unknown): Digests {
  const digests: Digests = {}
  collect('', value, digests)
  return digests
}

function collect(path: string, value: unknown, digests: Digests): void {
  const inside =
    Array.isArray(value) && value.length > 0
      ? value.map((one: unknown, i) => [`${path}[${i}]`, one] as const)
      : isObject(value) && Object.keys(value).length > 0
        ? Object.entries(value).map(([key, one]) => [join(path, key), one] as const)
        : null
  if (inside === null) digests[path] = wholeDigest(value).slice(0, PLACE_DIGITS)
  else for (const [at, one] of inside) collect(at, one, digests)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** A name with other signs in it is quoted: two fields never share a path. */
function join(path: string, key: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

/** Where a value is not what its digests say. An item that moved within its list is said once, by the list. */
export function differences(value: unknown, stated: Digests): Difference[] {
  const found = digestsOf(value)
  const paths = [...new Set([...Object.keys(stated), ...Object.keys(found)])].sort()
  const different = paths.filter((path) => stated[path] !== found[path])
  const moved = reordered(different, stated, found)
  const rest = different.filter((path) => !moved.some((list) => path.startsWith(`${list}[`)))
  return [
    ...moved.map((path) => ({ path, what: 'reordered' as const })),
    ...(rest.map((path) => ({
      path,
      what: found[path] === undefined ? 'removed' : stated[path] === undefined ? 'added' : ('changed' as const),
    })) satisfies Difference[]),
  ]
}

/** Lists that hold the same items in another order; the outermost first. */
function reordered(different: readonly string[], stated: Digests, found: Digests): string[] {
  const lists = new Set(different.flatMap(listsAround))
  const same: string[] = []
  for (const list of [...lists].sort((a, b) => a.length - b.length)) {
    if (same.some((outer) => list.startsWith(`${outer}[`))) continue
    if (itemsOf(list, stated).join() === itemsOf(list, found).join()) same.push(list)
  }
  return same
}

/** `a.b[1].c[0]` lies within the lists `a.b` and `a.b[1].c`. */
function listsAround(path: string): string[] {
  return [...path.matchAll(/\[\d+\]/g)].map(({ index }) => path.slice(0, index))
}

/** The items of a list as one text each, in an order of their own. */
function itemsOf(list: string, digests: Digests): string[] {
  const items = new Map<string, string>()
  for (const [path, digest] of Object.entries(digests)) {
    const within = path.startsWith(`${list}[`) ? /^\[(\d+)\](.*)$/s.exec(path.slice(list.length)) : null
    if (!within) continue
    const [, i = '', rest = ''] = within
    items.set(i, `${items.get(i) ?? ''}${rest}=${digest};`)
  }
  return [...items.values()].sort()
}
