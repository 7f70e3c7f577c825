/** Hands a number to the telephone of this machine, as a press of its link would. */
export function dial(phone: string): void {
  const link = document.createElement('a')
  link.href = `tel:${phone.replace(/[^\d+*#]/g, '')}`
  link.hidden = true
  document.body.append(link)
  link.click()
  link.remove()
}
