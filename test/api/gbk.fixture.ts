/** GBK, which Node reads and does not write: every two-byte code is read once and turned round. */
const codes = new Map<string, [number, number]>()
const decoder = new TextDecoder('gb18030')
for (let high = 0x81; high <= 0xfe; high++) {
  for (let low = 0x40; low <= 0xfe; low++) {
    const character = decoder.decode(Uint8Array.of(high, low))
    if (low !== 0x7f && [...character].length === 1 && !codes.has(character)) codes.set(character, [high, low])
  }
}

export function gbk(text: string): Buffer {
  return Buffer.from(
    [...text].flatMap((character) => {
      const code = character.charCodeAt(0)
      return code < 0x80 ? [code] : (codes.get(character) ?? [0x3f])
    }),
  )
}
