/** Three digits or more, with spaces between thousands. */
export function formatFigure(figure: number): string {
  if (figure < 10) return figure.toFixed(2)
  if (figure < 100) return figure.toFixed(1)
  return String(Math.round(figure)).replace(/\B(?=(\d{3})+$)/g, ' ')
}
