import { digitsOf, wordsOf } from '@anju/domain/elder/name'
import { soundsOf } from '@anju/prisma/elder/sound'
import { FROM_END, numberOf } from '@anju/prisma/elder/terms'

/** Beginnings of terms in an index that compares byte by byte: from `from` to before `to`. */
export interface Range {
  from: string
  to: string
}

/** One way a word may fit: by a term that begins with it, or by the area. */
export type Way = { kind: 'term'; range: Range } | { kind: 'area'; areaIds: string[] }

/** A person searched for by more words than these has been found already. */
const MAX_WORDS = 5
/** Fewer last digits than these fit too many. */
const MIN_LAST_DIGITS = 4

/** An area as the search knows it. */
export interface AreaPlace {
  id: string
  path: string
  name: string
}

/** The ways of each word of a search; null when there is nothing to search for, `[]` when nothing can be found. */
export function waysOf(search: string, areas: readonly AreaPlace[]): Way[][] | null {
  if (search.trim() === '') return null
  const words = splitSearch(search)
  const ways = words.slice(0, MAX_WORDS).map((word) => [...termWays(word), ...areaWays(word, areas)])
  return ways.length === 0 || ways.some((each) => each.length === 0) ? [] : ways
}

function splitSearch(search: string): string[] {
  // A number typed in groups is one number; two numbers are not searched for at once.
  if (/^[\s\d+()-]+$/.test(search.normalize('NFKC')) && digitsOf(search).length >= MIN_LAST_DIGITS) {
    return [numberOf(search)]
  }
  const words = wordsOf(search)
  // 'c x l' are initials typed apart.
  return words.length > 1 && words.every((word) => /^[a-z]$/.test(word)) ? [words.join('')] : words
}

function termWays(word: string): Way[] {
  const ways: Way[] = [{ kind: 'term', range: beginning(word) }]
  if (/^\d+$/.test(word) && word.length >= MIN_LAST_DIGITS) {
    ways.push({ kind: 'term', range: beginning(FROM_END + [...word].reverse().join('')) })
  }
  return ways
}

function beginning(text: string): Range {
  return { from: text, to: `${text}\u{10FFFF}` }
}

/** Areas whose name holds the word, or sounds so, with all that lies in them. */
function areaWays(word: string, areas: readonly AreaPlace[]): Way[] {
  const named = areas.filter(({ name }) => isNamed(name, word))
  if (named.length === 0) return []
  const areaIds = areas.filter(({ path }) => named.some((area) => path.startsWith(area.path))).map(({ id }) => id)
  return [{ kind: 'area', areaIds }]
}

const sounds = new Map<string, string[]>()

/** By two characters, or two syllables, of the name: one alone is rather a person's. */
function isNamed(name: string, word: string): boolean {
  if ([...word].length < 2) return false
  const written = wordsOf(name).join('')
  if (/[^a-z]/.test(word)) return written.includes(word)
  const syllables = sounds.get(written) ?? soundsOf(written)[0] ?? []
  sounds.set(written, syllables)
  return syllables.join('').startsWith(word) && word.length >= syllables.slice(0, 2).join('').length
}

/**
 * Every choice of one way for each word, so that each person found fits exactly one: a later way of a word stands for
 * those whom none of its earlier ways finds.
 */
export function choicesOf(ways: readonly Way[][]): number[][] {
  if (ways.length === 0) return []
  return ways.reduce<number[][]>(
    (choices, ofWord) => choices.flatMap((choice) => ofWord.map((_, at) => [...choice, at])),
    [[]],
  )
}
