/** The table of TCP connections that Linux keeps as text (proc(5), /proc/net/tcp). */
import { open, type FileHandle } from 'node:fs/promises'
import { endianness } from 'node:os'
import type { SocketAddress } from '../contract/schemas/common.ts'

/** States of a connection (include/net/tcp_states.h), as the table writes them. */
export const tableState = { timeWait: '06', closeWait: '08', lastAck: '09', closing: '0B' } as const

/** Some 28,000 connections; what stands behind is not looked at. */
const mostTableBytes = 4 * 1024 * 1024
const pieceBytes = 64 * 1024

/** How the table names a connection: `0100007F:1F90 0100007F:9C40`. */
export function tableKey(local: SocketAddress, remote: SocketAddress): string {
  return `${tableAddress(local)} ${tableAddress(remote)}`
}

function tableAddress({ address, port, family }: SocketAddress): string {
  const bytes = family === 'ipv4' ? address.split('.').map(Number) : bytesOfIpv6(address)
  return `${hexOfWords(bytes)}:${port.toString(16).toUpperCase().padStart(4, '0')}`
}

/** The kernel prints an address as words of 32 bits in the order of the machine. */
function hexOfWords(bytes: readonly number[]): string {
  let hex = ''
  for (let start = 0; start < bytes.length; start += 4) {
    const word = bytes.slice(start, start + 4)
    if (endianness() === 'LE') word.reverse()
    for (const byte of word) hex += byte.toString(16).toUpperCase().padStart(2, '0')
  }
  return hex
}

/** As written by the system (RFC 5952): perhaps with a zone behind, perhaps with an IPv4 address at its end. */
function bytesOfIpv6(address: string): number[] {
  const groupsOf = (text: string): number[] =>
    text === ''
      ? []
      : text.split(':').flatMap((group) => {
          if (group.includes('.')) return group.split('.').map(Number)
          const value = parseInt(group, 16)
          return [value >> 8, value & 0xff]
        })
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const front = groupsOf(head)
  const back = tail === undefined ? [] : groupsOf(tail)
  return [...front, ...new Array<number>(Math.max(0, 16 - front.length - back.length)).fill(0), ...back]
}

/** Finds the states of the connections with these keys in lines of the table. */
export function statesIn(lines: readonly string[], keys: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of lines) {
    const [, local, remote, state] = line.trim().split(/\s+/, 4)
    if (local === undefined || remote === undefined || state === undefined) continue
    const key = `${local} ${remote}`
    if (keys.has(key)) found.set(key, state)
  }
  return found
}

/** Looks connections up in a table. Null on a system that has none. */
export async function lookUp(family: 'ipv4' | 'ipv6', keys: ReadonlySet<string>): Promise<Map<string, string> | null> {
  // Not there, or kept from this process: as good as a system without.
  const file = await open(family === 'ipv4' ? '/proc/self/net/tcp' : '/proc/self/net/tcp6', 'r').catch(() => null)
  if (file === null) return null
  try {
    return await findIn(file, keys)
  } finally {
    await file.close()
  }
}

async function findIn(file: FileHandle, keys: ReadonlySet<string>): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const piece = Buffer.alloc(pieceBytes)
  let rest = ''
  for (let readBytes = 0; readBytes < mostTableBytes;) {
    const { bytesRead } = await file.read(piece, 0, piece.length, null)
    if (bytesRead === 0) break
    readBytes += bytesRead
    const lines = (rest + piece.toString('latin1', 0, bytesRead)).split('\n')
    rest = lines.pop() ?? ''
    for (const [key, state] of statesIn(lines, keys)) found.set(key, state)
  }
  return found
}
