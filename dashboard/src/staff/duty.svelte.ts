import { request } from '../api/request.ts'
import type { Duty } from './shapes.ts'

/** How stale who-is-on-duty may be: presence itself is no older than 15 s. */
const EVERY_MS = 20_000

/** Who should be at the desk now; asked again while somebody looks. */
export class DutyNow {
  value = $state.raw<Duty | null>(null)

  start(): () => void {
    const ask = (): void =>
      void request<Duty>('/api/duty').then(
        (duty) => (this.value = duty),
        () => (this.value = null),
      )
    ask()
    const timer = setInterval(ask, EVERY_MS)
    return () => clearInterval(timer)
  }
}
