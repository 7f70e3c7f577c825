/** Deeper than any message of ours; a body of nothing but brackets must not reach the end of the stack. */
export const MAX_CANONICAL_DEPTH = 64

/** What has no canonical form: a lone surrogate, a number that is not finite, too deep, or no JSON value at all. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical'
}

// What JSON.stringify would have to escape, or what is not well formed; everything else is quoted as it stands.
const needsCare = /[\u0000-\u001f"\\\ud800-\udfff]/

/**
 * Canonical JSON by RFC 8785: members sorted by UTF-16 code units, numbers and strings as ECMAScript writes them, no
 * white space. Takes what JSON.parse gives (plain objects, arrays, strings, numbers, booleans, null) and throws
 * {@link NotCanonical} for anything else, `undefined` and Date among them: nothing is silently left out of a hash.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0)
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return number(value)
  if (value === null) return 'null'
  if (value === true) return 'true'
  if (value === false) return 'false'
  if (typeof value !== 'object') throw new NotCanonical(`A value of type ${typeof value} is not JSON`)
  if (depth === MAX_CANONICAL_DEPTH) throw new NotCanonical(`Nested deeper than ${MAX_CANONICAL_DEPTH}`)
  return Array.isArray(value) ? array(value, depth + 1) : object(value, depth + 1)
}

function number(value: number): string {
  if (!Number.isFinite(value)) throw new NotCanonical(`${value} is not a JSON number`)
  return String(value) // the shortest form that reads back the same, and '0' for -0: RFC 8785 §3.2.2.3
}

function quote(value: string): string {
  if (!needsCare.test(value)) return `"${value}"`
  if (!value.isWellFormed()) throw new NotCanonical('A lone surrogate is not text')
  return JSON.stringify(value)
}

function array(values: readonly unknown[], depth: number): string {
  let text = '['
  for (let i = 0; i < values.length; i++) text += (i === 0 ? '' : ',') + write(values[i], depth)
  return text + ']'
}

function object(value: object, depth: number): string {
  if (!isPlain(value)) throw new NotCanonical('Only plain objects are JSON')
  // The default order of sort is by UTF-16 code units: RFC 8785 §3.2.3.
  const keys = Object.keys(value).sort()
  let text = ''
  for (const key of keys) {
    text += (text === '' ? '{' : ',') + quote(key) + ':' + write(value[key], depth)
  }
  return text === '' ? '{}' : text + '}'
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
