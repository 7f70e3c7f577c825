/** A word by code where the table has it, the code itself where the platform is newer than this page. */
export function word(table: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(table, code) ? (table[code] ?? code) : code
}
