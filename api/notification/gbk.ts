/** GBK, which Node reads and does not write: every two-byte code is read once and turned round. */
let codes: Map<string, [number, number]> | undefined

function table(): Map<string, [number, number]> {
  if (codes) return codes
  codes = new Map()
  const decoder = new TextDecoder('gbk')
  for (let high = 0x81; high <= 0xfe; high++) {
    for (let low = 0x40; low <= 0xfe; low++) {
      const character = decoder.decode(Uint8Array.of(high, low))
      if (low !== 0x7f && [...character].length === 1 && !codes.has(character)) codes.set(character, [high, low])
    }
  }
  return codes
}

/** The bytes of a text in GBK; what it has no sign for becomes '?'. */
export function gbk(text: string): Uint8Array {
  const known = table()
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const code = character.codePointAt(0) ?? 0x3f
      return code < 0x80 ? [code] : (known.get(character) ?? [0x3f])
    }),
  )
}
