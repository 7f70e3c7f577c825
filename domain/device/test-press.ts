/** Whoever stands beside the device has this long to press it. */
export const TEST_LASTS_MS = 5 * 60_000

/** A press during a test, as the end of the test needs to know it. */
export interface TestedAlarm {
  presses: number
  /** Presses that are told of in the alarm's story, by whom and when. */
  told: readonly { deviceId: string | null; at: Date }[]
}

/**
 * May an alarm be ended as “it was the test” without looking at it? Only while every press in it is the tested
 * device's own, since the test began: another press may be somebody in need.
 */
export function isTestAlone(alarm: TestedAlarm, test: { deviceId: string; startedAt: Date }): boolean {
  return (
    alarm.presses === alarm.told.length &&
    alarm.told.every((press) => press.deviceId === test.deviceId && press.at >= test.startedAt)
  )
}
