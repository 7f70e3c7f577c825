import { open, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { attempt } from '../notification/attempt.ts'

interface Copy {
  name: string
  text: string
}

/**
 * Writes each day's copy into the folder, whole or not at all. The folder is not made: a share that is not mounted must
 * not be taken for an empty one. A copy that is there and says something else is never written over. Never throws.
 */
export async function writeCopies(
  folder: string,
  copies: readonly Copy[],
): Promise<{ status: number | null; error: string | null; tookMs: number }> {
  const { status, error, tookMs } = await attempt(async () => {
    for (const copy of copies) await writeCopy(folder, copy)
    return { status: null, error: null, said: '' }
  })
  return { status, error, tookMs }
}

async function writeCopy(folder: string, { name, text }: Copy): Promise<void> {
  const place = path.join(folder, name)
  const there = await readFile(place, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (there === text) return
  if (there !== null) throw new Error(`${name} is there and says something else`)
  const draft = `${place}.part`
  const file = await open(draft, 'w', 0o644)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, place)
}
