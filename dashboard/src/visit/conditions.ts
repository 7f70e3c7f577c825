import { word } from '../messages/word.ts'
import { evidenceWords } from './evidence-words.ts'
import { proofWords } from './proof-words.ts'
import type { VisitFile } from './shapes.ts'
import type { Way } from './words.ts'

type Service = Pick<VisitFile['services'][number], 'conditions' | 'required' | 'said'>

export interface ConditionLine {
  condition: string
  name: string
  said: string
}

/**
 * What was asked of a service for this elder, and what was said of it: whether it was met, who was there, which paper,
 * who stood in for the family, and whether she agreed to that.
 */
export function conditionLines(way: Way, { conditions, required, said }: Service): ConditionLine[] {
  const asked = new Set([...conditions, ...required.map(({ condition }) => condition), ...Object.keys(said)])
  return [...asked].map((condition) => ({
    condition,
    name: word(way.m.staff.fitness.service.condition, condition),
    said: saidOf(way, said[condition]),
  }))
}

function saidOf({ m, tag }: Way, said: unknown): string {
  const words = m.visits.page
  const proof = proofWords[tag]
  if (said === null || typeof said !== 'object' || !('met' in said)) return words.unsaid
  const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')
  const paper = 'paper' in said ? text(said.paper) : ''
  const substitute = 'substitute' in said ? text(said.substitute) : ''
  const consented = 'consented' in said && said.consented === true
  return [
    said.met === true ? words.met : words.unmet,
    'erased' in said ? evidenceWords[tag].erase.gone : '',
    'who' in said ? text(said.who) : '',
    paper === '' ? '' : proof.paper(paper),
    ...(substitute === ''
      ? []
      : [
          proof.standIn(word(m.staff.fitness.service.substitutes, substitute)),
          consented ? proof.consented : proof.notConsented,
        ]),
  ]
    .filter((part) => part !== '')
    .join(' · ')
}
