import { checkMonth } from '@anju/domain/visit/check/check'
import { checkWholeMonth } from '@anju/prisma/visit-exception/nightly'
import { AS_OF, type Draft } from '../checks/county.ts'
import type { Figure, Part } from './figure.ts'
import type { Stage } from './stage.ts'
import { growMonth, VISITS } from './visits.ts'

const SIZES = [VISITS / 4, VISITS / 2, VISITS]
/** DESIGN's and the issue's: a month of 100,000 visits. */
const WITHIN_S = 60
/** Twice the visits may take a little more than twice the time: sorting, and a fuller cache. */
const LINEAR_RATIO = 2.5

/** The checks of a night over a county's month: read, judged and stored, batch by batch, as the worker does. */
export async function checksPart({ pool }: Stage): Promise<Part> {
  const figures: Figure[] = []
  const took: number[] = []
  const rules: number[] = []
  for (const size of SIZES) {
    const { added } = await growMonth(pool, size)
    // As on the first night: everything is found anew.
    await pool.query('truncate visit_exception cascade')
    const began = performance.now()
    const run = await checkWholeMonth(pool, '2026-03', AS_OF)
    const tookS = (performance.now() - began) / 1000
    took.push((tookS / run.visits) * size)
    rules.push(rulesAlone(added) * size)
    const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from visit_exception')
    figures.push({
      what: `A month of ${run.visits.toLocaleString('en')} visits checked and stored`,
      unit: 's',
      runs: [tookS],
      ...(size === SIZES.at(-1) && { target: { atMost: WITHIN_S } }),
      note: `${rows[0]?.n ?? 0} findings`,
    })
  }
  const again = performance.now()
  const { changed } = await checkWholeMonth(pool, '2026-03', AS_OF)
  figures.push(
    {
      what: 'The same again, where nothing is new',
      unit: 's',
      runs: [(performance.now() - again) / 1000],
      note: `${changed} changed`,
    },
    {
      what: 'Twice the visits: times as long (50,000 of 25,000)',
      unit: '',
      runs: [ratio(took, 1)],
      target: { atMost: LINEAR_RATIO },
    },
    {
      what: 'Twice the visits: times as long (100,000 of 50,000)',
      unit: '',
      runs: [ratio(took, 2)],
      target: { atMost: LINEAR_RATIO },
    },
    { what: 'The rules alone, for 100,000 visits', unit: 's', runs: [rules.at(-1) ?? NaN] },
  )
  return { title: 'Checks on visits', figures }
}

const ratio = (took: readonly number[], at: number): number => (took[at] ?? NaN) / (took[at - 1] ?? NaN)

/** Seconds a visit, without the database. */
function rulesAlone(visits: readonly Draft[]): number {
  const began = performance.now()
  checkMonth({ visits, asOf: AS_OF })
  return (performance.now() - began) / 1000 / visits.length
}
