import type { CrcParameters } from './crc.ts'

type Row = readonly [
  name: string,
  widthBits: CrcParameters['widthBits'],
  polynomial: number,
  initial: number,
  order: 'reflected' | 'straight',
  finalXor: number,
]

/** Parameters of the RevEng catalogue of parametrised CRC algorithms. */
const catalogue: readonly Row[] = [
  ['CRC-8', 8, 0x07, 0, 'straight', 0],
  ['CRC-8/AUTOSAR', 8, 0x2f, 0xff, 'straight', 0xff],
  ['CRC-8/BLUETOOTH', 8, 0xa7, 0, 'reflected', 0],
  ['CRC-8/CDMA2000', 8, 0x9b, 0xff, 'straight', 0],
  ['CRC-8/DVB-S2', 8, 0xd5, 0, 'straight', 0],
  ['CRC-8/EBU', 8, 0x1d, 0xff, 'reflected', 0],
  ['CRC-8/I-CODE', 8, 0x1d, 0xfd, 'straight', 0],
  ['CRC-8/ITU', 8, 0x07, 0, 'straight', 0x55],
  ['CRC-8/MAXIM', 8, 0x31, 0, 'reflected', 0],
  ['CRC-8/NRSC-5', 8, 0x31, 0xff, 'straight', 0],
  ['CRC-8/ROHC', 8, 0x07, 0xff, 'reflected', 0],
  ['CRC-8/SAE-J1850', 8, 0x1d, 0xff, 'straight', 0xff],
  ['CRC-8/WCDMA', 8, 0x9b, 0, 'reflected', 0],
  ['CRC-16/ARC', 16, 0x8005, 0, 'reflected', 0],
  ['CRC-16/AUG-CCITT', 16, 0x1021, 0x1d0f, 'straight', 0],
  ['CRC-16/BUYPASS', 16, 0x8005, 0, 'straight', 0],
  ['CRC-16/CCITT-FALSE', 16, 0x1021, 0xffff, 'straight', 0],
  ['CRC-16/CDMA2000', 16, 0xc867, 0xffff, 'straight', 0],
  ['CRC-16/DECT-X', 16, 0x0589, 0, 'straight', 0],
  ['CRC-16/DNP', 16, 0x3d65, 0, 'reflected', 0xffff],
  ['CRC-16/EN-13757', 16, 0x3d65, 0, 'straight', 0xffff],
  ['CRC-16/GENIBUS', 16, 0x1021, 0xffff, 'straight', 0xffff],
  ['CRC-16/ISO-14443-A', 16, 0x1021, 0xc6c6, 'reflected', 0],
  ['CRC-16/KERMIT', 16, 0x1021, 0, 'reflected', 0],
  ['CRC-16/MAXIM', 16, 0x8005, 0, 'reflected', 0xffff],
  ['CRC-16/MCRF4XX', 16, 0x1021, 0xffff, 'reflected', 0],
  ['CRC-16/MODBUS', 16, 0x8005, 0xffff, 'reflected', 0],
  ['CRC-16/T10-DIF', 16, 0x8bb7, 0, 'straight', 0],
  ['CRC-16/USB', 16, 0x8005, 0xffff, 'reflected', 0xffff],
  ['CRC-16/X-25', 16, 0x1021, 0xffff, 'reflected', 0xffff],
  ['CRC-16/XMODEM', 16, 0x1021, 0, 'straight', 0],
  ['CRC-32', 32, 0x04c11db7, 0xffffffff, 'reflected', 0xffffffff],
  ['CRC-32/AUTOSAR', 32, 0xf4acfb13, 0xffffffff, 'reflected', 0xffffffff],
  ['CRC-32/BZIP2', 32, 0x04c11db7, 0xffffffff, 'straight', 0xffffffff],
  ['CRC-32/CKSUM', 32, 0x04c11db7, 0, 'straight', 0xffffffff],
  ['CRC-32/JAMCRC', 32, 0x04c11db7, 0xffffffff, 'reflected', 0],
  ['CRC-32/MEF', 32, 0x741b8cd7, 0xffffffff, 'reflected', 0],
  ['CRC-32/MPEG-2', 32, 0x04c11db7, 0xffffffff, 'straight', 0],
  ['CRC-32/XFER', 32, 0x000000af, 0, 'straight', 0],
  ['CRC-32C', 32, 0x1edc6f41, 0xffffffff, 'reflected', 0xffffffff],
  ['CRC-32D', 32, 0xa833982b, 0xffffffff, 'reflected', 0xffffffff],
  ['CRC-32Q', 32, 0x814141ab, 0, 'straight', 0],
]

/** The variants that protocols use most, by width and name. */
export const crcVariants: readonly CrcParameters[] = catalogue.map(
  ([name, widthBits, polynomial, initial, order, finalXor]) => ({
    name,
    widthBits,
    polynomial,
    initial,
    reflected: order === 'reflected',
    finalXor,
  }),
)
