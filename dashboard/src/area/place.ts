/** Village and address, each said once: many an address begins with its village. */
export function placeText(area: string, address: string): string {
  return address.includes(area) ? address : `${area} ${address}`.trim()
}
