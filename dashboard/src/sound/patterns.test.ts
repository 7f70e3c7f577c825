import { describe, expect, test } from 'vitest'
import { due, patterns, type Sound } from './patterns.ts'

const set = (...sounds: Sound[]): Set<Sound> => new Set(sounds)

/** What would be heard over a span, ticking each second. */
function heard(wanted: Set<Sound>, seconds: number): Sound[] {
  const played = new Map<Sound, number>()
  const sounds: Sound[] = []
  for (let now = 0; now <= seconds * 1000; now += 1000) {
    const sound = due(wanted, set(), played, now)
    if (!sound) continue
    played.set(sound, now)
    sounds.push(sound)
  }
  return sounds
}

describe('the desk sounds', () => {
  test('a high alarm again and again while it waits', () => {
    expect(heard(set('high'), 12)).toEqual(['high', 'high', 'high', 'high'])
  })
  test('nothing when nothing waits', () => {
    expect(heard(set(), 60)).toEqual([])
  })
  test('a lost link beside a high alarm: neither silences the other', () => {
    const both = heard(set('high', 'lost', 'medium'), 30)
    expect(new Set(both.slice(0, 4))).toContain('lost')
    expect(both.filter((sound) => sound === 'high').length).toBeGreaterThanOrEqual(6)
  })
  test('a low alarm once, however long it lasts', () => {
    expect(due(set('low'), set(), new Map(), 0)).toBeNull()
    expect(due(set(), set('low'), new Map(), 0)).toBe('low')
  })
  test('a press on an owned alarm, but never two bursts into each other', () => {
    expect(due(set(), set('high'), new Map([['high', 0]]), 1_000)).toBeNull()
    expect(due(set(), set('high'), new Map([['high', 0]]), 2_000)).toBe('high')
  })
  test('each burst ends before the next may begin', () => {
    for (const { notes } of Object.values(patterns))
      for (const note of notes) expect(note.at + note.seconds).toBeLessThanOrEqual(2)
  })
  test('the urgent with more pulses than the less urgent', () => {
    expect(patterns.high.notes.length).toBeGreaterThan(patterns.medium.notes.length)
    expect(patterns.medium.notes.length).toBeGreaterThan(patterns.low.notes.length)
  })
})
