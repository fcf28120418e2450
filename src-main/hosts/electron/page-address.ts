/** The scheme, host and pages under which the window finds the built page. */
export const pageScheme = 'app'
export const pageHost = 'workbench'
export const pageOrigin = `${pageScheme}://${pageHost}`
export const pageAddress = `${pageOrigin}/electron.html`

/** Whether an address belongs to the page. */
export function isPageAddress(address: string): boolean {
  return address === pageOrigin || address.startsWith(`${pageOrigin}/`)
}
