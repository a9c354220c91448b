/** A straight line through samples, by the method of least squares. */
export interface Line {
  /** By how much the figure grows with each unit of `at`. */
  readonly slope: number;
  /** By how much the slope may be off, as far as the samples lie beside the line: its standard error. */
  readonly error: number;
}

export interface Point {
  readonly at: number;
  readonly figure: number;
}

/** @throws RangeError for fewer than three points, or for points that all lie at one place */
export function lineThrough(points: readonly Point[]): Line {
  const count = points.length;
  const meanAt = sum(points, ({ at }) => at) / count;
  const meanFigure = sum(points, ({ figure }) => figure) / count;
  const spread = sum(points, ({ at }) => (at - meanAt) ** 2);
  if (count < 3 || spread === 0) throw new RangeError("A line wants three points and more, at different places");
  const slope = sum(points, ({ at, figure }) => (at - meanAt) * (figure - meanFigure)) / spread;
  const beside = sum(points, ({ at, figure }) => (figure - meanFigure - slope * (at - meanAt)) ** 2);
  return { slope, error: Math.sqrt(beside / (count - 2) / spread) };
}

function sum(points: readonly Point[], of: (point: Point) => number): number {
  return points.reduce((total, point) => total + of(point), 0);
}
