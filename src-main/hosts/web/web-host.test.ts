import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { connect as connectSocket, createServer, Server, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { connect, type Link } from '../../contract/connect.ts'
import { EventHub } from '../../contract/event-hub.ts'
import { stubHandlers } from '../../contract/testing/stub-handlers.ts'
import { createWebSocketWire, maximumWebSocketMessageBytes } from '../../contract/wires/websocket-wire.ts'
import { startWebHost, type WebHost } from './web-host.ts'
import { maximumWindows } from './wire-sockets.ts'

const token = 'T'.repeat(43)
const vitals = { engineMemoryBytes: 7, diskFreeBytes: null }

let folder: string
let hub: EventHub
let host: WebHost
let aborted: Promise<void>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-web-host-'))
  const pageFolder = join(folder, 'page')
  await mkdir(join(pageFolder, 'assets'), { recursive: true })
  await writeFile(join(pageFolder, 'index.html'), '<!doctype html><title>Wirebench</title>')
  await writeFile(join(pageFolder, 'assets', 'app-1a2b.js'), 'run()')
  await writeFile(join(folder, 'secret.js'), 'secret')
  await symlink(join(folder, 'secret.js'), join(pageFolder, 'link.js'))
  hub = new EventHub()
  let tellAborted: () => void = () => undefined
  aborted = new Promise((resolve) => (tellAborted = resolve))
  const handlers = stubHandlers({
    'host.vitals': () => vitals,
    'capture.list': (_request, { signal }) => {
      signal.addEventListener('abort', () => tellAborted())
      return new Promise(() => undefined)
    },
  })
  const engine = { handlers, events: hub }
  const downloads = {
    find: (id: string) => (id === 'd1' ? { path: join(folder, 'export'), fileName: 'Häfen.pcapng' } : null),
  }
  host = await startWebHost({ host: '127.0.0.1', port: 0, engine, downloads, pageFolder, token })
})

afterEach(async () => {
  await host.close()
  await rm(folder, { recursive: true })
})

/** Sends bytes as they are and gives the whole answer, once the server has closed. */
async function rawly(request: string): Promise<{ status: number; headers: string; body: string }> {
  const socket = connectSocket(host.port, '127.0.0.1')
  socket.write(request, 'latin1')
  const answer = await text(socket)
  const [headers = '', body = ''] = answer.split('\r\n\r\n', 2)
  return { status: Number(headers.split(' ')[1]), headers: headers.toLowerCase(), body }
}

const ownHost = (): string => `127.0.0.1:${host.port}`
const cookie = (): string => `Cookie: a=b; wirebench-${host.port}=${token}`

function get(target: string, headers: readonly string[] = [], hostHeader = ownHost()): ReturnType<typeof rawly> {
  return rawly([`GET ${target} HTTP/1.1`, `Host: ${hostHeader}`, 'Connection: close', ...headers, '', ''].join('\r\n'))
}

function upgrade(target: string, headers: readonly string[], hostHeader = ownHost()): ReturnType<typeof rawly> {
  const handshake = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
  const lines = [`GET ${target} HTTP/1.1`, `Host: ${hostHeader}`, 'Connection: Upgrade', ...handshake, ...headers]
  return rawly([...lines, '', ''].join('\r\n'))
}

async function openWindow(
  options: { origin?: string; target?: string } = {},
): Promise<{ link: Link; socket: WebSocket }> {
  const { origin = `http://${ownHost()}`, target = `/wire?token=${token}` } = options
  const socket = new WebSocket(`ws://${ownHost()}${target}`, { origin })
  const wire = createWebSocketWire(socket)
  await once(socket, 'open')
  return { link: connect(wire), socket }
}

