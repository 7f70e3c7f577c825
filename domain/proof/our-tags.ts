import type { TagConfig } from './tag-config.ts'

/**
 * How our own tags mirror, by what the tag can do. Each address says which area's key made it (`k`), so that a UID that is
 * hidden can be read at all; the code covers all that the tag itself writes.
 */
export const tagKinds = ['hidden', 'hidden-file', 'hidden-tamper', 'plain'] as const
export type TagKind = (typeof tagKinds)[number]

/** Sixteen characters that mean nothing: that the tag can hide them shows that it holds its file's key. */
const FILE = 'anju-anju-anju-1'

export function ourTag(kind: TagKind, areaKey: string): TagConfig {
  const k = `k=${areaKey}`
  switch (kind) {
    case 'hidden':
      return { query: `${k}&p={picc}&c={cmac}`, macFrom: 'picc', file: null }
    case 'hidden-file':
      return { query: `${k}&p={picc}&e={enc}&c={cmac}`, macFrom: 'picc', file: FILE }
    case 'hidden-tamper':
      return { query: `${k}&p={picc}&t={tt}&c={cmac}`, macFrom: 'picc', file: null }
    case 'plain':
      return { query: `${k}&u={uid}&n={ctr}&c={cmac}`, macFrom: 'uid', file: null }
  }
}

/** Which of ours made this address, and with which area's key; null: none of ours. */
export function ourTagOf(url: string): { kind: TagKind; areaKey: string } | null {
  if (!URL.canParse(url)) return null
  const { searchParams } = new URL(url)
  const areaKey = searchParams.get('k')
  if (areaKey === null || !/^[0-9a-f]{12}$/.test(areaKey)) return null
  const has = (name: string): boolean => searchParams.has(name)
  if (!has('c')) return null
  if (has('p')) return { kind: has('e') ? 'hidden-file' : has('t') ? 'hidden-tamper' : 'hidden', areaKey }
  return has('u') ? { kind: 'plain', areaKey } : null
}
