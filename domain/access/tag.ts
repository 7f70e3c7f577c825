/**
 * A tag's number as it is kept: bytes as capital hex, however it was typed ('04:a2-b3 c4 …'). null for what is none:
 * readers give 4 to 10 bytes (ISO/IEC 14443-3).
 */
export function normalUid(text: string): string | null {
  const hex = text.replace(/[\s:.-]/g, '').toUpperCase()
  return /^([0-9A-F]{2}){4,10}$/.test(hex) ? hex : null
}