describe('the page', () => {
  it('comes with the token, a cookie for the rest, and every security header', async () => {
    const answer = await get(`/?token=${token}`)
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 200,
      body: '<!doctype html><title>Wirebench</title>',
    })
    expect(answer.headers.split('\r\n')).toEqual(
      expect.arrayContaining([
        `set-cookie: wirebench-${host.port}=${token}; path=/; httponly; samesite=strict`.toLowerCase(),
        'content-type: text/html; charset=utf-8',
        'cache-control: no-store',
        'x-content-type-options: nosniff',
        'referrer-policy: no-referrer',
        'cross-origin-opener-policy: same-origin',
        'cross-origin-resource-policy: same-origin',
        expect.stringMatching(
          `^content-security-policy: default-src 'none'; script-src 'self'; .*connect-src 'self' ws://${ownHost()}; .*require-trusted-types-for 'script'`,
        ),
      ]),
    )
  })

  it('and its files come with the cookie, by every name of loopback', async () => {
    const answers = await Promise.all([
      get('/', [cookie()]),
      get('/assets/app-1a2b.js', [cookie()]),
      get('/assets/app-1a2b.js', [cookie()], `localhost:${host.port}`),
      get('/', [cookie(), `Origin: http://[::1]:${host.port}`], `[::1]:${host.port}`),
    ])
    expect(answers.map(({ status, body }) => `${status} ${body.slice(0, 9)}`)).toEqual([
      '200 <!doctype',
      '200 run()',
      '200 run()',
      '200 <!doctype',
    ])
    expect(answers[1].headers).toContain('cache-control: private, max-age=31536000, immutable')
  })

  it('answers HEAD without a body', async () => {
    const answer = await rawly(`HEAD /?token=${token} HTTP/1.1\r\nHost: ${ownHost()}\r\nConnection: close\r\n\r\n`)
    expect([answer.status, answer.body, answer.headers.includes('content-length: 39')]).toEqual([200, '', true])
  })

  it.each<[string, () => ReturnType<typeof rawly>]>([
    ['no token', () => get('/')],
    ['no token for a file', () => get('/assets/app-1a2b.js')],
    ['no token for what does not exist', () => get('/nothing.js')],
    ['a wrong token', () => get('/?token=wrong')],
    ['an empty token', () => get('/?token=')],
    ['a wrong token beside the right cookie', () => get('/?token=wrong', [cookie()])],
    ['two tokens, one of them wrong', () => get(`/?token=${token}&token=wrong`)],
    ['the cookie of another port', () => get('/', [`Cookie: wirebench-1=${token}`])],
    ['a cookie with a wrong value', () => get('/', [`Cookie: wirebench-${host.port}=${token}x`])],
    ['a foreign name that resolves here', () => get(`/?token=${token}`, [], `evil.example:${host.port}`)],
    ['the right name with another port', () => get(`/?token=${token}`, [], '127.0.0.1:1')],
    ['the right name without its port', () => get(`/?token=${token}`, [], '127.0.0.1')],
    ['a name that begins right', () => get(`/?token=${token}`, [], `${ownHost()}.evil.example`)],
    ['an empty host', () => get(`/?token=${token}`, [], '')],
    ['no host in HTTP/1.0', () => rawly(`GET /?token=${token} HTTP/1.0\r\n\r\n`)],
    ['two hosts', () => get(`/?token=${token}`, ['Host: evil.example'])],
    ['a foreign origin', () => get(`/?token=${token}`, ['Origin: http://evil.example'])],
    ['the origin of a sandboxed page', () => get(`/?token=${token}`, ['Origin: null'])],
    ['the origin of another port', () => get(`/?token=${token}`, ['Origin: http://127.0.0.1:1'])],
    ['a POST without a token', () => rawly(`POST / HTTP/1.1\r\nHost: ${ownHost()}\r\nContent-Length: 5\r\n\r\nhello`)],
  ])('is refused with %s', async (_title, ask) => {
    const { status, headers, body } = await ask()
    expect([status, headers.includes('set-cookie'), body.includes('<'), body.length < 200]).toEqual([
      403,
      false,
      false,
      true,
    ])
  })

  it.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/..%2fsecret.js',
    '/..%5csecret.js',
    '/%2e%2e%2fsecret.js',
    '/%252e%252e/secret.js',
    '/link.js',
    '/assets/app-1a2b.js%00.css',
    '/assets',
    '/assets/',
    '/%',
    '/./index.html',
  ])('gives nothing for %s', async (path) => {
    const { status, body } = await get(path, [cookie()])
    expect([status, body]).toEqual([404, 'There is no such file.\n'])
  })

  it('answers malformed and unusual requests without harm', async () => {
    const right = [`Host: ${ownHost()}`, cookie()].join('\r\n')
    const answers = [
      await rawly(`GET http://127.0.0.1/secret.js HTTP/1.1\r\n${right}\r\nConnection: close\r\n\r\n`),
      await rawly(`GET //evil.example/ HTTP/1.1\r\n${right}\r\nConnection: close\r\n\r\n`),
      await rawly(`OPTIONS * HTTP/1.1\r\n${right}\r\nConnection: close\r\n\r\n`),
      await rawly(`DELETE / HTTP/1.1\r\n${right}\r\nConnection: close\r\n\r\n`),
      await rawly(`POST / HTTP/1.1\r\n${right}\r\nContent-Length: 99999999\r\n\r\n`),
      await rawly(`GET /wire HTTP/1.1\r\n${right}\r\nConnection: close\r\n\r\n`),
      await rawly(`GET / HTTP/1.1\r\n${right}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
      await rawly('\u0016\u0003\u0001 this is no HTTP\r\n\r\n'),
      await get('/', [cookie()]),
    ]
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 405, 405, 426, 431, 400, 200])
  })
})

describe('the wire', () => {
  it('carries the contract with the token, and with the cookie', async () => {
    const { link, socket } = await openWindow()
    const heard = new Promise((resolve) => void link.subscribe('session.closed', 'a', resolve))
    expect(await link.call('host.vitals', {})).toEqual(vitals)
    hub.publish('session.closed', { sessionId: 'a' })
    expect(await heard).toEqual({ sessionId: 'a' })
    socket.terminate()

    const byCookie = new WebSocket(`ws://${ownHost()}/wire`, {
      origin: `http://${ownHost()}`,
      headers: { cookie: `wirebench-${host.port}=${token}` },
    })
    await once(byCookie, 'open')
    byCookie.terminate()
  })

  it.each<[string, number, () => ReturnType<typeof rawly>]>([
    ['no token', 403, () => upgrade('/wire', [`Origin: http://${ownHost()}`])],
    ['a wrong token', 403, () => upgrade('/wire?token=x', [`Origin: http://${ownHost()}`])],
    ['no origin', 403, () => upgrade(`/wire?token=${token}`, [])],
    ['a foreign origin', 403, () => upgrade('/wire', [cookie(), 'Origin: http://evil.example'])],
    ['the origin of another scheme', 403, () => upgrade('/wire', [cookie(), `Origin: https://${ownHost()}`])],
    [
      'a foreign name that resolves here',
      403,
      () => upgrade(`/wire?token=${token}`, [`Origin: http://evil.example:${host.port}`], `evil.example:${host.port}`),
    ],
    [
      'the origin of another name of this host',
      403,
      () => upgrade('/wire', [cookie(), `Origin: http://localhost:${host.port}`]),
    ],
    ['another path', 404, () => upgrade('/other', [cookie(), `Origin: http://${ownHost()}`])],
    ['a malformed target', 400, () => upgrade('//wire', [cookie(), `Origin: http://${ownHost()}`])],
  ])('is refused with %s', async (_title, status, ask) => {
    const answer = await ask()
    expect([answer.status, answer.headers.includes('sec-websocket-accept')]).toEqual([status, false])
  })

  it('aborts what a window asked for when it goes away', async () => {
    const { link, socket } = await openWindow()
    const pending = expect(link.call('capture.list', {})).rejects.toMatchObject({ code: 'host-gone' })
    await link.call('host.vitals', {})
    socket.terminate()
    await Promise.all([aborted, pending])
  })

  it('sends malformed and oversized messages away and serves the others on', async () => {
    const { link } = await openWindow()
    const ends = []
    for (const message of ['text', Buffer.from([0xc1]), Buffer.alloc(maximumWebSocketMessageBytes + 1)]) {
      const { socket } = await openWindow()
      socket.send(message)
      const [code] = (await once(socket, 'close')) as [number]
      ends.push(code)
    }
    expect([ends, await link.call('host.vitals', {})]).toEqual([[1003, 1007, 1009], vitals])
    link.close()
  })

  it('takes only so many windows', async () => {
    const windows = await Promise.all(Array.from({ length: maximumWindows }, () => openWindow()))
    const { status } = await upgrade('/wire', [cookie(), `Origin: http://${ownHost()}`])
    const [first] = windows
    first?.link.close()
    if (first !== undefined) await once(first.socket, 'close')
    // The host may hear of the end a little later than this client.
    let next = await openWindow().catch(() => null)
    while (next === null) next = await openWindow().catch(() => null)
    const { link } = next
    expect([status, await link.call('host.vitals', {})]).toEqual([503, vitals])
    for (const { socket } of windows) socket.terminate()
    link.close()
  })
})

