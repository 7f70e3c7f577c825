/** Every language the pages speak, in its own name. */
export const languages = { 'zh-CN': '中文', en: 'English' } as const
export type LanguageTag = keyof typeof languages
