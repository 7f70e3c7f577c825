import { sayKeyOf } from '@anju/domain/visit/check/say'
import { exception as en } from '../messages/en-exception.ts'
import type { LanguageTag } from '../messages/tag.ts'
import { word } from '../messages/word.ts'
import { type ExceptionWords, exception as zhCN } from '../messages/zh-CN-exception.ts'

/** Words that come only with the pages that need them. */
export const exceptionWords: Record<LanguageTag, ExceptionWords> = { 'zh-CN': zhCN, en }

type Value = string | number | boolean | null
const units = {
  'zh-CN': { days: ' 天', hours: ' 小时', minutes: ' 分钟', km: ' 公里', m: ' 米' },
  en: { days: ' d', hours: ' h', minutes: ' min', km: ' km', m: ' m' },
} satisfies Record<LanguageTag, Record<string, string>>
const MINUTES = new Set(['minutes', 'limit', 'planned', 'needed'])
const METRES = new Set(['metres', 'accuracy'])

/** Minutes as a person says them: hours from two on, days from two on. */
export function minutesInWords(minutes: number, tag: LanguageTag): string {
  const unit = units[tag]
  if (minutes < 120) return `${minutes}${unit.minutes}`
  if (minutes < 2880) return `${Math.round(minutes / 6) / 10}${unit.hours}`
  return `${Math.round(minutes / 144) / 10}${unit.days}`
}

function metresInWords(metres: number, tag: LanguageTag): string {
  const unit = units[tag]
  return metres < 1000 ? `${metres}${unit.m}` : `${Math.round(metres / 100) / 10}${unit.km}`
}

function inWords(name: string, value: Value, tag: LanguageTag): string {
  const words = exceptionWords[tag]
  if (typeof value === 'number') {
    if (MINUTES.has(name)) return minutesInWords(value, tag)
    if (METRES.has(name)) return metresInWords(value, tag)
    return name === 'share' ? `${value}%` : String(value)
  }
  const text = String(value ?? '')
  const tables: Partial<Record<string, Readonly<Record<string, string>>>> = {
    part: words.part,
    credential: words.credential,
    condition: words.condition,
    kind: words.away,
  }
  const table = tables[name]
  if (table) return word(table, text)
  return /^\d{4}-\d{2}-\d{2}T/.test(text) ? text.slice(0, 10) : text
}

/** What a rule says of one case, with its numbers; of a rule that is newer than this page its name. */
export function sentenceOf(rule: string, inputs: Readonly<Record<string, Value>>, tag: LanguageTag): string {
  const words = exceptionWords[tag]
  const sentence = word(words.says, sayKeyOf(rule, inputs))
  return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => inWords(name, inputs[name] ?? null, tag))
}

/** What a rule is called and looks for. */
export function ruleWords(rule: string, tag: LanguageTag): { name: string; sees: string } {
  const known = new Map(Object.entries(exceptionWords[tag].rule)).get(rule)
  return known ?? { name: rule, sees: '' }
}
