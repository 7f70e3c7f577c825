/** Reads aloud to the elder, where the phone can: slowly, in the page's language. */
export function speak(words: string, language: string): void {
  if (!('speechSynthesis' in window)) return
  speechSynthesis.cancel()
  const said = new SpeechSynthesisUtterance(words)
  said.lang = language
  said.rate = 0.85
  speechSynthesis.speak(said)
}

export const canSpeak = (): boolean => 'speechSynthesis' in window
export const hush = (): void => void (canSpeak() && speechSynthesis.cancel())
