import { actionsOf } from '../alarm/actions.svelte.ts'
import { alarms } from '../alarm/alarms.svelte.ts'
import { unowned } from '../alarm/order.ts'
import { liveCalls } from '../call/live.svelte.ts'
import { queue } from '../alarm/queue.svelte.ts'
import type { Panel } from '../alarm/actions.svelte.ts'
import { help } from './help.svelte.ts'
import { Strike } from './strike.ts'
import { session } from '../session/session.svelte.ts'
import { router } from './router.svelte.ts'

/** Typing, and controls that have their own use for a key, keep it. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type="checkbox"]), textarea, select'))
  )
}
function hasItsOwnSpace(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('button, summary, [role="button"], input, audio, video')
}

const strike = new Strike()

/** Takes the first that nobody owns, in the queue's true order, and opens it. */
export function takeFirst(): void {
  if (!session.holdsSeat || !strike.lands(performance.now())) return
  const first = alarms.items.find((item) => item.alarm && unowned(item.alarm))?.alarm
  if (!first) return
  queue.release()
  router.go(`/alarms/${first.id}`)
  void actionsOf(first.id).acknowledge()
}

function move(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-queue-row]')]
  if (rows.length === 0) return
  const focused = rows.findIndex((row) => row === document.activeElement)
  const opened = rows.findIndex((row) => row.getAttribute('aria-current') === 'true')
  const from = focused >= 0 ? focused : opened
  const next = from < 0 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, from + by))
  rows[next]?.focus()
}

/** Of an open alarm: a digit begins a step, a letter ends one, the others ask above the footer. */
function onAlarm(key: string, id: string): (() => void) | null {
  const actions = actionsOf(id)
  const { file } = alarms
  if (file?.id !== id) return null
  if (/^[1-9]$/.test(key)) return () => actions.digit(Number(key))
  const letter = key.toLowerCase()
  if (letter === 'k') return file.entryOnFile && file.can.note.allowed ? () => void actions.seeEntry() : null
  const panels: Partial<Record<string, Panel>> = {
    h: 'hand-over',
    q: 'give-back',
    l: 'shelve',
    r: file.state === 'follow-up' ? 'close' : 'resolve',
    u: 'reopen',
  }
  const panel = panels[letter]
  return panel ? () => actions.ask(panel) : null
}

/** The desk's keys. They never fire while somebody types, and a held key acts once. */
export function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (isTyping(event.target)) {
    if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur()
    return
  }
  const { page, id } = router.here
  const onDesk = page === 'desk' || page === 'alarm'
  const act = (): (() => void) | null => {
    // while a step is under way its letters are its outcomes', whatever else they mean
    if (page === 'alarm' && /^[a-g]$/i.test(event.key) && actionsOf(id).hasLetter(event.key))
      return () => actionsOf(id).letter(event.key)
    switch (event.key) {
      case ' ':
        return onDesk && !hasItsOwnSpace(event.target) ? takeFirst : null
      case 'ArrowDown':
      case 'ArrowUp':
        return onDesk ? () => move(event.key === 'ArrowDown' ? 1 : -1) : null
      case '/':
        return () => {
          if (page !== 'elders') router.go('/elders')
          requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-find]')?.focus())
        }
      case 'c':
      case 'C': {
        const call = liveCalls.answers ? liveCalls.ringing[0] : undefined
        return call ? () => router.go(`/calls?call=${call.id}`) : null
      }
      case 'n':
      case 'N':
        return page === 'alarm' ? () => document.querySelector<HTMLElement>('[data-note]')?.focus() : null
      case 'Escape':
        if (help.open) return () => (help.open = false)
        if (page === 'alarm' && actionsOf(id).panel) return () => actionsOf(id).cancel()
        return page === 'alarm' ? () => router.go('/') : null
      case '?':
      case '？':
        return () => (help.open = !help.open)
      default:
        return page === 'alarm' ? onAlarm(event.key, id) : null
    }
  }
  const doing = act()
  if (!doing) return
  event.preventDefault()
  // arrows may run on while held; everything else happens once
  if (!event.repeat || event.key.startsWith('Arrow')) doing()
}
