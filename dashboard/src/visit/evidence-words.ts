import { evidence as en } from '../messages/en-evidence.ts'
import type { LanguageTag } from '../messages/tag.ts'
import { evidence as zhCN, type EvidenceWords } from '../messages/zh-CN-evidence.ts'

/** Words of taking a visit's evidence away and of deleting from it, which come only with its page. */
export const evidenceWords: Record<LanguageTag, EvidenceWords> = { 'zh-CN': zhCN, en }
