import { presence as en } from '../messages/en-presence.ts'
import { type PresenceWords, presence as zhCN } from '../messages/zh-CN-presence.ts'

/** Words that come only with the pages that need them. */
export const presenceWords: Record<'zh-CN' | 'en', PresenceWords> = { 'zh-CN': zhCN, en }
