import { hostname, networkInterfaces } from 'node:os'

/** True for addresses and names that only programs of this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** A host as it stands in a URL: IPv6 addresses in brackets. */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::'

/** The host to open in a browser of this machine. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

/**
 * Every value of `Host` by which a server that listens on `host` is reached, lower case. Loopback names are allowed on
 * loopback only; a server on all addresses is reached by each of them and by the name of the machine.
 */
export function allowedHosts(host: string, port: number): readonly string[] {
  const names = new Set([host])
  if (isLoopback(host) || isWildcard(host)) for (const name of ['localhost', '127.0.0.1', '::1']) names.add(name)
  if (isWildcard(host)) {
    names.add(hostname())
    for (const addresses of Object.values(networkInterfaces())) {
      for (const { address } of addresses ?? []) names.add(address)
    }
  }
  return [...names].flatMap((name) => {
    const inUrl = hostInUrl(name).toLowerCase()
    // Browsers leave out the port of the scheme.
    return port === 80 ? [inUrl, `${inUrl}:80`] : [`${inUrl}:${port}`]
  })
}
