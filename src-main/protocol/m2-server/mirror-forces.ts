/** Forces of the mirror at rest, made up from its weight: they look right and hold still. */
import { axialActuatorCount, tangentLinkCount } from './mirror-constants.ts'
import type { Mirror } from './mirror.ts'

const mirrorWeightNewtons = 1588.65 * 9.8
const cellTemperature = 24.98
const newtonsPerDegree = 0.31

export interface Forces {
  /** Newtons of the 72 axial actuators. */
  readonly axial: readonly number[]
  /** Newtons of the 6 tangent links. */
  readonly tangent: readonly number[]
}

const forces = (axial: (index: number) => number, tangent: (index: number) => number): Forces => ({
  axial: Array.from({ length: axialActuatorCount }, (_, index) => axial(index)),
  tangent: Array.from({ length: tangentLinkCount }, (_, index) => tangent(index)),
})

/** The mirror looks up: its weight rests on the axial actuators. */
export const gravityForces: Forces = forces(
  (index) => (mirrorWeightNewtons / axialActuatorCount) * (1 + 0.06 * Math.sin(1.7 * index + 0.3)),
  (index) => 11.3 * Math.cos(1.1 * index + 0.2),
)

export const hardpointForces: Forces = forces(
  (index) => 4.7 * Math.sin(2.3 * index + 0.9),
  (index) => 6.1 * Math.cos(1.9 * index + 0.4),
)

/** Only axial actuators are corrected for the temperature, and only when the control parameters say so. */
export function temperatureForces({ ringTemperatureOffsets, usesTemperatureForces }: Mirror): readonly number[] {
  const sum = ringTemperatureOffsets.reduce((total, offset) => total + Number(offset), 0)
  const difference = usesTemperatureForces ? cellTemperature - sum / ringTemperatureOffsets.length : 0
  return gravityForces.axial.map((_, index) => difference * newtonsPerDegree * Math.cos(0.8 * index + 0.1))
}

/** What the actuators are asked for with those forces applied on top. */
export function demandedForces(mirror: Mirror, axial: readonly number[], tangent: readonly number[]): Forces {
  const temperature = temperatureForces(mirror)
  return {
    axial: gravityForces.axial.map((force, index) => force + (temperature[index] ?? 0) + (axial[index] ?? 0)),
    tangent: gravityForces.tangent.map((force, index) => force + (tangent[index] ?? 0)),
  }
}
