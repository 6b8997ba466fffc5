/**
 * Run as a process of its own, `node sockets-attack.ts <url>`: opens the connections of an attack, holds on to them,
 * and tells the parent how many there are when all are open. It ends with its parent.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';

type Holding = (socket: Socket) => void;

const head =
  'POST /api/v1/attack HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n';

const holdings: readonly { readonly count: number; readonly hold: Holding }[] = [
  { count: 400, hold: () => undefined },
  { count: 400, hold: (socket) => socket.write(head.slice(0, 10)) },
  { count: 400, hold: (socket) => socket.write(head.slice(0, 60)) },
  { count: 400, hold: (socket) => socket.write(head + '['.repeat(50_000)) },
  { count: 400, hold: sendByteByByte },
  { count: 480, hold: readNothing(60) },
  // More than the server takes from one client before it has fetched the first.
  { count: 20, hold: readNothing(1_000) },
];

/** What a system lets wait to be accepted. */
const connectingAtOnce = 100;

const { hostname, port } = new URL(process.argv[2] ?? '');
process.on('disconnect', () => process.exit());

const all = holdings.flatMap(({ count, hold }) => Array.from({ length: count }, () => hold));
let opened = 0;
while (all.length > 0) await Promise.all(all.splice(-connectingAtOnce).map(open));
process.send?.(opened);

function open(hold: Holding): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      opened += 1;
      hold(socket);
      resolve();
    });
    // The server ends them one by one, which is what it should do.
    socket.on('error', () => resolve());
    socket.resume();
  });
}

function sendByteByByte(socket: Socket): void {
  let sent = 0;
  const timer = setInterval(() => socket.write(head[sent++ % head.length] ?? ''), 200);
  socket.on('close', () => clearInterval(timer));
}

function readNothing(requests: number): Holding {
  return (socket) => {
    socket.pause();
    socket.write('GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(requests));
  };
}
