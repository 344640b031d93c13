// What a window manager says to a window that a person closes. There is none under Xvfb, and no tool that says it without one.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

const INTERN_ATOM = 16;
const SEND_EVENT = 25;
const CLIENT_MESSAGE = 33;

/** Asks a window to close, as the cross in its corner does. */
export async function askToClose(display: number, window: number): Promise<void> {
  const socket = createConnection(`/tmp/.X11-unix/X${display}`);
  const wire = new Wire(socket);
  // Little-endian, protocol 11.0, no authority.
  socket.write(Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
  const greeting = await wire.read(8);
  if (greeting[0] !== 1) throw new Error('the display lets nobody in');
  await wire.read(greeting.readUInt16LE(6) * 4);
  const protocols = await atom(wire, 'WM_PROTOCOLS');
  const deletes = await atom(wire, 'WM_DELETE_WINDOW');
  const event = Buffer.alloc(32);
  event.writeUInt8(CLIENT_MESSAGE, 0);
  event.writeUInt8(32, 1);
  event.writeUInt32LE(window, 4);
  event.writeUInt32LE(protocols, 8);
  event.writeUInt32LE(deletes, 12);
  const request = Buffer.alloc(12);
  request.writeUInt8(SEND_EVENT, 0);
  request.writeUInt16LE(11, 2);
  request.writeUInt32LE(window, 4);
  socket.write(Buffer.concat([request, event]));
  // Its answer says that all before has been done.
  await atom(wire, 'WM_PROTOCOLS');
  socket.end();
}

async function atom(wire: Wire, name: string): Promise<number> {
  const request = Buffer.alloc(8 + Math.ceil(name.length / 4) * 4);
  request.writeUInt8(INTERN_ATOM, 0);
  request.writeUInt16LE(request.length / 4, 2);
  request.writeUInt16LE(name.length, 4);
  request.write(name, 8, 'latin1');
  wire.socket.write(request);
  const answer = await wire.read(32);
  if (answer[0] !== 1) throw new Error(`the display has no ${name}`);
  return answer.readUInt32LE(8);
}

/** Bytes in the pieces that one wants. */
class Wire {
  private rest = Buffer.alloc(0);

  constructor(readonly socket: Socket) {}

  async read(bytes: number): Promise<Buffer> {
    while (this.rest.length < bytes) {
      const [piece] = (await once(this.socket, 'data')) as [Buffer];
      this.rest = Buffer.concat([this.rest, piece]);
    }
    const read = this.rest.subarray(0, bytes);
    this.rest = this.rest.subarray(bytes);
    return read;
  }
}
