import type { Command, Press } from '@anju/domain/wire/schema'
import { Device, type DeviceOptions, ownLanes } from './device.ts'

/** An emergency button with a loudspeaker: press, and hear that somebody is on it. */
export class Button extends Device {
  constructor(options: DeviceOptions) {
    super(options, { lanes: ownLanes(options.window), obey })
  }

  /** The elder presses. Answers the message's id; the press is on the disk when it does. Throws when the power is off. */
  press(): string {
    const stamp = this.firmware.stamp()
    const battery = this.firmware.battery
    const body: Press = {
      id: `b${stamp.boot}-${stamp.seq}`,
      ...stamp,
      button: 'sos',
      ...(battery === undefined ? {} : { battery }),
    }
    this.firmware.keep('press', body.id, body)
    return body.id
  }
}

/** What the loudspeaker does; the result goes back to the platform. */
function obey(command: Command): string {
  switch (command.cmd) {
    case 'help-coming':
    case 'test':
    case 'locate':
      return 'played'
    case 'silence':
      return 'silenced'
    case 'config':
      return 'unsupported'
  }
}

/** Switches a button on. Its `heard` tells what it played. */
export function startButton(options: DeviceOptions): Button {
  const button = new Button(options)
  button.powerOn()
  return button
}
