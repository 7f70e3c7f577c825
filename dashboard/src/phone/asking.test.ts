import { CONDITION_KINDS, required, SUBSTITUTES, unmet } from '@anju/domain/visit/condition'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextQuestion, type Question, saidNo, type Saying, withAnswer } from './asking.ts'

const elder = { understands: true, withoutFamily: false }
/** Asks until nothing is left, and answers by `answer`. */
function ask(asked: Parameters<typeof required>, answer: (question: Question) => boolean | string) {
  const all = required(...asked)
  const questions: string[] = []
  let said: Saying = {}
  for (let next = nextQuestion(all, said); next !== null; next = nextQuestion(all, said)) {
    questions.push(`${next.condition} ${next.asks}`)
    said = withAnswer(said, next, answer(next))
  }
  return { questions, said, unmet: unmet(all, said) }
}
const yes = ({ asks }: Question) => (asks === 'who' ? ' 王强 ' : asks === 'paper' ? '2026-11-02' : true)

test('a bath asks what was seen to before, and who of the family is there', () => {
  const bath = { conditions: ['safety-briefing', 'family-present'], familySubstitute: 'neighbour' } as const
  const { questions, said } = ask([bath, elder], yes)
  expect(questions).toEqual(['safety-briefing met', 'family-present met', 'family-present who'])
  expect(said).toEqual({ 'safety-briefing': { met: true }, 'family-present': { met: true, who: '王强' } })
})

test('where nobody of the family lives, who stands in is named and the elder asked', () => {
  const bath = { conditions: ['family-present'], familySubstitute: 'neighbour' } as const
  const alone = { ...elder, withoutFamily: true }
  expect(ask([bath, alone], yes).questions).toEqual([
    'family-present met',
    'family-present who',
    'family-present consent',
  ])
  const against = ask([bath, alone], (question) => (question.asks === 'consent' ? false : yes(question)))
  expect(against.said).toEqual({
    'family-present': { met: true, who: '王强', substitute: 'neighbour', consented: false },
  })
  expect(saidNo(against.said)).toBe(true)
})

test('an order is asked for who gave it and its number', () => {
  const treated = { conditions: ['doctor-order'], familySubstitute: null } as const
  expect(ask([treated, elder], yes).said).toEqual({ 'doctor-order': { met: true, who: '王强', paper: '2026-11-02' } })
})

test('whoever answers every question meets every condition, unless one answer was no', () => {
  const kinds = fc.uniqueArray(fc.constantFrom(...CONDITION_KINDS))
  const substitute = fc.constantFrom(null, ...SUBSTITUTES)
  const people = fc.record({ understands: fc.boolean(), withoutFamily: fc.boolean() })
  fc.assert(
    fc.property(
      kinds,
      substitute,
      people,
      fc.infiniteStream(fc.boolean()),
      (conditions, familySubstitute, who, chance) => {
        const asked = ask([{ conditions, familySubstitute }, who], (question) => {
          const answer = yes(question)
          return answer === true ? chance.next().value : answer
        })
        expect(asked.unmet.length > 0).toBe(saidNo(asked.said))
      },
    ),
  )
})
