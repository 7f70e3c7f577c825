import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at, code, good, positions, seen, sent, tag, uid } from './end.fixture.ts'
import { alongsideKinds, gradeEnd, type CaregiverMatch, type EndFacts, type EndTap, type HomeMatch } from './grade.ts'
import type { CounterJudgement } from './counter.ts'
import { atLeast, reasonCodes, reasons, typedReasons, type Grade, type ReasonCode } from './reason.ts'

const graded = (more: Partial<EndFacts> = {}) => gradeEnd({ ...good, ...more })
const withTap = (more: object) => graded({ tap: { ...tag, ...more } })
const saying = (code: ReasonCode, more: object = {}) =>
  expect.arrayContaining([expect.objectContaining({ code, ...more })])

test('a tap of the home’s tag, sent at once, with nothing against it, is proved and says why', () => {
  expect(graded()).toEqual({
    grade: 'proved',
    inQuestion: false,
    reasons: [
      { code: 'tag-read', effect: 'supports' },
      { code: 'position-near', effect: 'supports', metres: 20, accuracyM: 30 },
    ],
    rule: 'P5.2',
    version: 1,
  })
  expect(withTap({ kind: 'reader-sun' })).toMatchObject({ grade: 'proved', reasons: saying('badge-read') })
})

describe('told, and neither raised nor lowered', () => {
  test.each<[ReasonCode, Partial<EndFacts>, object]>([
    ['counter-gap', { tap: { ...tag, code: code({ kind: 'advance', gap: 3 }) } as EndTap }, { taps: 3 }],
    ['tap-repeated', { tap: { ...tag, code: code({ kind: 'reload', of: seen('end') }) } as EndTap }, {}],
    ['phone-shared', { phone: 'shared-declared' }, {}],
    ['position-missing', { position: positions.missing }, { position: 'position-denied' }],
    ['position-too-coarse', { position: positions.coarse }, { metres: 400 }],
    ['position-within-accuracy', { position: positions.within }, { metres: 170 }],
    ['clock-off', { moment: { tappedAt: at(640), sentAt: at(641), receivedAt: at(41) } }, { minutes: 600 }],
    [
      'wire-not-enabled',
      { tap: { ...tag, code: { ...code(), tamper: { ever: 'not-enabled', now: 'not-enabled' } } } as EndTap },
      {},
    ],
  ])('%s', (said, facts, values) => {
    expect(graded(facts)).toMatchObject({ grade: 'proved', reasons: saying(said, { effect: 'notes', ...values }) })
  })

  test('an end whose other end is not there yet stands by itself', () => {
    expect(graded({ other: null })).toMatchObject({ grade: 'proved' })
  })
})

describe('limited', () => {
  test.each<[Grade, ReasonCode, Partial<EndFacts>]>([
    ['supported', 'sent-later', { moment: sent(40, 6) }],
    ['supported', 'sent-later', { moment: { tappedAt: at(-9000), sentAt: at(-8990), receivedAt: at(50) } }],
    ['supported', 'clock-unknown', { moment: { tappedAt: null, sentAt: null, receivedAt: at(40) } }],
    ['supported', 'clock-unknown', { moment: { tappedAt: at(60), sentAt: null, receivedAt: at(40) } }],
    ['supported', 'clock-unknown', { moment: { tappedAt: at(60), sentAt: at(40), receivedAt: at(40) } }],
    ['supported', 'badge-seen', { tap: { kind: 'reader-plain', home: 'same', caregiver: 'same' } }],
    ['supported', 'badge-lent', { tap: { ...tag, caregiver: 'lent' } as EndTap }],
    ['supported', 'phone-shared-undeclared', { phone: 'shared-undeclared' }],
    ['supported', 'position-alongside', { tap: { kind: 'position', caregiver: 'same', alongside: ['photo'] } }],
    ['none', 'position-alone', { tap: { kind: 'position', caregiver: 'same', alongside: [] } }],
    ['none', 'home-unknown', { tap: { ...tag, home: 'unknown' } as EndTap }],
    ['none', 'caregiver-unknown', { tap: { ...tag, caregiver: 'unknown' } as EndTap }],
    ['none', 'sun-unreadable', { tap: { ...tag, code: { ok: false, code: 'sun-not-hex' } } as EndTap }],
    ['none', 'tap-of-other-end', { tap: { ...tag, code: code({ kind: 'reload', of: seen('begin') }) } as EndTap }],
    ['claimed', 'approval-given', { tap: { kind: 'typed', reason: 'tag-gone', by: 'li', approvedBy: 'wang' } }],
    ['claimed', 'approval-missing', { tap: { kind: 'typed', reason: 'tag-gone', by: 'li', approvedBy: null } }],
    ['claimed', 'approval-own', { tap: { kind: 'typed', reason: 'tag-gone', by: 'li', approvedBy: 'li' } }],
    [
      'none',
      'approval-refused',
      { tap: { kind: 'typed', reason: 'tag-gone', by: 'li', approvedBy: null, refusedBy: 'wang' } },
    ],
    ['supported', 'tag-unconfirmed', { tap: { ...tag, unconfirmed: true } as EndTap }],
    ['supported', 'tag-unconfirmed', { tap: { ...tag, kind: 'reader-sun', unconfirmed: true } as EndTap }],
    ['none', 'typed-without-reason', { tap: { kind: 'typed', reason: null, by: 'li', approvedBy: 'wang' } }],
  ])('%s: %s', (grade, said, facts) => {
    expect(graded(facts)).toMatchObject({ grade, inQuestion: false, reasons: saying(said) })
  })

  test.each(['within', 'coarse', 'missing'] as const)(
    'a position that is %s is not near, whatever stands beside it',
    (which) => {
      const tap: EndTap = { kind: 'position', caregiver: 'same', alongside: alongsideKinds }
      expect(graded({ tap, position: positions[which] })).toMatchObject({ grade: 'none' })
    },
  )

  test('a reload for the other end is no tap, and no fraud', () => {
    const judged: CounterJudgement = { kind: 'reload', of: seen('begin') }
    const facts = { tap: { ...tag, code: code(judged) } as EndTap, other: { at: at(0), uid, counter: 20 } }
    expect(graded(facts)).toMatchObject({ grade: 'none', inQuestion: false })
  })
})

