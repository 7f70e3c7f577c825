/**
 * PostgreSQL array literals (documentation, 8.15.2) for the columns of an `unnest` batch. `pg` builds them element by
 * element with escapes that most columns cannot need; on the hot path that was a fifth of the gateway's work.
 */

/**
 * For numbers, booleans, UUIDs and what matches `[A-Za-z0-9._-]`: nothing that a literal would have to quote, but the
 * word `null`, which may be a device's id of its message.
 */
export function plainArray(values: readonly (string | number | boolean | null)[]): string {
  let text = '{'
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 'NULL'
    text += i === 0 ? '' : ','
    text += values[i] !== null && typeof value === 'string' && /^null$/i.test(value) ? `"${value}"` : String(value)
  }
  return text + '}'
}

/** For any text. */
export function textArray(values: readonly (string | null)[]): string {
  let text = '{'
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    text += i === 0 ? '' : ','
    text += value === null || value === undefined ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`
  }
  return text + '}'
}

export function byteaArray(values: readonly Buffer[]): string {
  let text = '{'
  for (let i = 0; i < values.length; i++)
    text += (i === 0 ? '"\\\\x' : ',"\\\\x') + (values[i]?.toString('hex') ?? '') + '"'
  return text + '}'
}

/** In UTC, to the millisecond. Neighbours are often the same instant, so the last one is remembered. */
export function timeArray(values: readonly (Date | null)[]): string {
  let text = '{'
  let last = Number.NaN
  let written = ''
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    text += i === 0 ? '' : ','
    if (value === null || value === undefined) {
      text += 'NULL'
      continue
    }
    const ms = value.getTime()
    if (ms !== last) {
      written = value.toISOString()
      last = ms
    }
    text += written
  }
  return text + '}'
}
