// What a Node program takes in: `node reader.js URL N` reads N messages with the ws package, parses each
// with JSON.parse and prints how many nanoseconds that took, from the first message on, and how many of the
// processors' time.
const { WebSocket } = require('ws')
const [url, n] = [process.argv[2], Number(process.argv[3])]
let seen = 0, begun = 0n, used, states = 0
const socket = new WebSocket(url, { perMessageDeflate: false })
socket.on('error', e => { console.error(String(e)); process.exit(1) })
socket.on('message', data => {
  if (seen === 0) [begun, used] = [process.hrtime.bigint(), process.cpuUsage()]
  const frame = JSON.parse(data.toString())
  if (frame.data.content.state) states++
  if (++seen === n) {
    const { user, system } = process.cpuUsage(used)
    console.log(`${process.hrtime.bigint() - begun} ${(user + system) * 1000}`)
    process.exit(states === n ? 0 : 1)
  }
})
