import { hexPair } from '../hex/parse-hex.ts'
import { bothOrders, oneOrder, valueOf, type ByteReading } from './read-value.ts'

/** Identifiers and addresses that begin here. */
export function identifierReadings(bytes: Uint8Array): readonly ByteReading[] {
  return [
    oneOrder(bytes, 'UUID', 16, (own) => valueOf(uuidText(own))),
    oneOrder(bytes, 'GUID', 16, (own) => valueOf(`{${uuidText(fromMicrosoftOrder(own)).toUpperCase()}}`)),
    bothOrders(bytes, 'IPv4', 4, (own) => valueOf(own.join('.'))),
    oneOrder(bytes, 'IPv6', 16, (own) => valueOf(ipv6Text(own))),
    oneOrder(bytes, 'MAC', 6, (own) => valueOf(Array.from(own, hexPair).join(':'))),
  ]
}

/** Eight, four, four, four and twelve hex digits (RFC 9562 section 4). */
function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, hexPair).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The first three fields of a GUID stand with the least significant byte first ([MS-DTYP] 2.3.4.2). */
function fromMicrosoftOrder(bytes: Uint8Array): Uint8Array {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  return Uint8Array.from(order, (at) => bytes[at] ?? 0)
}

/** The one recommended text of an address: the longest run of two zeros or more is left out, the first of equal ones (RFC 5952 section 4). */
export function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0))
  let longestStart = -1
  let longestLength = 1
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > longestLength) {
      longestStart = start
      longestLength = length
    }
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  if (longestStart < 0) return text(groups)
  return `${text(groups.slice(0, longestStart))}::${text(groups.slice(longestStart + longestLength))}`
}
