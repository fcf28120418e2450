/**
 * What JSON has no notation for is written as an object with one key, a marker:
 *
 * - `{"$hex": "00 ff"}` binary data (tcpy: a string of these bytes); `{"$raw": "ff"}` a string that is no UTF-8
 * - `{"$float32": 1.5}`, `{"$float64": "7ff8000000000001"}`: a float of this width, by value or by its bits in hex
 * - `{"$ext": [5, "01 02"]}` an extension; `{"$timestamp": "2014-05-06T07:08:09.000000001Z"}` the one of type −1
 * - `{"$datetime": "2014-05-06T07:08:09.00001"}` the map by which tcpy sends a date
 * - `{"$map": [[1, "a"], [null, 2]]}` a map with any keys, and one whose only key is a marker itself
 */
export const jsonMarkers = ['$hex', '$raw', '$float32', '$float64', '$ext', '$timestamp', '$datetime', '$map'] as const
export type JsonMarker = (typeof jsonMarkers)[number]

/** True for the keys that make an object with one member something else than a map. */
export function isJsonMarker(key: string): key is JsonMarker {
  return jsonMarkers.some((marker) => marker === key)
}
