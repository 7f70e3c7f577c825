import { proof as en } from '../messages/en-proof.ts'
import type { LanguageTag } from '../messages/tag.ts'
import { proof as zhCN, type ProofWords } from '../messages/zh-CN-proof.ts'

/** Words that come only with a visit's page. */
export const proofWords: Record<LanguageTag, ProofWords> = { 'zh-CN': zhCN, en }
