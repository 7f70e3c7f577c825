import { anchor as en } from '../messages/en-anchor.ts'
import type { LanguageTag } from '../messages/tag.ts'
import { anchor as zhCN, type AnchorWords } from '../messages/zh-CN-anchor.ts'

/** Words that come only with the page of roots. */
export const anchorWords: Record<LanguageTag, AnchorWords> = { 'zh-CN': zhCN, en }