describe('a web host', () => {
  const engine = { handlers: stubHandlers(), events: new EventHub() }

  it('makes a token of 256 bits', async () => {
    const other = await startWebHost({ host: '127.0.0.1', port: 0, engine, pageFolder: join(folder, 'page') })
    await other.close()
    expect(other.url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${other.port}/\\?token=[\\w-]{43}$`))
  })

  it('ends windows that no longer answer pings', async () => {
    const pageFolder = join(folder, 'page')
    const quick = await startWebHost({ host: '127.0.0.1', port: 0, engine, pageFolder, token, heartbeatMs: 20 })
    const socket = connectSocket(quick.port, '127.0.0.1')
    const own = `127.0.0.1:${quick.port}`
    socket.write(
      `GET /wire?token=${token} HTTP/1.1\r\nHost: ${own}\r\nOrigin: http://${own}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    // Resolves only when the host ends the connection: this client never does, and never answers.
    expect(await text(socket)).toContain('101 Switching Protocols')
    await quick.close()
  })

  it('says what is wrong when it cannot start', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const pageFolder = join(folder, 'page')
    await expect(startWebHost({ host: '127.0.0.1', port, engine, pageFolder })).rejects.toMatchObject({
      code: 'port-in-use',
      data: { host: '127.0.0.1', port },
    })
    taken.close()
    await expect(
      startWebHost({ host: '127.0.0.1', port: 0, engine, pageFolder: join(folder, 'none') }),
    ).rejects.toMatchObject({ code: 'file-not-found', data: { file: join(folder, 'none', 'index.html') } })
    await expect(startWebHost({ host: '192.0.2.1', port: 0, engine, pageFolder })).rejects.toMatchObject({
      code: 'local-address-unavailable',
    })
  })
})

