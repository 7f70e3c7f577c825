import { bytesToHex } from '@noble/hashes/utils.js'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { canonicalJson } from '../canonical.ts'
import type { DayRoot } from './root.ts'

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** A day's root as a second party keeps it: one line of JSON in a file of its own. Nothing in it is personal. */
export const SecondCopy = Type.Object(
  {
    day: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    heads: Type.Integer({ minimum: 0 }),
    /** The public key that the root was signed with. */
    key: Hash,
    root: Hash,
    signature: Type.String({ pattern: '^[0-9a-f]{128}$' }),
    what: Type.Literal('anju evidence root v1'),
  },
  { additionalProperties: false },
)
export type SecondCopy = Static<typeof SecondCopy>

const secondCopy = Compile(SecondCopy)

/** What is handed over for a day, and under which name. */
export function copyOf(
  { day, heads, root, signature }: DayRoot & { signature: Uint8Array },
  publicKey: Uint8Array,
): { name: string; text: string } {
  const copy: SecondCopy = {
    day,
    heads,
    key: bytesToHex(publicKey),
    root: bytesToHex(root),
    signature: bytesToHex(signature),
    what: 'anju evidence root v1',
  }
  return { name: `anju-root-${day}.json`, text: `${canonicalJson(copy)}\n` }
}

/**
 * The copies in a text, one a line; other lines (of a letter they came with) are passed over. A letter may be as it came
 * over the wire: lines that its encoding folded (quoted-printable, `format=flowed`) are put together again.
 */
export function readCopies(text: string): SecondCopy[] {
  const found = new Map<string, SecondCopy>()
  for (const read of [text, text.replaceAll(/=\r?\n/g, ''), text.replaceAll(/ \r?\n/g, ' ')]) {
    for (const line of read.split(/\r?\n/)) {
      const copy = copyIn(line)
      if (copy) found.set(canonicalJson(copy), copy)
    }
  }
  return [...found.values()]
}

function copyIn(line: string): SecondCopy | null {
  try {
    const value: unknown = JSON.parse(line)
    return secondCopy.Check(value) ? value : null
  } catch {
    return null
  }
}

/** Whether the second party keeps the same root for a day; `none`: it has not this day. */
export function compareCopies(
  { day, root, heads }: Pick<SecondCopy, 'day' | 'root' | 'heads'>,
  copies: readonly SecondCopy[],
): 'agrees' | 'differs' | 'none' {
  const own = copies.filter((copy) => copy.day === day)
  if (own.length === 0) return 'none'
  return own.every((copy) => copy.root === root && copy.heads === heads) ? 'agrees' : 'differs'
}
