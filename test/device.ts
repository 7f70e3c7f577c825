import mqtt from 'mqtt'

export type Credentials = { id: string; secret: string }

/** A device as an ordinary MQTT client at a gateway of this machine. It does not come back by itself. */
export function connectDevice(
  port: number,
  { id, secret }: Credentials,
  more: mqtt.IClientOptions = {},
): Promise<mqtt.MqttClient> {
  return mqtt.connectAsync({ ...optionsOf(port, { id, secret }), ...more })
}

/** What such a client is connected with, for tests of being refused. */
export function optionsOf(port: number, { id, secret }: Credentials): mqtt.IClientOptions {
  return {
    host: '127.0.0.1',
    port,
    clientId: id,
    username: id,
    password: secret,
    protocolVersion: 4,
    reconnectPeriod: 0,
  }
}

/** A button that is connected. `press` resolves once the platform has acknowledged it. */
export interface ConnectedButton {
  id: string
  client: mqtt.MqttClient
  press(messageId: string): Promise<unknown>
  end(): Promise<void>
}

export async function connectButton(port: number, device: Credentials): Promise<ConnectedButton> {
  const client = await connectDevice(port, device)
  return {
    id: device.id,
    client,
    press: (id) =>
      client.publishAsync(`anju/v1/${device.id}/press`, JSON.stringify({ id, at: new Date().toISOString() }), {
        qos: 1,
      }),
    end: () => client.endAsync(),
  }
}
