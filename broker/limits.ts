/** Every bound of the broker, with its reason. Bytes are MQTT remaining length unless said otherwise. */
export interface Limits {
  readonly connectBytes: number
  readonly controlBytes: number
  readonly publishBytes: number
  readonly slicePackets: number
  readonly windowPackets: number
  readonly turnPackets: number
  readonly storingPackets: number
  readonly windowBytes: number
  readonly connections: number
  readonly strangers: number
  readonly strangersPerAddress: number
  readonly backlog: number
  readonly connectTimeoutMs: number
  readonly authenticateTimeoutMs: number
  readonly keepaliveLimitS: number
  readonly tcpKeepAliveMs: number
  readonly drainTimeoutMs: number
  readonly releases: number
  readonly downlinkUnacked: number
  readonly downlinkBytes: number
  readonly pubackTimeoutMs: number
  readonly stopGraceMs: number
}

export const LIMITS: Limits = {
  /** Ids, secret and a will fit many times over; more from a stranger is an attempt on our memory. */
  connectBytes: 4 * 1024,
  /** SUBSCRIBE and UNSUBSCRIBE: a device has two topics of at most 80 bytes; a thousand short ones would cost a turn. */
  controlBytes: 512,
  /** A batch of 64 KiB (wire contract), its topic, packet id and length fields. */
  publishBytes: 64 * 1024 + 256,
  /** Packets of one connection handled in one turn of the event loop: about a millisecond, then others have theirs. */
  slicePackets: 128,
  /** Publishes of one connection being stored at once; further bytes stay in the socket, so TCP slows the sender. */
  windowPackets: 256,
  windowBytes: 64 * 1024,
  /** Packets of all connections handled in one turn: some two milliseconds, the longest a press waits for its turn. */
  turnPackets: 256,
  /** Publishes of all connections being stored at once; beyond it, who has some open waits, and who has none does not. */
  storingPackets: 2_000,
  /** Twice the fleet one process is measured with. */
  connections: 20_000,
  /** Connections that have not sent their CONNECT. Beyond it the oldest makes room: a flood cannot lock out the next device. */
  strangers: 10_000,
  /** The same for one address, where it tells strangers apart; a village behind one may reconnect at once after a power cut. */
  strangersPerAddress: 1_000,
  /** Sockets the kernel holds for us while we are busy with those before. */
  backlog: 4_096,
  connectTimeoutMs: 5_000,
  authenticateTimeoutMs: 10_000,
  /** The longest silence a device may ask for, in seconds; it is dropped after one and a half of it [MQTT-3.1.2-24]. */
  keepaliveLimitS: 600,
  /** Idle time before the kernel probes a peer that may have vanished. */
  tcpKeepAliveMs: 60_000,
  /** A subscriber that reads nothing for so long is dropped. */
  drainTimeoutMs: 2_500,
  /** QoS 2 publishes awaiting PUBREL, per connection. */
  releases: 100,
  /** Commands awaiting PUBACK, per connection. */
  downlinkUnacked: 64,
  /** Bytes written but not yet taken by the kernel, per connection, before we send nothing more to it. */
  downlinkBytes: 256 * 1024,
  pubackTimeoutMs: 10_000,
  /** How long a stop waits for publishes being stored, so that their PUBACK still goes out. */
  stopGraceMs: 3_000,
}
