import { unmatchedOf } from '@anju/domain/proof/unmatched'
import { tag as en } from '../messages/en-tag.ts'
import { type TagWords, tag as zhCN } from '../messages/zh-CN-tag.ts'
import { presenceWords } from '../presence/words.ts'

type LanguageTag = 'zh-CN' | 'en'

/** Words that come only with the pages that need them. */
export const tagWords: Record<LanguageTag, TagWords> = { 'zh-CN': zhCN, en }

/** What a trial failed by, as whoever stands at the door can act on it. */
export function failureOf(code: string): keyof TagWords['failed']['looks'] {
  if (code === 'counter-replayed') return 'used'
  const kind = unmatchedOf(code)
  return kind === 'no-visit' ? 'unreadable' : kind
}

/** Why a trial did not verify. */
export function failureWords(code: string, language: LanguageTag): string {
  return code === 'counter-replayed' ? tagWords[language].check.used : presenceWords[language].kind[unmatchedOf(code)]
}
