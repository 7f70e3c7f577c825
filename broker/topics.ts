const DEVICE_ID = /^[A-Za-z0-9._-]{1,64}$/
const UP: ReadonlySet<string> = new Set(['press', 'reading', 'tap', 'state', 'batch', 'ack'])
const DOWN: ReadonlySet<string> = new Set(['receipt', 'cmd'])

/** Whether the string may be a device id: 1–64 of `[A-Za-z0-9._-]`. */
export function isDeviceId(id: string): boolean {
  return DEVICE_ID.test(id)
}

/** The topic of one kind of message of a device: `anju/v1/{deviceId}/{kind}`. */
export function topicOf(deviceId: string, kind: string): string {
  return `anju/v1/${deviceId}/${kind}`
}

/** The kind of message a device publishes on this topic, or undefined where the topic is not its own to publish. */
export function publishKind(deviceId: string, topic: string): string | undefined {
  return ownKind(deviceId, topic, UP)
}

/** Whether the topic is one of the two a device may subscribe to. Exact names only, so no wildcard passes. */
export function maySubscribe(deviceId: string, topic: string): boolean {
  return ownKind(deviceId, topic, DOWN) !== undefined
}

function ownKind(deviceId: string, topic: string, kinds: ReadonlySet<string>): string | undefined {
  const prefix = topicOf(deviceId, '')
  if (!topic.startsWith(prefix)) return undefined
  const kind = topic.slice(prefix.length)
  return kinds.has(kind) ? kind : undefined
}
