import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isInstalled } from './testing/foreign-peer.ts'
import { ipv4, ipv6, mixedBytes, record, type Recording } from './testing/recorded-capture.ts'
import { startCli } from './testing/test-io.ts'

const hasWireshark = isInstalled('tshark') && isInstalled('capinfos') && isInstalled('text2pcap')
const hasXxd = isInstalled('xxd', '-v')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-export-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function exported(captureId: string, format: string, options: readonly string[] = []): Promise<string> {
  const out = join(folder, `out-${format}`)
  const common = ['--data-dir', folder, '--overwrite']
  const cli = startCli(['capture', 'export', captureId, '--to', format, '--out', out, ...common, ...options])
  expect([await cli.exitCode, cli.stderr()]).toMatchObject([0, expect.any(String)])
  return out
}

const run = (program: string, programArguments: readonly string[]): string =>
  execFileSync(program, [...programArguments], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 28,
  })

const checked = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE']

/** The bytes of both sides of a stream, as `tshark -z follow` has them: those of the first sender begin in the first column. */
function follow(file: string, stream: number): { first: Uint8Array; second: Uint8Array } {
  const lines = run('tshark', ['-r', file, '-q', '-z', `follow,tcp,raw,${stream}`]).split('\n')
  const start = lines.findIndex((line) => line.startsWith('Node 1:')) + 1
  const hex = lines.slice(
    start,
    lines.findLastIndex((line) => line.startsWith('===')),
  )
  const bytes = (wanted: (line: string) => boolean): Uint8Array =>
    Buffer.from(hex.filter(wanted).join('').replaceAll('\t', ''), 'hex')
  return { first: bytes((line) => !line.startsWith('\t')), second: bytes((line) => line.startsWith('\t')) }
}

/** tshark says this of every end of a connection. */
const usualNote = /This frame (?:initiates|undergoes) the connection closing/

