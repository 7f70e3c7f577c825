import { Aedes, type AedesPublishPacket, type Client, type PublishPacket } from 'aedes'

type Done = (error?: Error) => void

/**
 * An aedes that distributes nothing. A device's message has reached its end once `authorizePublish` has stored it: no
 * device may subscribe to another's topics, and commands go through the client's own `publish`. Without these overrides
 * aedes would still look for retained messages, absent subscribers and listeners for each message, and announce every
 * connection on `$SYS`.
 */
export class Endpoint extends Aedes {
  override publish(_packet: PublishPacket, clientOrDone?: Client | Done, done?: Done): void {
    if (typeof clientOrDone === 'function') clientOrDone()
    else done?.()
  }

  override subscribe(
    _topic: string,
    _deliver: (packet: AedesPublishPacket, next: () => void) => void,
    done?: () => void,
  ): void {
    done?.()
  }

  override unsubscribe(
    _topic: string,
    _deliver: (packet: AedesPublishPacket, next: () => void) => void,
    done?: () => void,
  ): void {
    done?.()
  }
}
