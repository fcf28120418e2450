import { describeError, type ErrorShape } from '../../../src-main/contract/errors.ts'
import { findPlaceholders } from '../../../src-main/protocol/message/placeholders.ts'
import { connectionFieldErrors as words } from '../../strings/connections.ts'

/** A host with, where it was written, a port: a number, or a text with a placeholder. */
export interface WrittenAddress {
  readonly host: string
  readonly port: number | string | null
}

const plainTcpScheme = /^(tcp|telnet|raw):\/\//i

/**
 * Splits an address as people write and paste it: `host:port`, `tcp://host:port/`, `[::1]:5025`, `[::1]`, `::1`, and with
 * `{{variables}}` for the host, the port or both. Null when there is nothing to split: what was written is a host as it stands, or not an address.
 */
export function splitWrittenAddress(text: string): WrittenAddress | null {
  const trimmed = text.trim()
  const bare = plainTcpScheme.test(trimmed) ? trimmed.replace(plainTcpScheme, '').replace(/\/+$/, '') : trimmed
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(bare)
  if (bracketed !== null) return withPort(bracketed[1] ?? '', bracketed[2])
  const placed = /^([^:\s/]+|\{\{[^{}]*\}\}):(\{\{[^{}]*\}\}|\d+)$/.exec(bare)
  if (placed !== null && bare.includes('{{')) return withPort(placed[1] ?? '', placed[2])
  const plain = /^([^:\s/]+)(?::|\s+)(\d+)$/.exec(bare)
  if (plain !== null) return withPort(plain[1] ?? '', plain[2])
  return bare !== trimmed && bare !== '' ? { host: bare, port: null } : null
}

function withPort(host: string, digits: string | undefined): WrittenAddress | null {
  if (digits === undefined) return { host, port: null }
  if (digits.startsWith('{{')) return { host, port: digits }
  const port = Number(digits)
  return port >= 1 && port <= 65535 ? { host, port } : null
}

/** What is wrong with a host, null when it may be a name or an IP address. Whether it exists only resolving tells. */
export function checkHost(text: string): ErrorShape | null {
  const host = text.trim()
  if (host === '') return describeError('host-required')
  if (host.includes('{{')) return checkPlaceholders(host) ?? checkAround(host)
  const reason = hostReason(host)
  return reason === null ? null : describeError('host-malformed', { host, reason })
}

/**
 * What is wrong with the placeholders of a host or port, null when each is a variable. Whether it has a value is told when
 * connecting.
 */
export function checkPlaceholders(text: string): ErrorShape | null {
  for (const span of findPlaceholders(text)) {
    if (span.kind === 'malformed') return span.error
    if (span.kind === 'placeholder' && span.meaning.kind === 'variable') continue
    const found = text.slice(span.start, span.end)
    return describeError('placeholder-malformed', { position: span.start + 1, found, reason: words.onlyVariables })
  }
  return null
}

/** What stands beside the placeholders may be a part of a host. */
function checkAround(host: string): ErrorShape | null {
  let around = ''
  let end = 0
  for (const span of findPlaceholders(host)) {
    around += host.slice(end, span.start)
    end = span.end
  }
  const strange = /[^\p{L}\p{M}\p{N}._:%-]/u.exec(around + host.slice(end))
  if (host.length > 255) return describeError('host-malformed', { host, reason: words.hostTooLong })
  if (strange === null) return null
  return describeError('host-malformed', { host, reason: words.hostCharacter(strange[0]) })
}

function hostReason(host: string): string | null {
  if (host.length > 255) return words.hostTooLong
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(host)
  if (scheme !== null) return words.hostScheme(`${scheme[1] ?? ''}://`)
  if (host.includes(':')) return isIpv6(host) ? null : words.hostIpv6
  const strange = /[^\p{L}\p{M}\p{N}._-]/u.exec(host)
  if (strange !== null) return words.hostCharacter(strange[0])
  if (/^[\d.]+$/.test(host)) return isIpv4(host) ? null : words.hostIpv4
  const labels = host.replace(/\.$/, '').split('.')
  const whole = labels.every((label) => label.length >= 1 && label.length <= 63 && !/^-|-$/.test(label))
  return whole ? null : words.hostLabel
}

/** The text is an IPv4 or IPv6 address. */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || (text.includes(':') && isIpv6(text))
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)
}

/** A zone such as `%eth0` may follow. */
function isIpv6(text: string): boolean {
  const [address = '', zone, ...more] = text.split('%')
  if (more.length > 0 || zone === '') return false
  return URL.canParse(`http://[${address}]/`)
}
