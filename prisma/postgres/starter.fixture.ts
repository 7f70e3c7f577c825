import { startPostgres } from './embedded.ts'

/** Starts the server of the data folder given, as a parent that a test can kill. Says when it is ready. */
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const [dataFolder = ''] = process.argv.slice(2)
const server = await startPostgres({ dataFolder, log })
process.send?.({ url: server.url, adopted: server.adopted })
process.on('message', () => void server.stop().then(() => process.exit(0)))