/** What tshark has against the file from notes upwards, and the packets whose checksums are not right. */
function objections(file: string): string[] {
  const wrong = run('tshark', [
    '-r',
    file,
    ...checked,
    '-Y',
    'tcp.checksum.status != "Good" || ip.checksum.status == "Bad"',
  ])
  const told = run('tshark', ['-r', file, ...checked, '-q', '-z', 'expert,note'])
    .split('\n')
    .filter((line) => /^\s+\d+\s/.test(line) && !usualNote.test(line))
  return [...wrong.split('\n').filter(Boolean), ...told.map((line) => line.trim().replaceAll(/\s+/g, ' '))]
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0

function expectStream(
  file: string,
  stream: number,
  recording: Recording,
  connection: number,
  opener: 'sent' | 'received',
): void {
  const { first, second } = follow(file, stream)
  const other = opener === 'sent' ? 'received' : 'sent'
  expect([same(first, recording.all(opener, connection)), same(second, recording.all(other, connection))]).toEqual([
    true,
    true,
  ])
}

describe.skipIf(!hasWireshark)('pcapng, as tshark reads it (skipped without tshark, capinfos and text2pcap)', () => {
  it('gives every byte back, of several connections, cut and acknowledged without a word of doubt', async () => {
    const { captureId, recording } = await record(folder, 'Several', (play) => {
      play.event(1, { kind: 'dialling', transition: null, remote: ipv4('127.0.0.1', 7001) })
      play.connected(1, ipv4('127.0.0.1', 40_001), ipv4('127.0.0.1', 7001))
      play.connected(2, ipv6('2001:db8::10', 40_002), ipv6('2001:db8::20', 7002))
      play.accepted(3, ipv4('10.0.0.1', 7003), ipv4('10.0.0.9', 40_003))
      for (let turn = 0; turn < 4; turn++) {
        for (const connection of [1, 2, 3, 4]) {
          play.send(connection, mixedBytes(1 + turn * 977, connection))
          play.receive(connection, mixedBytes(100_000 * turn + 5, turn + connection))
        }
      }
      play.event(1, { kind: 'peer-ended', transition: null })
      play.send(1, mixedBytes(10, 9))
      play.ended(1, 'peer', 'fin')
      play.ended(2, 'local', 'fin')
      play.event(3, { kind: 'note', text: 'A note: Ünïcode \ud800' })
    })
    const file = await exported(captureId, 'pcapng')
    expect(objections(file)).toEqual([])
    expectStream(file, 0, recording, 1, 'sent')
    expectStream(file, 1, recording, 2, 'sent')
    expectStream(file, 2, recording, 3, 'received')
    expectStream(file, 3, recording, 4, 'sent')
    const ends = ['-T', 'fields', '-E', 'separator=/s', '-e', 'ip.src', '-e', 'ipv6.src', '-e', 'tcp.srcport']
    const fins = run('tshark', ['-r', file, '-Y', 'tcp.flags.fin == 1', ...ends])
      .trim()
      .split('\n')
    expect(fins.map((line) => line.trim().split(/\s+/).slice(0, 2).join(' '))).toEqual([
      '127.0.0.1 7001',
      '127.0.0.1 40001',
      '2001:db8::10 40002',
      '2001:db8::20 7002',
    ])
    const comments = run('tshark', ['-r', file, '-Y', 'frame.comment', '-T', 'fields', '-e', 'frame.comment'])
    expect(comments).toContain('Connecting to 127.0.0.1:7001.')
    expect(comments).toContain('The capture does not name both ends: these addresses are made up.')
    expect(run('capinfos', [file])).toMatch(/pcapng[^]*timestamp precision:\s+nanoseconds[^]*Strict time order:\s+True/)
  })

  it('tells times in nanoseconds, the program, and nothing of this machine', async () => {
    const { captureId } = await record(folder, 'Times', (play) => {
      play.connected(1, ipv4('127.0.0.1', 40_001), ipv4('127.0.0.1', 7001))
      play.clock.advance(0.000123)
      play.receive(1, Uint8Array.of(1))
    })
    const file = await exported(captureId, 'pcapng')
    const times = run('tshark', ['-r', file, '-T', 'fields', '-e', 'frame.time_epoch']).trim().split('\n')
    expect(times.at(-1)).toMatch(/^\d{10}\.\d{9}$/)
    const [first = 0n, last = 0n] = [times[0], times.at(-1)].map((time = '') => BigInt(time.replace('.', '')))
    expect(last - first).toBe(1_000_123n)
    const facts = run('capinfos', [file])
    expect(facts).toMatch(/Capture application:\s+Wirebench/)
    expect(facts.replace(file, '')).not.toMatch(new RegExp(`${hostname()}|${folder}|${homedir()}/`))
  })

  it('resets where the connection was reset', async () => {
    const { captureId } = await record(folder, 'Reset', (play) => {
      play.connected(1, ipv4('127.0.0.1', 40_001), ipv4('127.0.0.1', 7001))
      play.receive(1, mixedBytes(10, 1))
      play.ended(1, 'peer', 'rst')
    })
    const file = await exported(captureId, 'pcapng')
    expect(objections(file)).toEqual(['1 Sequence TCP Connection reset (RST)'])
    expect(run('tshark', ['-r', file, '-Y', 'tcp.flags.reset == 1', '-T', 'fields', '-e', 'tcp.srcport']).trim()).toBe(
      '7001',
    )
  })

  it('begins a connection that was there before the scope with a handshake of its own', async () => {
    const { captureId, recording } = await record(folder, 'Middle', (play) => {
      play.connected(1, ipv4('127.0.0.1', 40_001), ipv4('127.0.0.1', 7001))
      play.clock.advance(5000)
      play.receive(1, mixedBytes(3000, 1))
      play.clock.advance(5000)
      play.send(1, mixedBytes(2000, 2))
    })
    const file = await exported(captureId, 'pcapng', ['--from', '2', '--to-time', '9'])
    expect(objections(file)).toEqual([])
    expect(same(follow(file, 0).second, recording.all('received', 1))).toBe(true)
    expect(follow(file, 0).first).toHaveLength(0)
    expect(run('tshark', ['-r', file, '-T', 'fields', '-e', 'frame.comment'])).toContain(
      'began before what was exported',
    )
  })

  it('leaves the numbers of damaged bytes out, so that they are shown as missing', async () => {
    const { captureId, recording } = await record(folder, 'Damaged', (play) => {
      play.connected(1, ipv4('127.0.0.1', 40_001), ipv4('127.0.0.1', 7001))
      for (let turn = 0; turn < 3; turn++) play.receive(1, mixedBytes(1000, turn))
    })
    const dataFile = join(folder, 'captures', `${captureId}.wirebench`)
    const bytes = await readFile(dataFile)
    const [, lost = new Uint8Array(0)] = recording.received.get(1) ?? []
    // The record in the middle loses its header.
    const headerAt = bytes.indexOf(lost) - 20
    bytes[headerAt] = (bytes[headerAt] ?? 0) ^ 0xff
    await writeFile(dataFile, bytes)
    const file = await exported(captureId, 'pcapng')
    expect(objections(file)).toEqual([
      expect.stringContaining('Previous segment(s) not captured'),
      expect.stringContaining("ACKed segment that wasn't captured"),
    ])
    const lengths = ['-T', 'fields', '-E', 'separator=/s', '-e', 'tcp.seq', '-e', 'tcp.len']
    expect(
      run('tshark', ['-r', file, '-Y', 'tcp.len > 0', ...lengths])
        .trim()
        .split('\n'),
    ).toEqual(['1 1000', '2001 1000'])
  })

  it('carries the key log when it was asked for, and says so', async () => {
    const { captureId } = await record(folder, 'Keys', (play) => play.receive(1, mixedBytes(10, 1)))
    const secrets = `CLIENT_RANDOM ${'ab'.repeat(32)} ${'cd'.repeat(48)}\n`
    await writeFile(join(folder, 'captures', `${captureId}.keys`), secrets)
    const without = await readFile(await exported(captureId, 'pcapng'))
    const file = await exported(captureId, 'pcapng', ['--tls-secrets'])
    expect([without.includes(secrets), (await readFile(file)).includes(secrets), objections(file)]).toEqual([
      false,
      true,
      [],
    ])
    expect(run('tshark', ['-r', file, '-T', 'fields', '-e', 'tcp.len']).trim().split('\n')).toEqual([
      '0',
      '0',
      '0',
      '10',
      '0',
    ])
  })
})

describe.skipIf(!hasWireshark || !hasXxd)('hex dumps, as others read them (skipped without text2pcap and xxd)', () => {
  it('become packets with text2pcap, and bytes again with xxd -r', async () => {
    const { captureId, recording } = await record(folder, 'Dump', (play) => {
      play.connected(1, ipv4('127.0.0.1', 40_001), ipv4('127.0.0.1', 7001))
      play.send(1, new TextEncoder().encode('abc 00 11 |dead beef| 0123456789 cafe\r\n'))
      play.receive(1, mixedBytes(150_001, 1))
      play.receive(1, mixedBytes(17, 2))
    })
    const dump = await exported(captureId, 'hexdump')
    const packets = join(folder, 'packets.pcapng')
    run('text2pcap', ['-D', '-t', 'ISO', '-T', '40000,50000', dump, packets])
    const [sent, received] = ['sent', 'received'].map((direction) => recording.all(direction as 'sent' | 'received', 1))
    const payloads = (port: number): Uint8Array =>
      Buffer.from(
        run('tshark', ['-r', packets, '-Y', `tcp.srcport == ${port}`, '-T', 'fields', '-e', 'tcp.payload']).replaceAll(
          /[\s:]/g,
          '',
        ),
        'hex',
      )
    // The first port is the peer's: what came in comes from it.
    expect([
      same(payloads(50_000), sent ?? mixedBytes(0, 0)),
      same(payloads(40_000), received ?? mixedBytes(0, 0)),
    ]).toEqual([true, true])

    for (const direction of ['sent', 'received'] as const) {
      const one = await exported(captureId, 'hexdump', ['--direction', direction])
      const back = execFileSync('xxd', ['-r', one], { maxBuffer: 2 ** 28 })
      expect(same(back, recording.all(direction, 1))).toBe(true)
    }
  })
})