describe('trouble', () => {
  it('does not end because a client could not be accepted', async () => {
    const listening = vi.spyOn(Server.prototype, 'listen')
    const pageFolder = join(folder, 'page')
    const engine = { handlers: stubHandlers({}), events: hub }
    const other = await startWebHost({ host: '127.0.0.1', port: 0, engine, pageFolder, token })
    const [server] = listening.mock.contexts as Server[]
    listening.mockRestore()
    server?.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }))
    const { status } = await fetch(other.url)
    await other.close()
    expect([server?.listening, status]).toEqual([false, 200])
  })
})

describe('a finished export', () => {
  const bytes = randomBytes(3_000_000)

  it('comes whole, as a file to be kept, to who was let in', async () => {
    await writeFile(join(folder, 'export'), bytes)
    const answer = await fetch(`http://${ownHost()}/downloads/d1?token=${token}`)
    expect([
      Buffer.compare(new Uint8Array(await answer.arrayBuffer()), bytes),
      answer.headers.get('content-disposition'),
      answer.headers.get('content-type'),
      answer.headers.get('x-content-type-options'),
      answer.headers.get('content-length'),
      answer.headers.get('cache-control'),
    ]).toEqual([
      0,
      `attachment; filename="H_fen.pcapng"; filename*=UTF-8''H%C3%A4fen.pcapng`,
      'application/octet-stream',
      'nosniff',
      '3000000',
      'no-store',
    ])
  })

  it('is kept from everybody else, and is not there when it is gone', async () => {
    expect((await get('/downloads/d1')).status).toBe(403)
    expect((await get('/downloads/d1', [cookie()], 'evil.example')).status).toBe(403)
    const statuses = await Promise.all(
      ['/downloads/d1', '/downloads/d2', '/downloads/..%2Fexport', '/downloads/'].map(
        async (target) => (await get(target, [cookie()])).status,
      ),
    )
    expect(statuses).toEqual([404, 404, 404, 404])
  })

  it('comes whole also when it is larger than what the sockets hold', async () => {
    const large = Buffer.alloc(64 * 1024 * 1024)
    await writeFile(join(folder, 'export'), large)
    const socket = connectSocket(host.port, '127.0.0.1')
    socket.pause()
    socket.write(`GET /downloads/d1 HTTP/1.1\r\nHost: ${ownHost()}\r\n${cookie()}\r\nConnection: close\r\n\r\n`)
    let byteCount = 0
    socket.on('data', (piece) => (byteCount += piece.length))
    const closed = once(socket, 'close')
    socket.resume()
    await closed
    expect(byteCount).toBeGreaterThan(large.length)
  })
})
