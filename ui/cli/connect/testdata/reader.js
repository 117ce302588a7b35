// What a Node program takes in: `node reader.js URL N` reads N messages with the ws package, parses each
// with JSON.parse and prints how many nanoseconds that took, from the first message on.
const { WebSocket } = require('ws')
const [url, n] = [process.argv[2], Number(process.argv[3])]
let seen = 0, begun = 0n, states = 0
const socket = new WebSocket(url, { perMessageDeflate: false })
socket.on('error', e => { console.error(String(e)); process.exit(1) })
socket.on('message', data => {
  if (seen === 0) begun = process.hrtime.bigint()
  const frame = JSON.parse(data.toString())
  if (frame.data.content.state) states++
  if (++seen === n) {
    console.log(String(process.hrtime.bigint() - begun))
    process.exit(states === n ? 0 : 1)
  }
})