const opened = { ever: 'open', now: 'closed' }
const contradictions: [ReasonCode, Partial<EndFacts>, object?][] = [
  ['sun-forged', { tap: { ...tag, code: { ok: false, code: 'sun-mac-mismatch' } } as EndTap }],
  ['home-differs', { tap: { ...tag, home: 'other' } as EndTap }],
  ['caregiver-differs', { tap: { ...tag, caregiver: 'other' } as EndTap }],
  [
    'counter-replayed',
    { tap: { ...tag, code: code({ kind: 'replay', seen: true, of: seen('end') }) } as EndTap },
    { tapId: 'earlier' },
  ],
  ['counter-overtaken', { tap: { ...tag, code: code({ kind: 'replay', seen: false, of: null }) } as EndTap }],
  ['wire-broken', { tap: { ...tag, code: { ...code(), tamper: opened } } as EndTap }],
  ['taps-in-one-sending', { moment: sent(40, 300), tapsInSending: 3 }, { taps: 3 }],
  ['ends-out-of-order', { other: { at: at(41), uid: null, counter: null } }, { minutes: 1 }],
  ['ends-too-close', { other: { at: at(38.5), uid, counter: 19 } }, { minutes: 1 }],
  ['ends-counters-disagree', { other: { at: at(0), uid, counter: 20 } }],
  ['position-far', { position: positions.far }, { metres: 2300 }],
]

describe('contradicted: in question, and no proof', () => {
  test.each(contradictions)('%s', (said, facts, values = {}) => {
    expect(graded(facts)).toMatchObject({
      grade: 'none',
      inQuestion: true,
      reasons: saying(said, { effect: 'contradicts', ...values }),
    })
  })

  test('every contradiction there is has been seen', () => {
    const all = reasonCodes.filter((each) => reasons[each].effect === 'contradicts')
    expect(contradictions.map(([said]) => said).toSorted()).toEqual(all.toSorted())
  })

  test.each(contradictions)('%s, looked at and acknowledged: no longer asked, never proved', (said, facts) => {
    const after = graded({ ...facts, acknowledged: [said] })
    expect(after).toMatchObject({ inQuestion: false, reasons: saying(said, { acknowledged: true }) })
    expect(after.grade).not.toBe('proved')
  })

  test('a code that was not made by the tag, or was used before, is no tap whoever acknowledges it', () => {
    for (const [said, facts] of contradictions.filter(([each]) => ['sun-forged', 'counter-replayed'].includes(each)))
      expect(graded({ ...facts, acknowledged: [said] }).grade).toBe('none')
  })

  test('acknowledging one leaves the other standing', () => {
    const facts = { position: positions.far, tap: { ...tag, home: 'other' } as EndTap }
    expect(graded({ ...facts, acknowledged: ['position-far'] })).toMatchObject({ grade: 'none', inQuestion: true })
  })

  test('the begin is judged against its end alike', () => {
    const begin = { end: 'begin', moment: sent(0) } as const
    expect(graded({ ...begin, other: { at: at(40), uid, counter: 21 } }).grade).toBe('proved')
    expect(graded({ ...begin, other: { at: at(1), uid, counter: 21 } }).reasons).toEqual(saying('ends-too-close'))
    expect(graded({ ...begin, other: { at: at(-1), uid, counter: 21 } }).reasons).toEqual(saying('ends-out-of-order'))
    expect(graded({ ...begin, other: { at: at(40), uid, counter: 19 } }).reasons).toEqual(
      saying('ends-counters-disagree'),
    )
  })

  test('a badge’s counter says nothing about a tag’s', () => {
    expect(graded({ other: { at: at(0), uid: '04958CAA5C5E80', counter: 900 } }).grade).toBe('proved')
  })
})

