/** What may stand in braces in an SMS gateway's address, headers and body. */
export const PLACEHOLDERS = ['phone', 'text', 'id', 'secret'] as const
export type Filling = Record<(typeof PLACEHOLDERS)[number], string>

const BRACED = /\{([A-Za-z]+)\}/g

/** The names in braces, known or not. `{"a": 1}` holds none. */
export function placeholdersOf(template: string): string[] {
  return [...template.matchAll(BRACED)].map((match) => match[1] ?? '')
}

/** The template with every known placeholder filled, once: what is filled in is not looked at again. */
export function fill(template: string, filling: Filling, encode: (value: string) => string): string {
  return template.replace(BRACED, (braced, name: string) => {
    const known = PLACEHOLDERS.find((each) => each === name)
    return known === undefined ? braced : encode(filling[known])
  })
}

/** As it stands between the quotes of a JSON string. */
export function insideJson(value: string): string {
  return JSON.stringify(value).slice(1, -1)
}
