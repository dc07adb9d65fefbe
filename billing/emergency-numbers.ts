/** Emergency numbers, each a short code or E.164 with `+`. */
export type EmergencyNumbers = ReadonlySet<string>

/** Whether `to`, a checked number, is exactly one of them; a longer number that begins like one is not. */
export function isEmergencyNumber(to: string, emergencyNumbers: EmergencyNumbers): boolean {
  return emergencyNumbers.has(to)
}
