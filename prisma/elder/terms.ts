import type pg from 'pg'
import { digitsOf, wordsOf } from '@anju/domain/elder/name'
import { transact, type Tx } from '../tx.ts'
import { soundsOf } from './sound.ts'

export type TermKind = 'name' | 'pinyin' | 'initials' | 'phone' | 'contact'
export interface Term {
  kind: TermKind
  term: string
}

/** Before a number written from its end: numbers are asked for by their beginning or by their last digits. */
export const FROM_END = '~'
/** A name's tails beyond this are not kept; the longest names on record have some thirty characters. */
const MAX_TAILS = 40
const MAX_TERM = 64

/** What a person is found by: each tail of the name, how it sounds, its initials, and the numbers from both ends. */
export function termsOf(elder: {
  names: readonly string[]
  phones: readonly string[]
  contactPhones: readonly string[]
}): Term[] {
  const kept = new Map<string, Term>()
  const add = (kind: TermKind, term: string) => {
    const cut = [...term].slice(0, MAX_TERM).join('')
    if (cut !== '') kept.set(`${kind} ${cut}`, { kind, term: cut })
  }
  for (const name of elder.names) {
    const words = wordsOf(name)
    for (const word of words) addWord(word, add)
    // 'wang xiulan' is also typed without the space.
    if (words.length > 1) add('name', words.join(''))
  }
  for (const phone of elder.phones) addNumber('phone', phone, add)
  for (const phone of elder.contactPhones) addNumber('contact', phone, add)
  return [...kept.values()]
}

type Add = (kind: TermKind, term: string) => void

function addWord(word: string, add: Add): void {
  if (!/\p{Script=Han}/u.test(word)) return add('name', word)
  for (const tail of tailsOf([...word])) add('name', tail)
  for (const sounds of soundsOf(word)) {
    for (const tail of tailsOf(sounds)) add('pinyin', tail)
    // ü is typed as v or as u.
    if (sounds.some((syllable) => syllable.includes('v'))) {
      for (const tail of tailsOf(sounds.map((syllable) => syllable.replace('v', 'u')))) add('pinyin', tail)
    }
    // A tail of one letter would find every third person.
    for (const tail of tailsOf(sounds.map((syllable) => syllable.slice(0, 1))))
      if (tail.length > 1) add('initials', tail)
  }
}

function tailsOf(parts: readonly string[]): string[] {
  return parts.slice(0, MAX_TAILS).map((_, from) => parts.slice(from).join(''))
}

function addNumber(kind: 'phone' | 'contact', phone: string, add: Add): void {
  const digits = numberOf(phone)
  if (digits === '') return
  add(kind, digits)
  add(kind, FROM_END + [...digits].reverse().join(''))
}

/** A number as it is dialled at home: digits alone, without China's country code. */
export function numberOf(phone: string): string {
  return digitsOf(phone.normalize('NFKC').replace(/^\s*(\+|00)\s*86/, ''))
}

/** Writes anew what these elders are found by. A merged entry is found by the other's name, and the other by both. */
export async function writeTerms(tx: Tx, elderIds: readonly string[]): Promise<void> {
  if (elderIds.length === 0) return
  const rows = await tx.query<{ id: string; names: string[]; phones: string[]; contactPhones: string[] }>(
    `select one.id, array_agg(part.name) as names, array_agg(part.phone) as phones,
            coalesce((select array_agg(contact.phone) from contact
                      where contact.elder_id = any(array_agg(part.id))), '{}') as "contactPhones"
     from elder one join elder part on part.id = one.id or part.merged_into = one.id
     where one.id = any($1) group by one.id`,
    [elderIds],
  )
  await tx.query('delete from elder_term where elder_id = any($1)', [elderIds])
  const terms = rows.flatMap((row) => termsOf(row).map((term) => ({ elderId: row.id, ...term })))
  insertTerms(tx, terms)
}

/** Stores terms of elders that have none yet; for writing many at once. */
export function insertTerms(tx: Tx, terms: readonly (Term & { elderId: string })[]): void {
  if (terms.length === 0) return
  tx.send(
    `insert into elder_term (elder_id, term, kind)
     select t.elder_id, t.term, t.kind from unnest($1::uuid[], $2::text[], $3::text[]) as t (elder_id, term, kind)`,
    [terms.map((term) => term.elderId), terms.map((term) => term.term), terms.map((term) => term.kind)],
  )
}

/** Small enough to keep nobody's file waiting while it is written. */
const PORTION = 200

/** People of a release without this search are made findable, by portions; answers how many there were. */
export async function fillTerms(pool: pg.Pool): Promise<number> {
  let filled = 0
  // Whoever has nothing that could be searched for is passed by and not asked for again.
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const ids = await transact(pool, async (tx) => {
      const rows = await tx.query<{ id: string }>(
        `select id from elder where id > $1 and not exists (select from elder_term where elder_id = elder.id)
         order by id limit $2 for update`,
        [after, PORTION],
      )
      const found = rows.map((row) => row.id)
      await writeTerms(tx, found)
      return found
    })
    const last = ids.at(-1)
    if (last === undefined) return filled
    filled += ids.length
    after = last
  }
}