const homes: HomeMatch[] = ['same', 'other', 'unknown']
const caregivers: CaregiverMatch[] = ['same', 'lent', 'other', 'unknown']
const codes = [
  code({ kind: 'first' }),
  code(),
  code({ kind: 'advance', gap: 9 }),
  code({ kind: 'reload', of: seen('end') }),
  code({ kind: 'reload', of: seen('begin') }),
  code({ kind: 'replay', seen: true, of: seen('end') }),
  code({ kind: 'replay', seen: false, of: null }),
  ...(['closed', 'open', 'not-enabled'] as const).map((ever) => ({ ...code(), tamper: { ever, now: ever } })),
  ...(['sun-mac-mismatch', 'sun-wrong-length'] as const).map((refusal) => ({ ok: false as const, code: refusal })),
]
const allTaps: EndTap[] = [
  ...codes.flatMap((each) =>
    homes.flatMap((home) =>
      caregivers.flatMap((caregiver) =>
        (['tag', 'reader-sun'] as const).map((kind): EndTap => ({ kind, code: each, home, caregiver })),
      ),
    ),
  ),
  ...codes.map((each): EndTap => ({ ...tag, kind: 'tag', code: each, home: 'same', unconfirmed: true }) as EndTap),
  ...homes.flatMap((home) => caregivers.map((caregiver): EndTap => ({ kind: 'reader-plain', home, caregiver }))),
  ...caregivers.flatMap((caregiver) =>
    [[], ['call'] as const].map((alongside): EndTap => ({ kind: 'position', caregiver, alongside })),
  ),
  ...[null, ...typedReasons].flatMap((reason) =>
    [null, 'li', 'wang'].map((approvedBy): EndTap => ({ kind: 'typed', reason, by: 'li', approvedBy })),
  ),
  { kind: 'typed', reason: 'tag-gone', by: 'li', approvedBy: null, refusedBy: 'wang' },
]
const moments = [
  sent(40),
  sent(40, 5),
  sent(40, 200),
  { tappedAt: null, sentAt: null, receivedAt: at(40) },
  { tappedAt: at(900), sentAt: at(901), receivedAt: at(41) },
]
const others = [
  null,
  { at: at(0), uid, counter: 19 },
  { at: null, uid: null, counter: null },
  { at: at(39), uid, counter: 19 },
  { at: at(0), uid, counter: 25 },
  { at: at(200), uid: null, counter: null },
]
const allPositions = [null, ...Object.values(positions)]
const phones = [null, 'own', 'shared-declared', 'shared-undeclared'] as const

/** The rule told the other way round: what an end must have for each grade. */
function expected({ tap, moment, position, phone, other, tapsInSending }: EndFacts): {
  grade: Grade
  inQuestion: boolean
} {
  const read = 'code' in tap ? tap.code : null
  const clock = moment.tappedAt !== null
  const later = moment === moments[2]
  const reload = read?.ok && read.judged.kind === 'reload'
  const question =
    ('home' in tap && tap.home === 'other') ||
    ('caregiver' in tap && tap.caregiver === 'other') ||
    (read !== null && !read.ok && read.code === 'sun-mac-mismatch') ||
    (read?.ok && read.judged.kind === 'replay') ||
    (read?.ok && read.tamper?.now === 'open') ||
    position?.state === 'far' ||
    (clock && (other === others[3] || other === others[5])) ||
    (read?.ok && !reload && other === others[4]) ||
    (later && tapsInSending > 2)
  if (question) return { grade: 'none', inQuestion: true }
  const nothing =
    ('home' in tap && tap.home === 'unknown') ||
    ('caregiver' in tap && tap.caregiver === 'unknown') ||
    (read !== null && !read.ok) ||
    (read?.ok && read.judged.kind === 'reload' && read.judged.of.end !== 'end') ||
    (tap.kind === 'position' && (tap.alongside.length === 0 || position?.state !== 'near')) ||
    (tap.kind === 'typed' && (tap.reason === null || tap.refusedBy !== undefined))
  if (nothing) return { grade: 'none', inQuestion: false }
  if (tap.kind === 'typed') return { grade: 'claimed', inQuestion: false }
  const confirmed = !('unconfirmed' in tap && tap.unconfirmed)
  const whole = read !== null && 'caregiver' in tap && tap.caregiver === 'same' && confirmed
  const proved = whole && clock && !later && phone !== 'shared-undeclared'
  return { grade: proved ? 'proved' : 'supported', inQuestion: false }
}

