/** Names as the language lists them: 甲、乙和丙; a, b and c. */
export const listOf = (tag: string, names: readonly string[]): string => new Intl.ListFormat(tag).format(names)
