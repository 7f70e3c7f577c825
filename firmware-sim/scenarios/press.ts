import type { Scenario } from '../scenario.ts'

export const press: Scenario = {
  about: 'one press; then listens 30 s for the answer',
  cast: ['button'],
  async play(stage) {
    const button = stage.button()
    const id = button.press()
    stage.log(`${button.id} pressed: ${id}`)
    await button.settled()
    const enough = new AbortController()
    const helped = button.until((b) => b.heard.some((heard) => heard.cmd === 'help-coming'))
    await Promise.race([helped, stage.clock.sleep(30_000, enough.signal)])
    enough.abort()
  },
}