test('every combination has the grade that the rule, told the other way round, gives it', () => {
  const wrong: unknown[] = []
  let tried = 0
  for (const tap of allTaps)
    for (const moment of moments)
      for (const other of others)
        for (const position of allPositions)
          for (const phone of phones)
            for (const tapsInSending of [1, 3]) {
              const facts: EndFacts = { ...good, tap, moment, other, position, phone, tapsInSending }
              const { grade, inQuestion } = gradeEnd(facts)
              const right = expected(facts)
              if (grade !== right.grade || inQuestion !== right.inQuestion) wrong.push({ facts, grade, right })
              tried++
            }
  expect(tried).toBeGreaterThan(400_000)
  expect(wrong.slice(0, 3)).toEqual([])
})

const someFacts = fc.record({
  end: fc.constantFrom('begin' as const, 'end' as const),
  tap: fc.constantFrom(...allTaps),
  moment: fc
    .record({
      minute: fc.integer({ min: 0, max: 90 }),
      delay: fc.nat({ max: 90 }),
      off: fc.integer({ min: -900, max: 900 }),
    })
    .map(({ minute, delay, off }) => ({
      tappedAt: at(minute + off),
      sentAt: at(minute + delay + off),
      receivedAt: at(minute + delay),
    })),
  position: fc.constantFrom(...allPositions),
  phone: fc.constantFrom(...phones),
  other: fc.option(
    fc.record({
      at: fc.option(fc.integer({ min: 0, max: 90 }).map(at)),
      uid: fc.constantFrom(uid, null),
      counter: fc.integer({ min: 18, max: 22 }),
    }),
  ),
  tapsInSending: fc.integer({ min: 1, max: 4 }),
  acknowledged: fc.subarray(reasonCodes),
})

describe('laws', () => {
  const notAbove = (a: EndFacts, b: EndFacts): void => {
    expect(atLeast(gradeEnd(b).grade, gradeEnd(a).grade)).toBe(true)
  }

  test('adding a contradiction never raises a grade, and what is in question is never proved', () => {
    fc.assert(
      fc.property(someFacts, fc.constantFrom(...contradictions), (facts, [said, change]) => {
        const tap = change.tap && facts.tap.kind === 'tag' ? merged(facts.tap, change.tap) : facts.tap
        const after = { ...facts, ...change, tap, end: facts.end, acknowledged: [] }
        const { grade, inQuestion, reasons: found } = gradeEnd(after)
        if (found.some((reason) => reason.code === said))
          expect({ grade, inQuestion }).toEqual({ grade: 'none', inQuestion: true })
        if (inQuestion) expect(grade).toBe('none')
      }),
      { numRuns: 2000 },
    )
  })

  test('sending later never raises a grade', () => {
    fc.assert(
      fc.property(someFacts, fc.nat({ max: 600 }), (facts, laterMin) => {
        const { tappedAt, sentAt, receivedAt } = facts.moment
        const put = (date: Date): Date => new Date(date.getTime() + laterMin * 60_000)
        notAbove({ ...facts, moment: { tappedAt, sentAt: put(sentAt), receivedAt: put(receivedAt) } }, facts)
        const reader = { tappedAt, sentAt: null }
        fc.pre(tappedAt <= receivedAt) // a clock that runs ahead and a device that does not say when it sent hide a delay
        notAbove(
          { ...facts, moment: { ...reader, receivedAt: put(receivedAt) } },
          { ...facts, moment: { ...reader, receivedAt } },
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('a missing position never raises a grade above any other that does not contradict', () => {
    fc.assert(
      fc.property(someFacts, (facts) => {
        fc.pre(facts.position?.state !== 'far')
        notAbove({ ...facts, position: positions.missing }, facts)
      }),
      { numRuns: 2000 },
    )
  })

  test('only a code that was verified is ever proved', () => {
    fc.assert(
      fc.property(someFacts, (facts) => {
        if (gradeEnd(facts).grade === 'proved') expect('code' in facts.tap && facts.tap.code.ok).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('every reason has been given by some facts', () => {
    const given = new Set<string>()
    for (const facts of fc.sample(someFacts, { numRuns: 5000, seed: 5 }))
      for (const reason of gradeEnd(facts).reasons) given.add(reason.code)
    given.add(graded({ moment: { tappedAt: null, sentAt: null, receivedAt: at(40) } }).reasons[1]!.code)
    expect(reasonCodes.filter((each) => !given.has(each))).toEqual([])
  })
})

/** The tap with what the change says of it, the rest as it was. */
function merged(tap: EndTap, change: EndTap): EndTap {
  const differs = Object.entries(change).filter(([name, value]) => value !== (tag as Record<string, unknown>)[name])
  return { ...tap, ...Object.fromEntries(differs) }
}
