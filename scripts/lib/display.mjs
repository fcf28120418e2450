/**
 * Why no window can be opened here; null when one can.
 * @param {string} platform as in `process.platform`
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {string | null}
 */
export function missingDisplayReason(platform, environment) {
  if (platform === 'darwin' || platform === 'win32') {
    return environment.SSH_CONNECTION === undefined ? null : 'this is a remote session without a display'
  }
  const hasDisplay = [environment.DISPLAY, environment.WAYLAND_DISPLAY].some(
    (name) => name !== undefined && name !== '',
  )
  return hasDisplay ? null : 'there is no display'
}
