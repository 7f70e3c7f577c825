import { pinyin, polyphonic } from 'pinyin-pro'

/** A name has few characters with several readings; a document pasted as one is not read out in every way. */
const MAX_READINGS = 12

/**
 * How a word of a name may sound, syllable by syllable, in plain letters (ü as v): first as a name is read, surnames by
 * their own readings (单 Shàn, 区 Ōu), then with one character read otherwise. Other letters stay as they are.
 */
export function soundsOf(word: string): string[][] {
  const characters = [...word]
  if (!/\p{Script=Han}/u.test(word)) return [[word]]
  const main = syllables(pinyin(word, { toneType: 'none', type: 'array', surname: 'head', v: true }), characters)
  const sounds = [main]
  for (const [at, readings] of polyphonic(word, { toneType: 'none', type: 'array' }).entries()) {
    for (const reading of readings) {
      const syllable = plain(reading)
      if (syllable === '' || syllable === main[at] || sounds.length >= MAX_READINGS) continue
      sounds.push(main.with(at, syllable))
    }
  }
  return sounds
}

/** One syllable a character; what has no reading is itself. */
function syllables(read: readonly string[], characters: readonly string[]): string[] {
  return characters.map((character, at) => plain(read[at] ?? '') || character)
}

function plain(syllable: string): string {
  return syllable.toLowerCase().replaceAll('ü', 'v')
}
