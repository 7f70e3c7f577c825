import { look as en } from '../messages/en-look.ts'
import type { LanguageTag } from '../messages/tag.ts'
import { type LookWords, look as zhCN } from '../messages/zh-CN-look.ts'

/** Words that come only with the pages that need them. */
export const lookWords: Record<LanguageTag, LookWords> = { 'zh-CN': zhCN, en }

/** What came of a look, in one line. */
export function endingWords(
  { ending, refusal }: { ending: keyof LookWords['ending']; refusal: keyof LookWords['refusal'] | null },
  tag: LanguageTag,
): string {
  const words = lookWords[tag]
  return words.ending[ending] + (refusal === null ? '' : words.refusal[refusal])
}
