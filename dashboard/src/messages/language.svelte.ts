import { en } from './en.ts'
import { type Messages, zhCN } from './zh-CN.ts'

export const languages = { 'zh-CN': '中文', en: 'English' } as const
export type LanguageTag = keyof typeof languages
const tables: Record<LanguageTag, Messages> = { 'zh-CN': zhCN, en }
const KEY = 'anju.language'

/** The language of this browser's pages. Components read `language.m`. */
class Language {
  tag = $state<LanguageTag>(document.documentElement.lang === 'en' ? 'en' : 'zh-CN')
  m = $derived(tables[this.tag])

  use(tag: LanguageTag): void {
    this.tag = tag
    document.documentElement.lang = tag
    localStorage.setItem(KEY, tag)
  }
  other(): LanguageTag {
    return this.tag === 'en' ? 'zh-CN' : 'en'
  }
}

export const language = new Language()
