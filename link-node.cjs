// After `npm ci` and before `npm start`: npm 10 drops the link to the packaged Node when it leaves out the one of the
// other processor, and every npm script finds its Node by that link. CommonJS that Node 20 can run.
const { existsSync, symlinkSync } = require('node:fs')

const packaged = `../node-linux-${process.arch}/bin/node`
const link = 'node_modules/.bin/node'
if (!existsSync(link) && existsSync(`node_modules/.bin/${packaged}`)) symlinkSync(packaged, link)

if (process.env.npm_lifecycle_event === 'prestart' && !existsSync(link) && parseInt(process.versions.node) < 24) {
  process.stderr.write(`Anju needs Node 24 and this is ${process.version}: "npm ci" brings it along.\n`)
  process.exit(1)
}
