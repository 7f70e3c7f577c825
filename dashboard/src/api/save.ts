/** Hands the browser a file to keep. */
export function save(name: string, file: Blob): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // the download begins in a later turn; the address must live until then
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
