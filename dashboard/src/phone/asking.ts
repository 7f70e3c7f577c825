import { CONDITIONS, type ConditionKind, type Required, type Said } from '@anju/domain/visit/condition'

export type Saying = Readonly<Partial<Record<ConditionKind, Said>>>
/** One question of a service's conditions: was it so, who was it, the paper's number, does the elder agree. */
export interface Question extends Required {
  asks: 'met' | 'who' | 'paper' | 'consent'
}

/** What is asked next; null: all is said, or one answer was no and the rest is of no use. */
export function nextQuestion(required: readonly Required[], said: Saying): Question | null {
  for (const one of required) {
    const answer = said[one.condition]
    if (answer === undefined) return { ...one, asks: 'met' }
    if (isNo(answer)) return null
    const { how } = CONDITIONS[one.condition]
    if (how !== 'said' && answer.who === undefined) return { ...one, asks: 'who' }
    if (how === 'paper' && answer.paper === undefined) return { ...one, asks: 'paper' }
    if (answer.substitute !== undefined && answer.consented === undefined) return { ...one, asks: 'consent' }
  }
  return null
}

const isNo = ({ met, consented }: Said): boolean => !met || consented === false

/** One condition was not kept: the service cannot be done. */
export const saidNo = (said: Saying): boolean => Object.values(said).some(isNo)

/** What is said after one answer: yes or no, a name, a number. */
export function withAnswer(said: Saying, { condition, asks, substitute }: Question, answer: boolean | string): Saying {
  const held = said[condition] ?? { met: answer === true }
  const more: Partial<Said> =
    typeof answer === 'string'
      ? { [asks === 'paper' ? 'paper' : 'who']: answer.trim() }
      : asks === 'consent'
        ? { consented: answer }
        : { met: answer, ...(answer && substitute !== null && { substitute }) }
  return { ...said, [condition]: { ...held, ...more } }
}
